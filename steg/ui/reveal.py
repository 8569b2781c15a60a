"""The Reveal tab: one picture in, the secret out, with a word on how far to trust it."""

from pathlib import Path

import gradio as gr

from steg.errors import StegError
from steg.images.reading import read_stego
from steg.methods import is_locked, recognise
from steg.methods.base import Status
from steg.steganalysis import recompression
from steg.ui import examples, loader
from steg.ui.events import AT_ONCE, NETWORK, PRIVATE
from steg.ui.gpu import on_gpu
from steg.ui.pictures import MAX_MEGAPIXELS, errors_as_sentences, picture_display, picture_upload, save_result

LOCKED = "**Found, and locked:** type the passphrase under the picture to open it."
INTRO = (
    "Drop a picture made with Steg, as the very file you received, and see what is hidden in it. Only if it "
    "was made for a chat or a web page may it have been re-compressed."
)


def build() -> gr.Image:
    """Lays out the tab and returns its upload."""
    gr.Markdown(INTRO)
    with gr.Row():
        with gr.Column():
            upload = picture_upload(
                "stego", "Stego picture", 420, "Drop the stego picture, or click to choose"
            )
            passphrase = gr.Textbox(
                value="", type="password", label="Passphrase", visible=False, max_lines=1, submit_btn=True,
                info="This picture is locked: type the passphrase it was locked with, then press Enter",
            )  # fmt: skip
            gr.Examples([examples.STEGO[:1]], [upload], label="No stego picture at hand? Take this one")
        with gr.Column():
            status = gr.Markdown(elem_classes="notice", min_height=60, label="Status")
            secret = picture_display("The hidden picture", 420, "The picture that was hidden")
            download = gr.DownloadButton("Download the hidden picture (PNG)", visible=False)

    given, found = [upload, passphrase], [secret, status]
    (
        upload.change(clear, None, [*found, download], **AT_ONCE)
        .then(ask_for_passphrase, upload, passphrase, **AT_ONCE)
        .then(reveal, given, found, api_name="reveal", **NETWORK)
        .success(offer_download, secret, download, **AT_ONCE)
    )
    passphrase.submit(reveal, given, found, **PRIVATE, **NETWORK).success(
        offer_download, secret, download, **AT_ONCE
    )
    return upload


def clear() -> tuple[None, str, gr.DownloadButton]:
    """Empties the hidden picture and the status, and hides the download button."""
    return None, "", gr.DownloadButton(visible=False)


def ask_for_passphrase(stego: str | None) -> gr.Textbox:
    """Asks for a passphrase where one is needed; pictures that cannot be read are left to `reveal`."""
    try:
        locked = stego is not None and is_locked(read_stego(stego, MAX_MEGAPIXELS))
    except StegError:
        locked = False
    return gr.Textbox(visible=locked, value="")


@on_gpu
def reveal(
    stego: str | None,
    passphrase: str = "",
    progress: gr.Progress = gr.Progress(),
) -> tuple[str | None, str]:
    """Reveals the picture hidden in a stego picture.

    Args:
        stego: a picture made by hide, as the very file that was downloaded.
        passphrase: for a picture that was locked with one.
        progress: the bar on the page.

    Returns:
        The hidden picture, a PNG, and a sentence on whether one was found and is intact.
    """
    if not stego:
        return None, ""
    with errors_as_sentences():
        image = read_stego(stego, MAX_MEGAPIXELS)
        name = recognise(image)
        if name is None:
            return None, _as_status(Status.NO_HEADER.value, recompression.advice(stego))
        locked = is_locked(image)
        if locked and not passphrase:
            return None, LOCKED
        result = loader.method(name, passphrase if locked else None).reveal(
            image, progress=lambda share: progress(share, desc="Revealing")
        )
        path = save_result(result.image, f"{Path(stego).stem.removesuffix('-stego')}-secret.png")
    return path, _as_status(result.message)


def _as_status(*sentences: str | None) -> str:
    """Sentences as Markdown, in bold what stands before the first colon."""
    verdict, colon, rest = " ".join(filter(None, sentences)).partition(":")
    return f"**{verdict}{colon}**{rest}"


def offer_download(secret: str | None) -> gr.DownloadButton:
    """Offers the hidden picture as a file, if there is one."""
    return gr.DownloadButton(value=secret, visible=secret is not None)
