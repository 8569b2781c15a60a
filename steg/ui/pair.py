"""The pair of pictures that a visitor chooses: read, described before hiding, and measured after it."""

import gradio as gr
import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.evaluation import fidelity
from steg.images.metrics import describe_psnr
from steg.images.reading import Picture, read_photo, read_stego
from steg.images.resizing import resized
from steg.methods import DEFAULT, METHODS
from steg.methods.base import Method, check_size, warning
from steg.steganalysis.residual import compute_residual, signed_picture
from steg.ui import examples
from steg.ui.markdown import table
from steg.ui.pictures import (
    MAX_MEGAPIXELS,
    errors_as_sentences,
    every_nth,
    picture_upload,
    save_result,
)

FIGURES = (
    "PSNR and SSIM say how close two pictures are: from 40 dB on, nobody sees a difference; "
    "an SSIM of 1 means the same picture."
)


def build(prefix: str, height: int) -> tuple[gr.Image, gr.Image]:
    """Lays out the uploads of cover and secret, over pairs of ours to take instead; returns both.

    Args:
        prefix: of their ids in the page, "cover" and "secret".
        height: of each, in pixels.
    """
    with gr.Row():
        cover = picture_upload(
            f"{prefix}cover", "Cover", height, "Drop the picture that everybody will see, or click to choose"
        )
        secret = picture_upload(
            f"{prefix}secret", "Secret", height, "Drop the picture to hide in it, or click to choose"
        )
    gr.Examples(
        list(examples.PAIRS.values()), [cover, secret],
        label="No pictures at hand? Take a pair of ours", example_labels=list(examples.PAIRS),
    )  # fmt: skip
    return cover, secret


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


def describe(cover: str | None, secret: str | None, method: str = DEFAULT) -> str:
    """What will happen to the pictures chosen so far, as Markdown."""
    with errors_as_sentences():
        before = read_cover(cover) if cover else None
        hidden = read_secret(secret) if secret else None
    sentences = [notice for picture in (before, hidden) if picture for notice in picture.notices]
    if before and hidden:
        sentences.append(METHODS[method].describe(before.image.size, hidden.image.size))
    return "\n".join(f"- {sentence}" for sentence in sentences)


def amplify_residual(cover: str, stego: str, gain: float) -> str:
    """Writes the amplified residual as a PNG and returns its path."""
    with errors_as_sentences():
        before, after = read_photo(cover, "cover", MAX_MEGAPIXELS).image, read_stego(stego)
    same_size = resized(np.asarray(before), after.size)
    pixels = signed_picture(compute_residual(every_nth(same_size), every_nth(np.asarray(after))), gain)
    return save_result(Image.fromarray(pixels), f"residual-x{gain:g}.png")


def figures_table(
    method: Method, cover: Image.Image, stego: Image.Image, secret: Image.Image, revealed: Image.Image
) -> str:
    """PSNR and SSIM of both pictures, as a Markdown table, with a warning where they are low."""
    rows, levels = [], []
    for name, before, after in (("Cover", cover, stego), ("Secret", secret, revealed)):
        db, similarity = fidelity(before, after)
        levels.append(db)
        shown = "" if similarity is None else f"{similarity:.3f}"
        rows.append([name, f"{db:.1f} dB", shown, describe_psnr(db)])
    badly = warning(method, *levels)
    figures = table(["", "PSNR", "SSIM", "before and after"], rows)
    return "\n\n".join([*([f"**{badly}**"] if badly else []), figures, FIGURES])
