"""The Reveal tab: one picture in, the secret out, with a word on how far to trust it."""

from pathlib import Path

import gradio as gr

from steg.errors import StegError
from steg.images.reading import read_stego
from steg.methods import Sealed, by_header, recognise
from steg.methods.base import Status
from steg.steganalysis import recompression as traces
from steg.ui.gpu import on_gpu
from steg.ui.loader import Loader
from steg.ui.pictures import MAX_MEGAPIXELS, errors_as_sentences, picture_display, picture_upload, save_result

LOCKED = "**Found, and sealed:** type the passphrase under the picture to open it."
INTRO = (
    "Drop a picture made with Steg, as the very file you received, and see what is hidden in it. Only if it "
    "was made for a chat or a web page may it have been re-compressed."
)


def build(get: Loader, examples: list[list[str]], queue: dict) -> gr.Image:
    """Lays out the tab and returns its upload; arguments as in `steg.ui.hide.build`."""
    gr.Markdown(INTRO)
    with gr.Row():
        with gr.Column():
            upload = picture_upload(
                "stego", "Stego picture", 420, "Drop the stego picture, or click to choose"
            )
            passphrase = gr.Textbox(
                value="", type="password", label="Passphrase", visible=False, max_lines=1, submit_btn=True,
                info="This picture is sealed: type the passphrase it was sealed with, then press Enter",
            )  # fmt: skip
            gr.Examples(examples, [upload], label="No stego picture at hand? Take this one")
        with gr.Column():
            status = gr.Markdown(elem_classes="notice", min_height=60, label="Status")
            secret = picture_display("The hidden picture", 420, "The picture that was hidden")
            download = gr.DownloadButton("Download the hidden picture (PNG)", visible=False)

    @on_gpu
    def reveal(stego: str | None, passphrase: str = "", progress=gr.Progress()) -> tuple[str | None, str]:  # noqa: B008
        """Reveals the picture hidden in a stego picture.

        Args:
            stego: a picture made by hide, as the very file that was downloaded.
            passphrase: for a picture that was sealed with one.

        Returns:
            The hidden picture, a PNG, and a sentence on whether one was found and is intact.
        """
        if not stego:
            return None, ""
        with errors_as_sentences():
            image = read_stego(stego, MAX_MEGAPIXELS)
            name = recognise(image)
            if name == Sealed.name and not passphrase:
                return None, LOCKED
            result = get(name, passphrase if name == Sealed.name else None).reveal(
                image, progress=lambda share: progress(share, desc="Revealing")
            )
            path = save_result(result.image, f"{Path(stego).stem.removesuffix('-stego')}-secret.png")
            advice = traces.advice(stego) if result.status is Status.NO_HEADER else None
        verdict, colon, rest = " ".join(filter(None, [result.message, advice])).partition(":")
        return path, f"**{verdict}{colon}**{rest}"

    def ask(stego: str | None) -> gr.Textbox:
        """Asks for a passphrase where one is needed; pictures that cannot be read are left to `reveal`."""
        try:
            sealed = stego is not None and by_header(read_stego(stego, MAX_MEGAPIXELS)) == Sealed.name
        except StegError:
            sealed = False
        return gr.Textbox(visible=sealed, value="")

    def offer(secret_path: str | None) -> gr.DownloadButton:
        return gr.DownloadButton(value=secret_path, visible=secret_path is not None)

    nothing = (None, "", gr.DownloadButton(visible=False))
    shown = [secret, status, download]
    (
        upload.change(lambda: nothing, None, shown, queue=False, api_visibility="private")
        .then(ask, upload, passphrase, queue=False, api_visibility="private")
        .then(reveal, [upload, passphrase], [secret, status], api_name="reveal", **queue)
        .success(offer, secret, download, queue=False, api_visibility="private")
    )  # fmt: skip
    passphrase.submit(
        reveal, [upload, passphrase], [secret, status], api_visibility="private", **queue
    ).success(offer, secret, download, queue=False, api_visibility="private")
    return upload
