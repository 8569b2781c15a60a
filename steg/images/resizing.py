"""Resizing: pictures resampled to a given size, and the size in which a secret comes back."""

import numpy as np
from PIL import Image


def resized(pixels: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(H, W, 3) uint8 resampled to (width, height) with Lanczos; the same array if it has that size."""
    if pixels.shape[1::-1] == size:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def returned_size(cover: tuple[int, int], secret: tuple[int, int]) -> tuple[int, int]:
    """The (width, height) in which a secret comes back: its own, or its shape at the cover's pixel count."""
    width, height = secret
    shrink = min(1.0, (cover[0] * cover[1] / (width * height)) ** 0.5)
    return max(1, round(width * shrink)), max(1, round(height * shrink))
