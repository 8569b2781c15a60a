"""The picture that all steps share, and pictures for them to show."""

from pathlib import Path

import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.image import read_photo
from steg.ui.pictures import MAX_MEGAPIXELS, save_result

LARGEST_SIDE = 512  # pixels of the shared picture; so that every control answers at once
SMALLEST_SIDE = 16


def work_picture(upload: str) -> str:
    """Reads an upload, makes it small and returns the path of the result, a PNG.

    Raises:
        StegError: if it cannot be read, or has a side of less than 16 pixels then.
    """
    image = read_photo(upload, "picture", MAX_MEGAPIXELS).image
    image.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    if min(image.size) < SMALLEST_SIDE:
        raise StegError(
            f"The picture is {image.width}x{image.height} pixels at the size that is used here; choose one with at "
            f"least {SMALLEST_SIDE} each way."
        )
    return save_result(image, "picture.png")


def read_work(picture: str | None) -> np.ndarray:
    """The shared picture, (H, W, 3) uint8, at most 512 pixels a side.

    Raises:
        StegError: if none is chosen, or it has been deleted by now.
    """
    if not picture:
        raise StegError("Choose a picture first, or take one of ours.")
    if not Path(picture).exists():
        raise StegError("Your picture has been deleted from the server by now; choose it again.")
    return np.asarray(read_photo(picture).image)


def small(pixels: np.ndarray, side: int) -> np.ndarray:
    """A picture, (H, W, 3) uint8, made smaller so that its longer side has `side` pixels."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def enlarged(pixels: np.ndarray, side: int = 480) -> np.ndarray:
    """Every pixel drawn as a square, without smoothing, so that the longer side has about `side` pixels."""
    times = max(1, side // max(pixels.shape[:2]))
    return pixels.repeat(times, 0).repeat(times, 1)


def shown(pixels: np.ndarray, name: str) -> str:
    """Writes pixels as a PNG and returns its path."""
    return save_result(Image.fromarray(pixels), f"{name}.png")
