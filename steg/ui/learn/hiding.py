"""Step: a small network that learns to hide, on the visitor's own pair, while one watches."""

import html
import io
import time
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.images.reading import read_photo
from steg.teaching.classifier import central_square
from steg.teaching.hiding import Progress, train_to_hide
from steg.ui import examples
from steg.ui.components import component
from steg.ui.events import AT_ONCE, LATEST, PRIVATE
from steg.ui.learn.live import together
from steg.ui.learn.pictures import read_kept
from steg.ui.pictures import MAX_MEGAPIXELS, picture_upload

TITLE = "Watch a network learn to hide"
SLUG = "hiding"
WORDS = (
    "Three stacks of convolutions: one **prepares** the secret, one **hides** it in the cover, one "
    "**reveals** it from the stego picture alone. They begin with random weights and are trained together, "
    "on your picture, the secret and our photographs, all at 64x64 pixels. Each step moves all weights a "
    "little, so that the weighted sum of the two errors should fall. (The cover's weight is what the "
    "secret's leaves of 1.)"
)
SOURCE = (
    "[S. Baluja, *Hiding images in plain sight: deep steganography*, NeurIPS 2017]"
    "(https://papers.nips.cc/paper/2017/hash/838e8afb1ca34354ac209f53d90c3a43-Abstract.html)"
)
TRY = (
    "Which of the two pictures becomes recognisable first? While it trains, move the weight all the way to "
    "either side: which picture pays, and what do you see of the secret in the residual?"
)

SECONDS, EVERY = 60, 1.0  # how long it trains at most; from one frame to the next
GAIN = 10  # of the residual
FRAMES = {
    "cover": "Cover",
    "stego": "Stego",
    "residual": f"Residual ×{GAIN}",
    "secret": "Secret",
    "revealed": "Revealed",
}


class Controls:
    """What a visitor moves while the training runs; the session's own."""

    def __init__(self) -> None:
        self.secret_weight = 0.7
        self.stopped = False


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    controls = gr.State(Controls())
    with together():
        with gr.Row():
            secret = picture_upload(
                "hiding-secret", "Secret", 140, "Drop a secret, or click to choose", str(examples.SECRET)
            )
            with gr.Column(scale=2):
                weight = gr.Slider(
                    0.02, 0.98, 0.7, step=0.02, elem_id="hiding-weight",
                    label="Weight of the secret's error; move it while it trains",
                )  # fmt: skip
                with gr.Row():
                    start = gr.Button("Start", variant="primary", min_width=120)
                    stop = gr.Button("Stop", min_width=120)
        training = component("training", names=list(FRAMES.items()))
    start.click(
        watch, [picture, secret, controls], training,
        show_progress="minimal", concurrency_id="training", concurrency_limit=1, **PRIVATE,
    )  # fmt: skip
    stop.click(stop_training, controls, None, **AT_ONCE)
    weight.input(set_weight, [controls, weight], None, **LATEST, queue=False)


def stop_training(controls: Controls) -> None:
    """Ends the session's training after the step that it is at."""
    controls.stopped = True


def set_weight(controls: Controls, weight: float) -> None:
    """Gives the secret's error another weight, from the next step on."""
    controls.secret_weight = weight


def watch(picture: str | None, secret: str | None, controls: Controls) -> Iterator[dict[str, Any]]:
    """Trains for a minute, or until stopped; what the component shows, every second."""
    controls.stopped = False
    try:
        if not secret:
            raise StegError("Choose a secret first.")
        cover = central_square(read_kept(picture))
        hidden = central_square(np.asarray(read_photo(secret, "secret", MAX_MEGAPIXELS).image))
    except StegError as error:
        yield {"says": f"<b>{html.escape(str(error))}</b>"}
        return
    started, shown, points = time.monotonic(), 0.0, list[tuple[float, float, float]]()
    for measure in train_to_hide(cover, hidden, thumbnails(), lambda: controls.secret_weight):
        now = time.monotonic() - started
        over = controls.stopped or now >= SECONDS
        if over or now >= shown + EVERY:
            shown, progress = now, measure()
            points.append((now, progress.cover_psnr, progress.secret_psnr))
            yield frame(cover, hidden, progress, points, over)
        if over:
            return


def frame(
    cover: np.ndarray, secret: np.ndarray, progress: Progress, points: list, over: bool
) -> dict[str, Any]:
    """What the component shows: pictures as data URLs, the curve so far, and a sentence."""
    residual = 128 + GAIN * (progress.stego.astype(float) - cover)
    pictures = {
        "cover": cover,
        "stego": progress.stego,
        "residual": residual.clip(0, 255).astype(np.uint8),
        "secret": secret,
        "revealed": progress.revealed,
    }
    verb = "Ended after" if over else "Trained for"
    return {
        "pictures": {name: data_url(pixels) for name, pixels in pictures.items()},
        "curve": points,
        "seconds": SECONDS,
        "says": f"{verb} {points[-1][0]:.0f} s and {progress.step} steps. Cover <b>{progress.cover_psnr:.1f} "
        f"dB</b>, secret <b>{progress.secret_psnr:.1f} dB</b>. Grey in the residual is no change.",
    }


def data_url(pixels: np.ndarray) -> str:
    """A small picture as a PNG file inside an address."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return f"data:image/png;base64,{b64encode(file.getvalue()).decode()}"


@cache
def thumbnails() -> list[np.ndarray]:
    """Our photographs, each (64, 64, 3) uint8."""
    paths = sorted({path for pair in examples.PAIRS.values() for path in pair})
    return [central_square(np.asarray(read_photo(path).image)) for path in paths]
