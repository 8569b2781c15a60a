"""The Reveal tab: one picture in, the secret out, with a word on how far to trust it."""

import re
from collections.abc import Callable
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from steg.images.reading import read_stego
from steg.methods import Predictive, is_locked, locate
from steg.methods.base import Status
from steg.payload.container import Content
from steg.payload.files import FILE, PICTURE, TEXT, File, bytes_of, kind_of, safe_name
from steg.steganalysis import recompression
from steg.ui import examples, loader, reload, runs
from steg.ui.events import AT_ONCE, NETWORK, PRIVATE
from steg.ui.gpu import on_gpu
from steg.ui.inspect.at_work import centre
from steg.ui.markdown import heading
from steg.ui.pictures import (
    errors_as_sentences,
    picture_display,
    picture_upload,
    result_path,
    save_result,
)
from steg.ui.processes import apart

LOCKED = "**Found, and locked:** type the passphrase under the picture to open it."
INTRO = (
    "Drop a picture made with Steg, as the very file you received, and see what is hidden in it. Only if it "
    "was made for a chat or a web page may it have been re-compressed."
)
DOWNLOAD = {
    PICTURE: "Download the hidden picture (PNG)",
    TEXT: "Download the hidden text",
    FILE: "Download the hidden file",
}
NOTHING, UNOPENED = Status.NO_HEADER.name.lower(), "locked"
NOISE = "What a network reads in it all the same: noise"
LONGEST_SHOWN = 100_000  # characters of a text; the whole of it is in the file


def build(page: gr.Blocks) -> gr.Image:
    """Lays out this tab of the page and returns its upload."""
    heading("Stego picture", seen=False)
    gr.Markdown(INTRO)
    with runs.pictures("reveal"):
        upload = picture_upload("stego", "Stego picture", 240, "Drop the stego picture, or click to choose")
        gr.Examples([examples.STEGO[:1]], [upload], label="No stego picture at hand? Take this one")
    passphrase = gr.Textbox(
        value="", type="password", label="Passphrase", visible=False, max_lines=1, submit_btn=True,
        elem_id="reveal-passphrase",
        info="This picture is locked: type the passphrase it was locked with, then press Enter",
    )  # fmt: skip
    with gr.Row():
        runs.line("reveal")
        runs.stop_button("reveal")
    with gr.Column(elem_id="reveal-answer"):
        heading("What is hidden in it", seen=False)
        status = gr.Markdown(elem_classes="notice", label="Status")
        picture = picture_display("The hidden picture", 420, "The picture that was hidden")
        picture.visible = False
        text = gr.Textbox(
            label="The hidden text", lines=8, max_lines=20, visible=False, interactive=False,
            buttons=["copy"], elem_id="revealed-text",
        )  # fmt: skip
        download = gr.DownloadButton(visible=False)
        ask = gr.Button(
            "Show what a network reads in it all the same", visible=False, size="sm", elem_classes="quiet"
        )
        noise = picture_display(NOISE, 300, "Noise: nothing is hidden in the picture")
        noise.visible = False
    details = gr.JSON(visible=False)

    answered_of = gr.File(visible=False)  # the upload that the answer is of
    found, answer = [download, status, details], [download, details]
    shown = [picture, text, download, ask, noise]
    empty = {status: "", details: None} | {
        block: gr.update(value=None, visible=False) for block in shown if block != ask
    }
    empty[ask] = gr.update(visible=False)
    unasked = {answered_of: None, passphrase: gr.update(value="", visible=False)}
    kept: list[Callable] = []
    for event, cleared, unless, api in (
        (upload.change, empty | unasked, (upload, answered_of), {"api_name": "reveal"}),
        (passphrase.submit, empty, (), PRIVATE),
    ):
        begun = runs.end_and_clear(event, "reveal", cleared, unless)
        revealing = begun.success(
            apart(reveal, quiet=True), [upload, passphrase], found,
            show_progress="hidden", trigger_mode="multiple", **api, **NETWORK,
        )  # fmt: skip
        answered = revealing.success(show, answer, [*shown, passphrase], **AT_ONCE)
        runs.build("reveal", [begun.success], {"Revealing": revealing}, answered, needs=[upload])
        noted = answered.success(None, upload, answered_of, js="upload => upload")
        kept += [begun.success, noted.then]
    ask.click(apart(show_noise), upload, [ask, noise], **PRIVATE, **NETWORK)
    # the upload, whose change begins a run, comes back after what says that there is an answer already
    restored = reload.keep(page, "revealed", [answered_of, upload, *found], kept)
    restored.then(show, answer, [*shown, passphrase], **AT_ONCE)
    return upload


