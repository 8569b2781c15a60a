"""Convolution as networks compute it (cross-correlation): a sum of products at each position of the kernel.

(In mathematics, convolution flips the kernel first.)
Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285, 2016. Pictures
are (H, W) floats.
"""

import numpy as np

KERNELS: dict[str, np.ndarray] = {
    name: np.array(rows) / divisor
    for name, rows, divisor in (
        ("Edges, all directions", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], 1),
        ("Blur", [[1, 1, 1], [1, 1, 1], [1, 1, 1]], 9),
        ("Sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], 1),
        ("Emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], 1),
        ("Sobel, left to right", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], 1),
        ("Sobel, top to bottom", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], 1),
        ("Blur, 5x5", np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]), 256),
        (
            "Edges, 5x5",
            [
                [0, 0, -1, 0, 0],
                [0, -1, -2, -1, 0],
                [-1, -2, 16, -2, -1],
                [0, -1, -2, -1, 0],
                [0, 0, -1, 0, 0],
            ],
            1,
        ),
    )
}


def convolve(pixels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The sum of products of a (k, k) kernel and the window at each place of (H, W) where the window fits."""
    windows = np.lib.stride_tricks.sliding_window_view(pixels, kernel.shape)
    return np.einsum("hwij,ij->hw", windows, kernel)
