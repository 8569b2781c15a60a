"""The pair of pictures that a visitor chooses: read, described before hiding, and measured after it."""

import math
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeVar

import gradio as gr
import numpy as np
from PIL import Image

from steg import delivery
from steg.errors import StegError
from steg.evaluation import fidelity
from steg.images.metrics import describe_grain, describe_psnr, grain, smoothness
from steg.images.reading import Picture, read_photo, read_stego
from steg.images.resizing import resized
from steg.methods import HOLDS_SECRET, Robust, holds_secret
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
from steg.ui.times import megapixels_of

Read = TypeVar("Read", Picture, secret.Chosen)

WHOLE = "Revealed from the very file that was written: the secret came back whole, every byte of it."
NOT_WHOLE = "The secret did not come back as it was: do not send this file, and take another cover."
UNSEEN_DB = 45.0  # PSNR from which on noise is too weak to be seen anywhere
SMOOTH, CLEARLY = 0.45, 0.15  # share from which a cover is smooth; by how much another has to be less so
SMOOTH_COVER = (
    "This cover is smooth in {share:.0%} of its area: sky, walls or what is out of focus. Made for a chat, "
    "the picture will look grainy there. {advice}"
)
SWAP = "The secret has more texture: hide this cover in it, the other way round, and less will show."
TEXTURED = "Leaves, gravel, fabric or a crowd make a better cover; a lower strength helps a little."
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


class Uploads(NamedTuple):
    """The inputs of cover and secret, and what is said below each."""

    cover: gr.Image
    secret: SecretInputs
    about_cover: gr.Markdown
    holds_secret: gr.Markdown
    about_secret: gr.Markdown


def build_with_kinds(height: int) -> Uploads:
    """As `build`, but the secret may also be a text or a file."""
    with gr.Row():
        with gr.Column():
            cover = cover_upload("cover", height)
            about_cover, holds_secret = (gr.Markdown(elem_classes="notice") for _ in range(2))
        with gr.Column():
            inputs = secret.build("secret", height)
            about_secret = gr.Markdown(elem_classes="notice")
    offer_examples(cover, inputs.picture)
    return Uploads(cover, inputs, about_cover, holds_secret, about_secret)


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


class Description(NamedTuple):
    """What is said before hiding, as Markdown; and how large both pictures are together, in megapixels."""

    cover: str = ""
    secret: str = ""
    both: str = ""
    megapixels: float | None = None


def describe(
    cover: str | None,
    method: str,
    strength: float,
    kind: str,
    picture: str | None,
    text: str | None,
    file: str | None,
    app: str = delivery.ANY,
) -> Description:
    """What is wrong with cover or secret, and what will happen to them; arguments as in `hide.hide`."""
    given = {secret.PICTURE: picture, secret.TEXT: text, secret.FILE: file}[kind]
    before, about_cover = _read(lambda: read_cover(cover)) if cover else (None, "")
    chosen, about_secret = _read(lambda: secret.read(kind, picture, text, file)) if given else (None, "")
    if not before or not chosen:
        return Description(about_cover, about_secret)
    content = chosen.content
    sizes = [each.size for each in (before.image, content) if isinstance(each, Image.Image)]
    try:
        profile = delivery.profile_of(app, method)
        description = f"- {secret.describe(chosen, before.image, method, strength, profile)}"
        if method == Robust.name and (smooth := describe_smoothness(before.image, content)):
            description += f"\n- {smooth}"
    except StegError as error:
        description = f"- {error}"
    return Description(about_cover, about_secret, description, megapixels_of(*sizes))


def _read(read: Callable[[], Read]) -> tuple[Read | None, str]:
    """What was read, None if it cannot be; and what is to be said of it, as Markdown."""
    try:
        found = read()
    except StegError as error:
        return None, f"**{error}**"
    return found, "\n".join(f"- {notice}" for notice in found.notices)


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


def describe_cover(before: Image.Image, after: Image.Image, db: float) -> str:
    """What is seen of the changes: a PSNR, in dB, does not tell that noise shows in smooth parts."""
    if db > UNSEEN_DB:
        return describe_psnr(db)
    return describe_grain(grain(resized(np.asarray(before), after.size), np.asarray(after)), db)


def describe_smoothness(cover: Image.Image, secret: Content) -> str | None:
    """A warning where a cover is too smooth for the method robust, and whether the secret is less so."""
    pictures = [each for each in (cover, secret) if isinstance(each, Image.Image) and min(each.size) >= 16]
    shares = [smoothness(resized(np.asarray(each), Robust.sent_size(each.size))) for each in pictures]
    if shares[0] < SMOOTH:
        return None
    better = len(shares) > 1 and shares[1] < shares[0] - CLEARLY
    return SMOOTH_COVER.format(share=shares[0], advice=SWAP if better else TEXTURED)


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
        words = describe_cover(before, after, db) if name == "Cover" else describe_psnr(db)
        rows.append([name, f"{db:.1f} dB", shown, words])
    verdict = warning(method, levels[0], levels[-1] if "Secret" in pairs else math.inf)
    if "Secret" not in pairs:
        verdict = WHOLE if hidden == revealed else NOT_WHOLE
    figures = table(["picture", "PSNR", "SSIM", "before and after"], rows)
    return "\n\n".join([*([f"**{verdict}**"] if verdict else []), figures, FIGURES])
