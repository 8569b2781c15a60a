"""Padding: zeros or reflected samples around a picture, so that the kernel also fits at its border.

Sizes as in Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, 2016.
"""

import numpy as np

from steg.teaching.convolution import effective_size

MODES = ("none", "zeros", "reflect", "same")


def padding_widths(
    length: int, kernel: int, mode: str, padding: int = 1, stride: int = 1, dilation: int = 1
) -> tuple[int, int]:
    """Numbers of pixels to add before and after `length` pixels.

    Args:
        length: pixels across or down.
        kernel: weights across the kernel.
        mode: "none" adds nothing; "zeros" and "reflect" add `padding` on both sides; "same" as many as make
            the result's length ceil(length / stride), the odd one after, as TensorFlow does.
        padding: pixels, for "zeros" and "reflect".
        stride: pixels from one position to the next.
        dilation: pixels from one weight to the next.
    """
    if mode == "none":
        return 0, 0
    if mode == "same":
        outputs = -(-length // stride)
        total = max(0, (outputs - 1) * stride + effective_size(kernel, dilation) - length)
        return total // 2, total - total // 2
    return padding, padding


def output_length(
    length: int, kernel: int, before: int, after: int, stride: int = 1, dilation: int = 1
) -> int:
    """Positions of the window along a side: floor((n + p - d (k - 1) - 1) / s) + 1; 0 if it does not fit."""
    return max(0, (length + before + after - effective_size(kernel, dilation)) // stride + 1)


def pad(pixels: np.ndarray, rows: tuple[int, int], columns: tuple[int, int], mode: str) -> np.ndarray:
    """Puts (before, after) rows and columns around (H, W) pixels: mirrored for "reflect", zeros otherwise.

    A picture is mirrored about its outermost pixels, which are not repeated; so at most one less than there
    are can be added.

    Raises:
        ValueError: if more is to be mirrored.
    """
    if mode != "reflect":
        return np.pad(pixels, (rows, columns))
    if max(rows) >= pixels.shape[0] or max(columns) >= pixels.shape[1]:
        raise ValueError("reflection needs more pixels than it adds")
    return np.pad(pixels, (rows, columns), mode="reflect")


def border_pixels(pixels: np.ndarray) -> np.ndarray:
    """The outermost pixels of (H, W), in no particular order."""
    inside = np.zeros(pixels.shape, bool)
    inside[1:-1, 1:-1] = True
    return pixels[~inside]
