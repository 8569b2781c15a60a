"""The Hide tab: two pictures in, one PNG out, and a look at what it does to both."""

from pathlib import Path
from typing import NamedTuple

import gradio as gr
import numpy as np
from PIL import Image

from steg.image import Picture, read_photo, read_stego
from steg.methods.base import Method, check_carrier_size, resized, what_will_happen
from steg.metrics import amplified_residual, in_words, psnr, ssim
from steg.ui.pictures import (
    MAX_MEGAPIXELS,
    errors_as_sentences,
    every_nth,
    picture_display,
    picture_upload,
    save_preview,
    save_result,
)

INTRO = "Choose a **cover**, the picture everybody will see, and a **secret**, the picture to hide in it."
SEND = (
    "**Send it as a file** (e-mail attachment, file transfer, cloud folder). Messengers and web pages that "
    "re-compress pictures destroy what is hidden in it, and so does a screenshot."
)
FIGURES = (
    "PSNR and SSIM say how close two pictures are: from 40 dB on, nobody sees a difference; "
    "an SSIM of 1 means the same picture."
)
START_GAIN = 20


class HideTab(NamedTuple):
    """The components that other tabs connect to."""

    stego_file: gr.DownloadButton
    to_reveal: gr.Button


def build(method: Method, examples: list[tuple[str, list[str]]], queue: dict) -> HideTab:
    """Lays out the tab.

    Args:
        method: what hides and reveals.
        examples: a label and the paths of cover and secret for each.
        queue: Gradio's concurrency settings, shared by all that uses the network.
    """
    gr.Markdown(INTRO)
    with gr.Row():
        cover = picture_upload(
            "cover", "Cover", 320, "Drop the picture that everybody will see, or click to choose"
        )
        secret = picture_upload("secret", "Secret", 320, "Drop the picture to hide in it, or click to choose")
    gr.Examples(
        [pair for _, pair in examples], [cover, secret], label="No pictures at hand? Take a pair of ours",
        example_labels=[label for label, _ in examples],
    )  # fmt: skip
    notice = gr.Markdown(elem_classes="notice")
    start = gr.Button("Hide", variant="primary", size="lg")
    summary = gr.Markdown(elem_classes="notice", min_height=60)

    with gr.Column(visible=False) as finished:
        with gr.Row():
            stego_file = gr.DownloadButton(
                "Download the stego picture (PNG)", variant="primary", min_width=280
            )
            to_reveal = gr.Button("Open it in Reveal", min_width=280)
        gr.Markdown(SEND)
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
        residual = picture_display(
            "Residual: what was changed", 420, "Stego picture minus cover; grey is no change"
        )
        gain = gr.Slider(1, 50, START_GAIN, step=1, label="Amplify the residual")

    def hide(cover_path: str, secret_path: str, progress=gr.Progress()) -> tuple[str, str]:  # noqa: B008
        """Hides the secret in the cover.

        Args:
            cover_path: the picture that will be seen, at least 16x16 and at most 24 megapixels.
            secret_path: the picture to hide, at most 24 megapixels.

        Returns:
            The stego picture, a PNG of the cover's size, and a sentence about it.
        """
        with errors_as_sentences():
            cover_picture, secret_picture = read_pair(cover_path, secret_path)
            stego = method.hide(
                cover_picture.image,
                secret_picture.image,
                progress=lambda share: progress(share, desc="Hiding"),
            )
            path = save_result(stego, f"{Path(cover_path).stem}-stego.png")
        size = Path(path).stat().st_size / 1e6
        return path, f"Done: {Path(path).name}, {stego.width}x{stego.height} pixels, {size:.1f} MB."

    def look(cover_path: str, secret_path: str, stego_path: str, amplify: float):
        """Everything shown after hiding, made from the very file that was written."""
        with errors_as_sentences():
            cover_picture, secret_picture = read_pair(cover_path, secret_path)
            received = method.reveal(stego_path)
            stego = read_stego(stego_path)
        return (
            (save_preview(cover_picture.image, "cover.png"), save_preview(stego, "stego-preview.png")),
            save_preview(received.image, "revealed.png"),
            figures_table(cover_picture.image, stego, secret_picture.image, received.image),
            amplify_residual(cover_path, stego_path, amplify),
        )

    pair = [cover, secret]
    looks = [slider, revealed, figures, residual]
    nothing = (gr.Column(visible=False), "", None, None, "", None)
    private = {"api_visibility": "private"}
    gr.on([cover.change, secret.change], before_hiding, pair, notice, **private)
    gr.on(
        [cover.change, secret.change],
        lambda: nothing,
        None,
        [finished, summary, *looks],
        queue=False,
        **private,
    )
    (
        start.click(lambda: nothing, None, [finished, summary, *looks], queue=False, **private)
        .then(hide, pair, [stego_file, summary], show_progress_on=summary, api_name="hide", **queue)
        .success(lambda: gr.Column(visible=True), None, finished, queue=False, **private)
        .success(look, [*pair, stego_file, gain], looks, **private, **queue)
    )
    gain.input(amplify_residual, [cover, stego_file, gain], residual, trigger_mode="always_last", **private)
    return HideTab(stego_file, to_reveal)


def read_pair(cover_path: str | None, secret_path: str | None) -> tuple[Picture, Picture]:
    """Reads and checks both pictures.

    Raises:
        gr.Error: if one has not been chosen.
        StegError: if one cannot be used.
    """
    if not cover_path or not secret_path:
        missing = "a cover" if not cover_path else "a secret"
        raise gr.Error(f"Choose {missing} first, or take one of the examples.", print_exception=False)
    cover = read_photo(cover_path, "cover", MAX_MEGAPIXELS)
    check_carrier_size(cover.image.size, "cover")
    return cover, read_photo(secret_path, "secret", MAX_MEGAPIXELS)


def before_hiding(cover_path: str | None, secret_path: str | None) -> str:
    """What will happen to the two pictures, as Markdown; nothing as long as one is missing."""
    if not cover_path or not secret_path:
        return ""
    with errors_as_sentences():
        cover, secret = read_pair(cover_path, secret_path)
    sentences = [*cover.notices, *secret.notices, what_will_happen(cover.image.size, secret.image.size)]
    return "\n".join(f"- {sentence}" for sentence in sentences)


def amplify_residual(cover_path: str, stego_path: str, gain: float) -> str:
    """Writes the amplified residual as a PNG and returns its path."""
    with errors_as_sentences():
        cover, stego = read_photo(cover_path, "cover", MAX_MEGAPIXELS).image, read_stego(stego_path)
    pixels = amplified_residual(every_nth(np.asarray(cover)), every_nth(np.asarray(stego)), gain)
    return save_result(Image.fromarray(pixels), f"residual-x{gain:g}.png")


def figures_table(cover: Image.Image, stego: Image.Image, secret: Image.Image, revealed: Image.Image) -> str:
    """PSNR and SSIM of both pictures, as a Markdown table."""
    secret_pixels = resized(np.asarray(secret), revealed.size)
    rows = ["| before and after | PSNR | SSIM | in words |", "|---|---|---|---|"]
    for name, before, after in (
        ("Cover", np.asarray(cover), np.asarray(stego)),
        ("Secret", secret_pixels, np.asarray(revealed)),
    ):
        db = psnr(before, after)
        rows.append(f"| {name} | {db:.1f} dB | {ssim(before, after):.3f} | {in_words(db)} |")
    return "\n".join([*rows, "", FIGURES])
