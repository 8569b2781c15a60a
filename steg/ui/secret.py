"""The secret that a visitor chooses for Hide: a picture, a text, or a file of any kind."""

from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr
from PIL import Image

from steg import delivery
from steg.errors import StegError
from steg.images.reading import read_photo
from steg.methods import METHODS, LosslessFile, Robust
from steg.payload.container import Content
from steg.payload.files import FILE, PICTURE, TEXT, File, Text
from steg.ui import loader
from steg.ui.events import AT_ONCE
from steg.ui.pictures import MAX_MEGAPIXELS, picture_upload

KINDS = [("A picture", PICTURE), ("A text", TEXT), ("A file", FILE)]
MISSING = {
    PICTURE: "Choose a secret first, or take a pair of ours.",
    TEXT: "Type the text to hide first.",
    FILE: "Choose the file to hide first.",
}


class SecretInputs(NamedTuple):
    """The components of a secret; the first one says which of the others counts."""

    kind: gr.Radio
    picture: gr.Image
    text: gr.Textbox
    file: gr.File


class Chosen(NamedTuple):
    """A secret that was read: what it is, and what the visitor should know about it."""

    content: Content
    notices: tuple[str, ...] = ()


def build(name: str, height: int) -> SecretInputs:
    """Lays out the inputs, of which the picture's has this id in the page and height in pixels."""
    picture = picture_upload(name, "Secret", height, "Drop the picture to hide in it, or click to choose")
    text = gr.Textbox(
        value="", label="Secret text", lines=8, max_lines=12, visible=False,
        placeholder="Type or paste the text to hide",
    )  # fmt: skip
    file = gr.File(
        label="Secret file: any kind, kept byte for byte", height=160, visible=False, elem_id=f"{name}-file"
    )
    kind = gr.Radio(KINDS, value=PICTURE, label="The secret is", elem_id="kind")
    kind.change(inputs_for, kind, [picture, text, file], **AT_ONCE)
    return SecretInputs(kind, picture, text, file)


def inputs_for(kind: str) -> tuple[gr.Image, gr.Textbox, gr.File]:
    """Shows the input of one kind of secret; what the others hold is kept."""
    return gr.Image(visible=kind == PICTURE), gr.Textbox(visible=kind == TEXT), gr.File(visible=kind == FILE)


def read(kind: str, picture: str | None, text: str | None, file: str | None) -> Chosen:
    """Reads the secret that counts.

    Args:
        kind: `PICTURE`, `TEXT` or `FILE`.
        picture: path of the picture.
        text: what was typed.
        file: path of the file.

    Raises:
        StegError: if there is none of that kind, or it cannot be used.
    """
    if not isinstance(kind, str) or kind not in MISSING:
        raise StegError(f"There is no kind of secret {kind!r}; choose one of: {', '.join(MISSING)}.")
    if not {PICTURE: picture, TEXT: text, FILE: file}[kind]:
        raise StegError(MISSING[kind])
    if kind == PICTURE:
        read_picture = read_photo(Path(str(picture)), "secret", MAX_MEGAPIXELS)
        return Chosen(read_picture.image, read_picture.notices)
    if kind == TEXT:
        return Chosen(Text(str(text)))
    return Chosen(File.from_path(str(file)))


def describe(
    chosen: Chosen, cover: Image.Image, method: str, strength: float, profile: delivery.Profile
) -> str:
    """One sentence, to be said before hiding: how the secret will come back, or what the capacity is.

    Args:
        chosen: the secret.
        cover: RGB.
        method: one of `steg.methods.METHODS`.
        strength: from 0 to 1.
        profile: of the app, for the method robust.
    """
    settings = dict[str, Any]()
    if method == Robust.name:
        settings["longest_side"] = delivery.longest_side(profile, cover)
    if isinstance(chosen.content, Image.Image):
        return METHODS[method].describe(cover.size, chosen.content.size, **settings)
    hider = loader.method(method)
    if not isinstance(hider, LosslessFile | Robust):
        return "This method hides pictures only: for a text or a file, take the one for sending it as a file."
    if isinstance(chosen.content, File):
        name, taken = "file", len(chosen.content.data)
    else:
        name, taken = "text", len(chosen.content.text.encode())
    most = hider.capacity(cover.size, strength, **settings)
    return f"This cover can carry {most:,} bytes this way; the {name} has {taken:,}, before it is compressed."