Shown = tuple[gr.Image, gr.Textbox, gr.DownloadButton, gr.Button, gr.Image, gr.Textbox]


def show(found: str | None, details: dict | None) -> Shown:
    """Shows a picture or a text that was revealed, and offers its file.

    Args:
        found: path of the file; None where nothing was revealed.
        details: as `reveal` returns them. Where nothing is hidden, the noise can be asked for; where it is
            locked, the passphrase is.
    """
    kind, outcome = (details or {}).get("kind"), (details or {}).get("status")
    is_picture, is_text = (found is not None and kind == each for each in (PICTURE, TEXT))
    text = Path(str(found)).read_text("utf-8")[:LONGEST_SHOWN] if is_text else ""
    return (
        gr.Image(value=found if is_picture else None, visible=is_picture),
        gr.Textbox(value=text, visible=is_text),
        gr.DownloadButton(DOWNLOAD.get(kind or "", ""), value=found, visible=found is not None),
        gr.Button(visible=outcome == NOTHING),
        gr.Image(value=None, visible=False),
        gr.Textbox(visible=True) if outcome == UNOPENED else gr.skip(),
    )


@on_gpu
def show_noise(stego: str) -> tuple[gr.Button, gr.Image]:
    """What the method predictive reads in the middle of a picture in which nothing is hidden."""
    with errors_as_sentences():
        read = loader.method(Predictive.name).reveal(centre(np.asarray(read_stego(stego)))).image
    return gr.Button(visible=False), gr.Image(value=save_result(read, "noise.png"), visible=True)


@on_gpu
def reveal(
    stego: str | None,
    passphrase: str = "",
    progress: gr.Progress = gr.Progress(),
) -> tuple[str | None, str, dict]:
    """Reveals the picture, the text or the file hidden in a stego picture.

    Args:
        stego: a picture made by hide, as the very file that was downloaded.
        passphrase: for a picture that was locked with one.
        progress: the bar on the page.

    Returns:
        What was hidden, as a file: a PNG, a text, or the very file; a sentence on whether it is intact;
        and, for programs, found (whether there is a secret), status (intact, changed, marked, locked,
        no_header ...), kind (picture, text or file) and method.
    """
    if not stego:
        return None, "", {}
    with errors_as_sentences():
        located = locate(read_stego(stego))
        name = located.name
        if name is None:
            said = _as_status(Status.NO_HEADER.value, recompression.advice(stego))
            return None, said, _details(NOTHING)
        locked = is_locked(located.image)
        if locked and not passphrase:
            return None, LOCKED, _details(UNOPENED, method=name)
        method = loader.method(name, passphrase if locked else None)
        result = located.reveal(method, lambda share: progress(share, desc="Revealing"))
        path, kind = save(result.content, f"{Path(stego).stem.removesuffix('-stego')}-secret")
    return path, _as_status(result.message), _details(result.status.name.lower(), kind, name)


def _details(status: str, kind: str | None = None, method: str | None = None) -> dict:
    """What a program wants to know."""
    return {"found": method is not None, "status": status, "kind": kind, "method": method}


def save(content: Content, name: str) -> tuple[str, str]:
    """Writes what was revealed as a file; returns its path and the kind of secret.

    Args:
        content: the secret.
        name: of the file, without ending, for those that have none of their own.
    """
    if isinstance(content, Image.Image):
        return save_result(content, f"{name}.png"), PICTURE
    path = result_path(safe_name(content.name) if isinstance(content, File) else f"{name}.txt")
    path.write_bytes(bytes_of(content))
    return str(path), kind_of(content)


def _as_status(*sentences: str | None) -> str:
    """Sentences as Markdown, in bold what stands before the first colon or full stop."""
    return re.sub(r"^[^:.]+[:.]", r"**\g<0>**", " ".join(filter(None, sentences)))
