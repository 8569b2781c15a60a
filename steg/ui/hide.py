"""The Hide tab: two pictures in, one file out, a look at what it does to both, and at what survives."""

from pathlib import Path
from typing import NamedTuple

import gradio as gr

from steg.images.reading import read_stego
from steg.methods import DEFAULT, Robust
from steg.ui import sending, survival
from steg.ui.gpu import on_gpu
from steg.ui.loader import Loader
from steg.ui.pair import amplify_residual, before_hiding, figures_table, read_cover, read_secret
from steg.ui.pictures import (
    errors_as_sentences,
    picture_display,
    picture_upload,
    save_preview,
    save_result,
)

INTRO = "Choose a **cover**, the picture everybody will see, and a **secret**, the picture to hide in it."
START_GAIN = 20


class HideTab(NamedTuple):
    """The components that other tabs connect to."""

    stego_file: gr.DownloadButton
    to_reveal: gr.Button


def build(get: Loader, examples: list[tuple[str, list[str]]], queue: dict) -> HideTab:
    """Lays out the tab.

    Args:
        get: gives methods by name.
        examples: a label and the paths of cover and secret for each.
        queue: Gradio's concurrency settings, shared by all that uses the network.
    """
    gr.Markdown(INTRO)
    with gr.Row():
        cover_upload = picture_upload(
            "cover", "Cover", 320, "Drop the picture that everybody will see, or click to choose"
        )
        secret_upload = picture_upload(
            "secret", "Secret", 320, "Drop the picture to hide in it, or click to choose"
        )
    gr.Examples(
        [pair for _, pair in examples], [cover_upload, secret_upload],
        label="No pictures at hand? Take a pair of ours", example_labels=[label for label, _ in examples],
    )  # fmt: skip
    method, passphrase, strength = sending.build()
    notice = gr.Markdown(elem_classes="notice")
    start = gr.Button("Hide", variant="primary", size="lg")
    message = gr.Markdown(elem_classes="notice", min_height=60, label="Message")

    with gr.Column(visible=False) as finished:
        with gr.Row():
            stego_file = gr.DownloadButton(
                "Download the stego picture (PNG)", variant="primary", size="md", min_width=280
            )
            jpeg_file = gr.DownloadButton("Download it as JPEG", size="md", min_width=280, visible=False)
            to_reveal = gr.Button("Open it in Reveal", size="md", min_width=280)
        send = gr.Markdown()
        with gr.Row():
            with gr.Column(min_width=300):
                slider = gr.ImageSlider(
                    label="Cover | stego", type="filepath", buttons=["fullscreen"], max_height=420
                )
            with gr.Column(min_width=300):
                revealed = picture_display(
                    "What the receiver sees", 420, "The secret, revealed from the PNG that was just written"
                )
        figures = gr.Markdown(elem_classes="figures")
        panel = survival.build(get, [stego_file, secret_upload, method, passphrase], queue)
        residual = picture_display(
            "Residual: what was changed", 420, "Stego picture minus cover; grey is no change"
        )
        gain = gr.Slider(1, 50, START_GAIN, step=1, label="Amplify the residual")

    @on_gpu
    def hide(
        cover: str,
        secret: str,
        strength: float = 0.5,
        method: str = DEFAULT,
        passphrase: str = "",
        progress=gr.Progress(),  # noqa: B008
    ) -> tuple[str, str]:
        """Hides the secret in the cover.

        Args:
            cover: the picture that will be seen, at least 16x16 and at most 24 megapixels.
            secret: the picture to hide, at most 24 megapixels.
            strength: from 0, the cover changes least, to 1, the secret comes back best.
            method: predictive, robust (outlives JPEG), invertible, prep-hide-reveal, lsb or sealed.
            passphrase: for sealed, which alone takes one.

        Returns:
            The stego picture, a PNG of the cover's size (with robust, of at most 1600 pixels a side), and a
            sentence about it.
        """
        with errors_as_sentences():
            pictures = read_cover(cover).image, read_secret(secret).image
            stego = get(method, passphrase).hide(
                *pictures, strength=strength, progress=lambda share: progress(share, desc="Hiding")
            )
            path = save_result(stego, f"{Path(cover).stem}-stego.png")
        size = Path(path).stat().st_size / 1e6
        return path, f"Done: {Path(path).name}, {stego.width}x{stego.height} pixels, {size:.1f} MB."

    def offer(stego_path, name) -> tuple:
        """Opens what is shown after hiding; only a robust picture is also offered as JPEG."""
        as_jpeg = None
        if name == Robust.name:
            with errors_as_sentences():
                as_jpeg = save_result(read_stego(stego_path), f"{Path(stego_path).stem}.jpg")
        button = gr.DownloadButton(value=as_jpeg, visible=as_jpeg is not None)
        return gr.Column(visible=True), button, sending.SEND.get(name, sending.SEND[DEFAULT])

    @on_gpu
    def look(cover_path, secret_path, name, passphrase, stego_path, amplify, progress=gr.Progress()):  # noqa: B008
        """Everything shown after hiding, made from the very file that was written."""
        with errors_as_sentences():
            cover, secret = read_cover(cover_path).image, read_secret(secret_path).image
            method = get(name, passphrase)
            received = method.reveal(
                stego_path, progress=lambda share: progress(share, desc="Revealing")
            ).image
            stego = read_stego(stego_path)
        return (
            (save_preview(cover, "cover.png"), save_preview(stego, "stego-preview.png")),
            save_preview(received, "revealed.png"),
            figures_table(method, cover, stego, secret, received),
            amplify_residual(cover_path, stego_path, amplify),
        )

    pair, how = [cover_upload, secret_upload], [method, passphrase]
    looks = [slider, revealed, figures, residual]
    cleared = [finished, message, *looks, *panel.outputs]
    private = {"api_visibility": "private"}

    def clear() -> tuple:
        return gr.Column(visible=False), "", None, None, "", None, *survival.empty()

    changed = [cover_upload.change, secret_upload.change, method.change]
    gr.on(changed, before_hiding, [*pair, method], notice, **private)
    gr.on(changed, clear, None, cleared, queue=False, **private)
    (
        start.click(clear, None, cleared, queue=False, **private)
        .then(
            hide,
            [*pair, strength, *how],
            [stego_file, message],
            show_progress_on=message,
            api_name="hide",
            **queue,
        )
        .success(offer, [stego_file, method], [finished, jpeg_file, send], queue=False, **private)
        .success(look, [*pair, *how, stego_file, gain], looks, **private, **queue)
        .success(panel.show, panel.inputs, panel.outputs, **private, **queue)
    )
    gain.input(
        amplify_residual, [cover_upload, stego_file, gain], residual, trigger_mode="always_last", **private
    )
    return HideTab(stego_file, to_reveal)
