"""Max and average pooling, and what a shift of the picture changes. Pictures are (H, W) floats."""

from collections.abc import Callable

import numpy as np

KINDS: dict[str, Callable[..., np.ndarray]] = {"max": np.max, "average": np.mean}


def pool(pixels: np.ndarray, size: int, stride: int, kind: str) -> np.ndarray:
    """The largest ("max") or the mean ("average") of every size x size window that fits.

    Returns:
        Shape (floor((H - size) / stride) + 1, the same of W).
    """
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (size, size))[::stride, ::stride]
    return KINDS[kind](windows, axis=(2, 3))


def shifted_views(pixels: np.ndarray, shift: int, margin: int) -> tuple[np.ndarray, np.ndarray]:
    """Two views of one picture, the second with everything `shift` pixels further to the right.

    Both are `margin` pixels narrower than the picture, so that nothing has to be made up at the border.
    """
    width = pixels.shape[1] - margin
    return pixels[:, margin:], pixels[:, margin - shift :][:, :width]


def unchanged_share(before: np.ndarray, after: np.ndarray) -> float:
    """The share of values that are the same in both, in [0, 1]."""
    return float(np.isclose(before, after).mean())
