"""The Hide tab: two pictures in, one PNG out, and a look at what it does to both."""

from pathlib import Path
from typing import NamedTuple

import gradio as gr
import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.image import Picture, read_photo, read_stego
from steg.methods import DEFAULT, METHODS, Sealed
from steg.methods.base import check_size, resized, warning
from steg.metrics import amplified_residual, in_words, psnr, ssim
from steg.ui.gpu import on_gpu
from steg.ui.loader import LABELS, Loader
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
    strength = gr.Slider(
        0, 1, 0.5, step=0.05, label="Strength: invisible (0) to faithful (1)",
        info="Left the cover changes less, right the secret comes back better; the receiver needs no setting",
    )  # fmt: skip
    with gr.Row():
        method = gr.Dropdown(
            list(LABELS.items()), value=DEFAULT, label="Method",
            info="The older networks know one strength only",
        )  # fmt: skip
        passphrase = gr.Textbox(
            value="", type="password", label="Passphrase", visible=False, max_lines=1,
            info="Whoever opens the picture needs it too; nobody can get a lost one back",
        )  # fmt: skip
    notice = gr.Markdown(elem_classes="notice")
    start = gr.Button("Hide", variant="primary", size="lg")
    message = gr.Markdown(elem_classes="notice", min_height=60, label="Message")

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
            method: predictive, invertible, prep-hide-reveal, lsb or sealed.
            passphrase: for sealed, which alone takes one.

        Returns:
            The stego picture, a PNG of the cover's size, and a sentence about it.
        """
        with errors_as_sentences():
            pictures = read_cover(cover).image, read_secret(secret).image
            stego = get(method, passphrase).hide(
                *pictures, strength=strength, progress=lambda share: progress(share, desc="Hiding")
            )
            path = save_result(stego, f"{Path(cover).stem}-stego.png")
        size = Path(path).stat().st_size / 1e6
        return path, f"Done: {Path(path).name}, {stego.width}x{stego.height} pixels, {size:.1f} MB."

    @on_gpu
    def look(cover_path, secret_path, method, passphrase, stego_path, amplify, progress=gr.Progress()):  # noqa: B008
        """Everything shown after hiding, made from the very file that was written."""
        with errors_as_sentences():
            cover, secret = read_cover(cover_path).image, read_secret(secret_path).image
            received = (
                get(method, passphrase)
                .reveal(stego_path, progress=lambda share: progress(share, desc="Revealing"))
                .image
            )
            stego = read_stego(stego_path)
        return (
            (save_preview(cover, "cover.png"), save_preview(stego, "stego-preview.png")),
            save_preview(received, "revealed.png"),
            figures_table(cover, stego, secret, received),
            amplify_residual(cover_path, stego_path, amplify),
        )

    pair, how = [cover_upload, secret_upload], [method, passphrase]
    looks = [slider, revealed, figures, residual]
    nothing = (gr.Column(visible=False), "", None, None, "", None)
    private = {"api_visibility": "private"}
    method.change(
        lambda name: gr.Textbox(visible=name == Sealed.name, value=""),
        method,
        passphrase,
        queue=False,
        **private,
    )
    gr.on(
        [cover_upload.change, secret_upload.change, method.change],
        before_hiding,
        [*pair, method],
        notice,
        **private,
    )
    gr.on(
        [cover_upload.change, secret_upload.change, method.change],
        lambda: nothing,
        None,
        [finished, message, *looks],
        queue=False,
        **private,
    )
    (
        start.click(lambda: nothing, None, [finished, message, *looks], queue=False, **private)
        .then(
            hide,
            [*pair, strength, *how],
            [stego_file, message],
            show_progress_on=message,
            api_name="hide",
            **queue,
        )
        .success(lambda: gr.Column(visible=True), None, finished, queue=False, **private)
        .success(look, [*pair, *how, stego_file, gain], looks, **private, **queue)
    )
    gain.input(
        amplify_residual, [cover_upload, stego_file, gain], residual, trigger_mode="always_last", **private
    )
    return HideTab(stego_file, to_reveal)


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


def before_hiding(cover_path: str | None, secret_path: str | None, method: str = DEFAULT) -> str:
    """What will happen to the pictures chosen so far, as Markdown."""
    with errors_as_sentences():
        cover = read_cover(cover_path) if cover_path else None
        secret = read_secret(secret_path) if secret_path else None
    sentences = [notice for picture in (cover, secret) if picture for notice in picture.notices]
    if cover and secret:
        sentences.append(METHODS[method].forecast(cover.image.size, secret.image.size))
    return "\n".join(f"- {sentence}" for sentence in sentences)


def amplify_residual(cover_path: str, stego_path: str, gain: float) -> str:
    """Writes the amplified residual as a PNG and returns its path."""
    with errors_as_sentences():
        cover, stego = read_photo(cover_path, "cover", MAX_MEGAPIXELS).image, read_stego(stego_path)
    pixels = amplified_residual(every_nth(np.asarray(cover)), every_nth(np.asarray(stego)), gain)
    return save_result(Image.fromarray(pixels), f"residual-x{gain:g}.png")


def figures_table(cover: Image.Image, stego: Image.Image, secret: Image.Image, revealed: Image.Image) -> str:
    """PSNR and SSIM of both pictures, as a Markdown table, with a warning where they are low."""
    secret_pixels = resized(np.asarray(secret), revealed.size)
    rows, levels = ["| | PSNR | SSIM | before and after |", "|---|---|---|---|"], []
    for name, before, after in (
        ("Cover", np.asarray(cover), np.asarray(stego)),
        ("Secret", secret_pixels, np.asarray(revealed)),
    ):
        db = psnr(before, after)
        levels.append(db)
        rows.append(f"| {name} | {db:.1f} dB | {ssim(before, after):.3f} | {in_words(db)} |")
    badly = warning(*levels)
    return "\n".join([*([f"**{badly}**", ""] if badly else []), *rows, "", FIGURES])
