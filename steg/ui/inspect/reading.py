"""The pictures that are looked into, as arrays that fit together."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.images.reading import read_photo, read_stego
from steg.images.resizing import resized
from steg.methods import Robust
from steg.methods.base import check_size
from steg.ui.pictures import MAX_MEGAPIXELS, errors_as_sentences, save_pixels

LARGEST_SIDE = 1024  # pixels; of larger pictures the middle is looked at, pixel by pixel
CHANNELS = {"Red": 0, "Green": 1, "Blue": 2}

Pictures = tuple[np.ndarray, np.ndarray | None, np.ndarray | None]
Settings = ParamSpec("Settings")
Shown = TypeVar("Shown")


def read(
    stego: str | None, cover: str | None = None, secret: str | None = None, cut: Callable | None = None
) -> Pictures:
    """Stego picture, cover and secret (fitted to the cover's frame), (H, W, 3) uint8; None where absent.

    `cut` takes the part that is looked at out of each; None for the `middle`.

    Raises:
        StegError: if there is no stego picture, one cannot be read, or the cover has another size.
    """
    if not stego:
        raise StegError("Choose a stego picture first, or take ours.")
    image = read_stego(stego)
    check_size(image.size, "picture")
    before = read_photo(cover, "cover", MAX_MEGAPIXELS).image if cover else None
    if before and before.size != image.size == Robust.sent_size(before.size, max(image.size)):
        before = before.resize(image.size, Image.Resampling.LANCZOS)  # as hiding made it smaller
    if before and before.size != image.size:
        raise StegError(
            f"The cover is {before.width}x{before.height} pixels and the stego picture "
            f"{image.width}x{image.height}; choose the very cover that it was made from."
        )
    hidden = read_photo(secret, "secret", MAX_MEGAPIXELS).image if secret else None
    frame = resized(np.asarray(hidden), image.size) if hidden else None
    cut = cut or middle
    return (
        cut(np.asarray(image)),
        None if before is None else cut(np.asarray(before)),
        None if frame is None else cut(frame),
    )


def is_cut(stego: str) -> bool:
    """Whether only the middle of this picture is looked at."""
    return max(read_stego(stego).size) > LARGEST_SIDE


def middle(pixels: np.ndarray) -> np.ndarray:
    """The middle of a picture, at most `LARGEST_SIDE` pixels a side; it begins at even rows and columns."""
    top, left = corner(pixels)
    return pixels[top : top + LARGEST_SIDE, left : left + LARGEST_SIDE]


def corner(pixels: np.ndarray) -> tuple[int, int]:
    """Row and column of a picture where its `middle` begins."""
    top, left = (max(0, side - LARGEST_SIDE) // 4 * 2 for side in pixels.shape[:2])
    return top, left


def shown(pixels: np.ndarray | None, name: str) -> str | None:
    """Writes pixels as a PNG and returns its path; None stays None."""
    return None if pixels is None else save_pixels(pixels, name)


def reader(
    function: Callable[Concatenate[np.ndarray, np.ndarray | None, np.ndarray | None, Settings], Shown],
) -> Callable[Concatenate[str | None, str | None, str | None, Settings], Shown]:
    """Lets a function of stego picture, cover and secret take their paths; shows errors as sentences."""

    @wraps(function)
    def of_paths(
        stego: str | None,
        cover: str | None,
        secret: str | None,
        *settings: Settings.args,
        **named: Settings.kwargs,
    ) -> Shown:
        with errors_as_sentences():
            return function(*read(stego, cover, secret), *settings, **named)

    return of_paths
