"""The pair of pictures that a visitor chooses: read, described before hiding, and measured after it."""

import math
from contextlib import suppress

import gradio as gr
import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.evaluation import fidelity
from steg.images.metrics import describe_psnr
from steg.images.reading import Picture, read_photo, read_stego
from steg.images.resizing import resized
from steg.methods import HOLDS_SECRET, holds_secret
from steg.methods.base import Method, check_size, warning
from steg.payload.container import Content
from steg.steganalysis.residual import compute_residual, signed_picture
from steg.ui import examples, secret
from steg.ui.markdown import table
from steg.ui.pictures import (
    MAX_MEGAPIXELS,
    errors_as_sentences,
    every_nth,
    picture_upload,
    save_result,
)
from steg.ui.secret import SecretInputs

WHOLE = "Revealed from the very file that was written: the secret came back whole, every byte of it."
NOT_WHOLE = "The secret did not come back as it was: do not send this file, and take another cover."
FIGURES = (
    "PSNR and SSIM say how close two pictures are: from 40 dB on, nobody sees a difference; "
    "an SSIM of 1 means the same picture."
)


def build(prefix: str, height: int) -> tuple[gr.Image, gr.Image]:
    """Lays out the uploads of two pictures, over pairs of ours to take instead; returns both.

    Args:
        prefix: of their ids in the page, "cover" and "secret".
        height: of each, in pixels.
    """
    with gr.Row():
        cover = cover_upload(f"{prefix}cover", height)
        picture = picture_upload(
            f"{prefix}secret", "Secret", height, "Drop the picture to hide in it, or click to choose"
        )
    offer_examples(cover, picture)
    return cover, picture


def build_with_kinds(height: int) -> tuple[gr.Image, SecretInputs]:
    """As `build`, but the secret may also be a text or a file."""
    with gr.Row():
        with gr.Column():
            cover = cover_upload("cover", height)
        with gr.Column():
            inputs = secret.build("secret", height)
    offer_examples(cover, inputs.picture)
    return cover, inputs


def cover_upload(name: str, height: int) -> gr.Image:
    """The upload of the cover, with this id in the page and this height in pixels."""
    return picture_upload(
        name, "Cover", height, "Drop the picture that everybody will see, or click to choose"
    )


def offer_examples(cover: gr.Image, picture: gr.Image) -> None:
    """Pairs of ours to take instead."""
    gr.Examples(
        list(examples.PAIRS.values()), [cover, picture],
        label="No pictures at hand? Take a pair of ours", example_labels=list(examples.PAIRS),
    )  # fmt: skip


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


def describe(
    cover: str | None,
    method: str,
    strength: float,
    kind: str,
    picture: str | None,
    text: str | None,
    file: str | None,
) -> str:
    """What will happen to cover and secret, as Markdown, once both are there; arguments as in `hide.hide`."""
    with errors_as_sentences():
        before = read_cover(cover) if cover else None
        given = {secret.PICTURE: picture, secret.TEXT: text, secret.FILE: file}[kind]
        chosen = secret.read(kind, picture, text, file) if given else None
        sentences = [notice for each in (before, chosen) if each for notice in each.notices]
        if before and chosen:
            sentences.append(secret.describe(chosen, before.image.size, method, strength))
    return "\n".join(f"- {sentence}" for sentence in sentences)


def warn_of_secret(cover: str | None) -> str:
    """A sentence where something is hidden in the cover already; one that cannot be read is `describe`'s."""
    with suppress(StegError):
        if cover and holds_secret(read_cover(cover).image):
            return f"- {HOLDS_SECRET}"
    return ""


def amplify_residual(cover: str, stego: str, gain: float) -> str:
    """Writes the amplified residual as a PNG and returns its path."""
    with errors_as_sentences():
        before, after = read_photo(cover, "cover", MAX_MEGAPIXELS).image, read_stego(stego)
    same_size = resized(np.asarray(before), after.size)
    pixels = signed_picture(compute_residual(every_nth(same_size), every_nth(np.asarray(after))), gain)
    return save_result(Image.fromarray(pixels), f"residual-x{gain:g}.png")


def figures_table(
    method: Method, cover: Image.Image, stego: Image.Image, hidden: Content, revealed: Content
) -> str:
    """What hiding did to cover and secret, as Markdown: PSNR and SSIM, or whether every byte is right.

    A warning comes first where the figures are low.
    """
    pairs: dict[str, tuple[Image.Image, Image.Image]] = {"Cover": (cover, stego)}
    if isinstance(hidden, Image.Image) and isinstance(revealed, Image.Image):
        pairs["Secret"] = hidden, revealed
    rows, levels = [], []
    for name, (before, after) in pairs.items():
        db, similarity = fidelity(before, after)
        levels.append(db)
        shown = "" if similarity is None else f"{similarity:.3f}"
        rows.append([name, f"{db:.1f} dB", shown, describe_psnr(db)])
    verdict = warning(method, levels[0], levels[-1] if "Secret" in pairs else math.inf)
    if "Secret" not in pairs:
        verdict = WHOLE if hidden == revealed else NOT_WHOLE
    figures = table(["picture", "PSNR", "SSIM", "before and after"], rows)
    return "\n\n".join([*([f"**{verdict}**"] if verdict else []), figures, FIGURES])
