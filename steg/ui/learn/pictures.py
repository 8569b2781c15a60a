"""The picture that all steps share, and pictures for them to show."""

from collections.abc import Sequence
from pathlib import Path

import gradio as gr
import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.images.dct import luma
from steg.images.reading import read_photo
from steg.ui.pictures import MAX_MEGAPIXELS, fitted, magnified, picture_display, save_result

LARGEST_SIDE = 512  # pixels of the shared picture; so that every control answers at once
SMALLEST_SIDE = 16
ENLARGED = 480  # pixels a side, about, to which small pictures are enlarged


def keep_small(upload: str) -> str:
    """Reads an upload, makes it small and returns the path of the result, a PNG.

    Raises:
        StegError: if it cannot be read, or has a side of less than 16 pixels then.
    """
    image = fitted(read_photo(upload, "picture", MAX_MEGAPIXELS).image, LARGEST_SIDE)
    if min(image.size) < SMALLEST_SIDE:
        raise StegError(
            f"The picture has {image.width}x{image.height} pixels where it is used; choose one with at "
            f"least {SMALLEST_SIDE} each way."
        )
    return save_result(image, "picture.png")


def read_kept(picture: str | None) -> np.ndarray:
    """The shared picture, (H, W, 3) uint8, at most 512 pixels a side.

    Raises:
        StegError: if there is none, or it has been deleted by now.
    """
    if not picture:
        raise StegError("Choose a picture first, or take one of ours.")
    if not Path(picture).exists():
        raise StegError("Your picture has been deleted from the server by now; choose it again.")
    return np.asarray(read_photo(picture).image)


def brightness(pixels: np.ndarray) -> np.ndarray:
    """The brightness of (H, W, 3) pixels, (H, W) whole numbers from 0 to 255, as floats."""
    return luma(pixels).round().astype(np.float64)


def small(pixels: np.ndarray, side: int) -> np.ndarray:
    """A picture, (H, W, 3) uint8, made smaller so that its longer side has `side` pixels."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def enlarged(pixels: np.ndarray, side: int = ENLARGED) -> np.ndarray:
    """Every pixel drawn as a square, without smoothing, so that the longer side has about `side` pixels."""
    return magnified(pixels, max(1, side // max(pixels.shape[:2])))


def contact_sheet(tiles: Sequence[np.ndarray], columns: int, gap: int = 2) -> np.ndarray:
    """Pictures of one size, (H, W, 3) uint8, as one: row by row, with white lines between them."""
    framed = [np.pad(tile, ((0, gap), (0, gap), (0, 0)), constant_values=255) for tile in tiles]
    blank = np.full_like(framed[0], 255)
    framed += [blank] * (-len(tiles) % columns)
    rows = [np.concatenate(framed[n : n + columns], 1) for n in range(0, len(framed), columns)]
    return np.concatenate(rows, 0)


def display(label: str, alt_text: str, height: int = 320) -> gr.Image:
    """Shows a picture as a whole: its label does not cover any of it."""
    image = picture_display(label, height, alt_text)
    image.elem_classes = ["below-label"]
    return image


def pixel_display(label: str, alt_text: str, height: int = 320) -> gr.Image:
    """As `display`, for a picture whose pixels are to be seen; the browser does not smooth it either."""
    image = display(label, alt_text, height)
    image.elem_classes.append("pixels")
    return image
