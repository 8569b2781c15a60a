"""The pair of pictures that a visitor chose: read, foretold, and measured after hiding."""

import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.images.metrics import amplified_residual, in_words, psnr, ssim
from steg.images.reading import Picture, read_photo, read_stego
from steg.images.resizing import resized
from steg.methods import DEFAULT, METHODS
from steg.methods.base import Method, check_size, warning
from steg.ui.pictures import MAX_MEGAPIXELS, errors_as_sentences, every_nth, save_result

FIGURES = (
    "PSNR and SSIM say how close two pictures are: from 40 dB on, nobody sees a difference; "
    "an SSIM of 1 means the same picture."
)


def read_cover(path: str | None) -> Picture:
    """Reads and checks the cover.

    Raises:
        StegError: if none has been chosen, or it cannot be used.
    """
    if not path:
        raise StegError("Choose a cover first, or take a pair of ours.")
    cover = read_photo(path, "cover", MAX_MEGAPIXELS)
    check_size(cover.image.size, "cover")
    return cover


def read_secret(path: str | None) -> Picture:
    """Reads the secret; errors as in `read_cover`."""
    if not path:
        raise StegError("Choose a secret first, or take a pair of ours.")
    return read_photo(path, "secret", MAX_MEGAPIXELS)


def before_hiding(cover_path: str | None, secret_path: str | None, method: str = DEFAULT) -> str:
    """What will happen to the pictures chosen so far, as Markdown."""
    with errors_as_sentences():
        cover = read_cover(cover_path) if cover_path else None
        secret = read_secret(secret_path) if secret_path else None
    sentences = [notice for picture in (cover, secret) if picture for notice in picture.notices]
    if cover and secret:
        sentences.append(METHODS[method].describe(cover.image.size, secret.image.size))
    return "\n".join(f"- {sentence}" for sentence in sentences)


def amplify_residual(cover_path: str, stego_path: str, gain: float) -> str:
    """Writes the amplified residual as a PNG and returns its path."""
    with errors_as_sentences():
        cover, stego = read_photo(cover_path, "cover", MAX_MEGAPIXELS).image, read_stego(stego_path)
    before = resized(np.asarray(cover), stego.size)
    pixels = amplified_residual(every_nth(before), every_nth(np.asarray(stego)), gain)
    return save_result(Image.fromarray(pixels), f"residual-x{gain:g}.png")


def figures_table(
    method: Method, cover: Image.Image, stego: Image.Image, secret: Image.Image, revealed: Image.Image
) -> str:
    """PSNR and SSIM of both pictures, as a Markdown table, with a warning where they are low."""
    rows, levels = ["| | PSNR | SSIM | before and after |", "|---|---|---|---|"], []
    for name, before, after in (
        ("Cover", resized(np.asarray(cover), stego.size), np.asarray(stego)),
        ("Secret", resized(np.asarray(secret), revealed.size), np.asarray(revealed)),
    ):
        db = psnr(before, after)
        levels.append(db)
        rows.append(f"| {name} | {db:.1f} dB | {ssim(before, after):.3f} | {in_words(db)} |")
    badly = warning(method, *levels)
    return "\n".join([*([f"**{badly}**", ""] if badly else []), *rows, "", FIGURES])
