"""The Reveal tab: one picture in, the secret out, with a word on how far to trust it."""

from functools import cache
from pathlib import Path

import gradio as gr

from steg.image import read_stego
from steg.methods import load, recognise
from steg.methods.base import Method
from steg.ui.gpu import on_gpu
from steg.ui.pictures import MAX_MEGAPIXELS, errors_as_sentences, picture_display, picture_upload, save_result

INTRO = "Drop a picture made with Steg, as the very file you received, and see what is hidden in it."


def build(method: Method, examples: list[list[str]], queue: dict) -> gr.Image:
    """Lays out the tab and returns its upload; arguments as in `steg.ui.hide.build`."""
    gr.Markdown(INTRO)
    with gr.Row():
        with gr.Column():
            upload = picture_upload(
                "stego", "Stego picture", 420, "Drop the stego picture, or click to choose"
            )
            gr.Examples(examples, [upload], label="No stego picture at hand? Take this one")
        with gr.Column():
            status = gr.Markdown(elem_classes="notice", min_height=60, label="Status")
            secret = picture_display("The hidden picture", 420, "The picture that was hidden")
            download = gr.DownloadButton("Download the hidden picture (PNG)", visible=False)

    @cache
    def methods_by_name(name: str) -> Method:
        return method if name == method.name else load(name, device=str(method.device))

    @on_gpu
    def reveal(stego: str | None, progress=gr.Progress()) -> tuple[str | None, str]:  # noqa: B008
        """Reveals the picture hidden in a stego picture.

        Args:
            stego: a picture made by hide, as the very file that was downloaded.

        Returns:
            The hidden picture, a PNG, and a sentence on whether one was found and is intact.
        """
        if not stego:
            return None, ""
        with errors_as_sentences():
            image = read_stego(stego, MAX_MEGAPIXELS)
            result = methods_by_name(recognise(image)).reveal(
                image, progress=lambda share: progress(share, desc="Revealing")
            )
            path = save_result(result.image, f"{Path(stego).stem.removesuffix('-stego')}-secret.png")
        verdict, colon, rest = result.message.partition(":")
        return path, f"**{verdict}{colon}**{rest}"

    def offer(secret_path: str | None) -> gr.DownloadButton:
        return gr.DownloadButton(value=secret_path, visible=secret_path is not None)

    nothing = (None, "", gr.DownloadButton(visible=False))
    shown = [secret, status, download]
    (
        upload.change(lambda: nothing, None, shown, queue=False, api_visibility="private")
        .then(reveal, upload, [secret, status], api_name="reveal", **queue)
        .success(offer, secret, download, queue=False, api_visibility="private")
    )  # fmt: skip
    return upload
