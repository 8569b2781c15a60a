"""The Hide tab: two pictures in, one file out, a look at what it does to both, and at what survives."""

from pathlib import Path
from typing import Any

import gradio as gr

from steg.images.reading import read_stego
from steg.methods import DEFAULT, Robust
from steg.ui import loader, pair, sending, survival
from steg.ui.events import AT_ONCE, LATEST, NETWORK, PRIVATE
from steg.ui.gpu import on_gpu
from steg.ui.pictures import errors_as_sentences, picture_display, save_preview, save_result

INTRO = "Choose a **cover**, the picture everybody will see, and a **secret**, the picture to hide in it."
START_GAIN = 20


def build() -> tuple[gr.DownloadButton, gr.Button]:
    """Lays out the tab; returns the stego picture's file, and the button that opens it in Reveal."""
    gr.Markdown(INTRO)
    cover, secret = pair.build("", 320)
    method, passphrase, strength = sending.build()
    notice = gr.Markdown(elem_classes="notice")
    start = gr.Button("Hide", variant="primary", size="lg")
    message = gr.Markdown(elem_classes="notice", min_height=60, label="Message")
    with gr.Column(visible=False) as finished:
        with gr.Row():
            button: dict[str, Any] = {"size": "md", "min_width": 280}
            stego_file = gr.DownloadButton("Download the stego picture (PNG)", variant="primary", **button)
            jpeg_file = gr.DownloadButton("Download it as JPEG", visible=False, **button)
            to_reveal = gr.Button("Open it in Reveal", **button)
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
        show_survival = survival.build([stego_file, secret, method, passphrase])
        residual = picture_display(
            "Residual: what was changed", 420, "Stego picture minus cover; grey is no change"
        )
        gain = gr.Slider(1, 50, START_GAIN, step=1, label="Amplify the residual")

    chosen, looks = [cover, secret, method, passphrase], [slider, revealed, figures, residual]
    cleared = [finished, message, *looks, *show_survival.outputs]
    changed = [cover.change, secret.change, method.change]
    gr.on(changed, pair.describe, [cover, secret, method], notice, **PRIVATE)
    gr.on(changed, clear, None, cleared, **AT_ONCE)
    (
        start.click(clear, None, cleared, **AT_ONCE)
        .then(
            hide, [cover, secret, strength, method, passphrase], [stego_file, message],
            show_progress_on=message, api_name="hide", **NETWORK,
        )
        .success(offer, [stego_file, method], [finished, jpeg_file, send], **AT_ONCE)
        .success(look, [*chosen, stego_file, gain], looks, **PRIVATE, **NETWORK)
        .success(*show_survival, **PRIVATE, **NETWORK)
    )  # fmt: skip
    gain.input(pair.amplify_residual, [cover, stego_file, gain], residual, **LATEST)
    return stego_file, to_reveal


def clear() -> tuple:
    """Hides and empties all that is shown after hiding."""
    return gr.Column(visible=False), "", None, None, "", None, *survival.empty()


@on_gpu
def hide(
    cover: str,
    secret: str,
    strength: float = 0.5,
    method: str = DEFAULT,
    passphrase: str = "",
    progress: gr.Progress = gr.Progress(),
) -> tuple[str, str]:
    """Hides the secret in the cover.

    Args:
        cover: the picture that will be seen, at least 16x16 and at most 24 megapixels.
        secret: the picture to hide, at most 24 megapixels.
        strength: from 0, the cover changes least, to 1, the secret comes back best.
        method: file, robust (outlives JPEG), predictive, invertible, prep-hide-reveal or lsb.
        passphrase: for file, which locks the secret with it.
        progress: the bar on the page.

    Returns:
        The stego picture, a PNG of the cover's size (with robust, of at most 1600 pixels a side), and a
        sentence about it.
    """
    with errors_as_sentences():
        pictures = pair.read_cover(cover).image, pair.read_secret(secret).image
        stego = loader.method(method, passphrase).hide(
            *pictures, strength=strength, progress=lambda share: progress(share, desc="Hiding")
        )
        path = save_result(stego, f"{Path(cover).stem}-stego.png")
    size = Path(path).stat().st_size / 1e6
    return path, f"Done: {Path(path).name}, {stego.width}x{stego.height} pixels, {size:.1f} MB."


def offer(stego: str, method: str) -> tuple[gr.Column, gr.DownloadButton, str]:
    """Opens what is shown after hiding; only a robust picture is also offered as JPEG."""
    as_jpeg = None
    if method == Robust.name:
        with errors_as_sentences():
            as_jpeg = save_result(read_stego(stego), f"{Path(stego).stem}.jpg")
    button = gr.DownloadButton(value=as_jpeg, visible=as_jpeg is not None)
    return gr.Column(visible=True), button, sending.SEND.get(method, sending.SEND[DEFAULT])


@on_gpu
def look(
    cover: str,
    secret: str,
    method: str,
    passphrase: str,
    stego: str,
    gain: float,
    progress: gr.Progress = gr.Progress(),
) -> tuple[tuple[str, str], str, str, str]:
    """Reveals from the file that was written and measures both pictures.

    Returns:
        Previews of cover and stego picture, of the revealed secret, the figures as Markdown, and the
        residual, `gain` times as large.
    """
    with errors_as_sentences():
        before, hidden = pair.read_cover(cover).image, pair.read_secret(secret).image
        hider = loader.method(method, passphrase)
        received = hider.reveal(stego, progress=lambda share: progress(share, desc="Revealing")).image
        after = read_stego(stego)
    return (
        (save_preview(before, "cover.png"), save_preview(after, "stego-preview.png")),
        save_preview(received, "revealed.png"),
        pair.figures_table(hider, before, after, hidden, received),
        pair.amplify_residual(cover, stego, gain),
    )
