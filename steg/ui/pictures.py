"""Pictures on their way through Gradio: every one a file, because Gradio's own conversion is lossy."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gradio as gr
import numpy as np
from gradio.data_classes import ImageData
from gradio.utils import get_upload_folder
from PIL import Image

from steg.errors import StegError
from steg.images.writing import save_picture

MAX_MEGAPIXELS = float(os.environ.get("STEG_MAX_MEGAPIXELS", 24))
KEEP_FOR = 3300  # seconds that the server keeps uploads, results and what it remembers of them
PREVIEW_SIDE = 2048  # longest side of a picture that is only shown; downloads are never made smaller


def picture_upload(
    name: str, label: str, height: int, placeholder: str, value: str | None = None, min_width: int = 160
) -> gr.Image:
    """A drop zone whose value is the path of the very file that was uploaded, unopened.

    `gr.Image` opens what it is given and fails with a bare "Error" where it cannot; from the path we read it
    ourselves and can say what is wrong. `value` is the path of a picture that is there from the start. The
    label shares `min_width` pixels with two buttons.
    """
    image = gr.Image(
        value,
        label=label,
        elem_id=name,
        elem_classes="upload",
        height=height,
        min_width=min_width,
        placeholder=placeholder,
        alt_text=f"{label}: the picture you chose",
        type="filepath",
        image_mode=None,
        format="png",
        sources=["upload", "clipboard"],
        buttons=["fullscreen"],
    )
    return unopened(image)


def unopened(image: gr.Image) -> gr.Image:
    """The same image, whose value is a path from now on."""
    image.preprocess = _path_of  # type: ignore[method-assign]  # of this one image only
    return image


def _path_of(payload: ImageData | None) -> str | None:
    if payload and not payload.path:
        raise gr.Error("Send the picture as a file, not inside the request.", print_exception=False)
    return payload.path if payload else None


def picture_display(label: str, height: int | None, alt_text: str) -> gr.Image:
    """Shows a picture from its file; handed a path, Gradio converts nothing. No height: the picture's own."""
    return gr.Image(
        label=label,
        height=height,
        alt_text=alt_text,
        min_width=240,
        type="filepath",
        interactive=False,
        buttons=["fullscreen"],
    )


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Shows a `StegError` to the user as it is; Gradio would show a bare "Error"."""
    try:
        yield
    except StegError as error:
        raise gr.Error(str(error), print_exception=False) from error


def result_path(name: str) -> Path:
    """A new path with this file name in Gradio's temporary folder, which Gradio empties after a while."""
    folder = Path(get_upload_folder()) / secrets.token_hex(16)
    folder.mkdir(parents=True)
    return folder / name


def save_result(image: Image.Image, name: str) -> str:
    """Writes a result as a file, PNG by its name, and returns its path."""
    path = result_path(name)
    save_picture(image, path)
    return str(path)


def save_pixels(pixels: np.ndarray, name: str) -> str:
    """As `save_result`, of (H, W) or (H, W, channels) uint8, quickly: for pictures that are only shown."""
    path = result_path(f"{name}.png")
    Image.fromarray(pixels).save(path, compress_level=1)  # most of a control's time goes into compression
    return str(path)


def save_preview(image: Image.Image, name: str) -> str:
    """As `save_result`, but of at most `PREVIEW_SIDE` pixels a side, for pictures that are only shown."""
    return save_result(fitted(image, PREVIEW_SIDE), name)


def fitted(image: Image.Image, side: int) -> Image.Image:
    """A copy of at most `side` pixels a side."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


def magnified(pixels: np.ndarray, times: int) -> np.ndarray:
    """Each pixel drawn as a square of so many pixels a side, without smoothing."""
    return pixels.repeat(times, 0).repeat(times, 1)


def every_nth(pixels: np.ndarray) -> np.ndarray:
    """Thins out (H, W, 3) to a preview without averaging, which would make a residual vanish."""
    step = -(-max(pixels.shape[:2]) // PREVIEW_SIDE)
    return pixels[::step, ::step]
