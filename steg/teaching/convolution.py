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


def effective_size(kernel: int, dilation: int = 1) -> int:
    """Effective size of a dilated kernel: pixels from its first to its last weight."""
    return dilation * (kernel - 1) + 1


def convolve(pixels: np.ndarray, kernel: np.ndarray, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """The sum of products of kernel and window at each position where the window fits.

    Args:
        pixels: (H, W).
        kernel: (k, k).
        stride: pixels from one position to the next.
        dilation: pixels from one weight to the next.

    Returns:
        Floats of shape (floor((H - dilation (k - 1) - 1) / stride) + 1, the same of W); without any rows or
        columns if the window does not fit.
    """
    size = len(kernel)
    height, width = (max(0, (n - effective_size(size, dilation)) // stride + 1) for n in pixels.shape)
    result = np.zeros((height, width))
    for row in range(size):
        for column in range(size):
            if kernel[row, column]:
                shifted = pixels[row * dilation :, column * dilation :]
                result += kernel[row, column] * shifted[::stride, ::stride][:height, :width]
    return result


def window(
    pixels: np.ndarray, position: tuple[int, int], size: int, stride: int = 1, dilation: int = 1
) -> np.ndarray:
    """The (size, size) pixels in the window at a position (row, column) of the result."""
    top, left = (stride * index for index in position)
    return pixels[top::dilation, left::dilation][:size, :size]


def template(patch: np.ndarray) -> np.ndarray:
    """Matched filter for a patch: the patch minus its mean."""
    return patch - patch.mean()


def normalised_correlation(
    pixels: np.ndarray, kernel: np.ndarray, stride: int = 1, dilation: int = 1
) -> np.ndarray:
    """Normalised cross-correlation of window and kernel at each position: from -1 to 1, 0 if one is flat.

    It does not depend on brightness and contrast. Source: Lewis, "Fast normalized cross-correlation", 1995.
    """
    centred = kernel - kernel.mean()
    ones = np.ones_like(centred)
    sums = convolve(pixels, ones, stride, dilation)
    spread = convolve(pixels**2, ones, stride, dilation) - sums**2 / ones.size
    norms = np.sqrt(spread.clip(0) * (centred**2).sum())
    products = convolve(pixels, centred, stride, dilation)
    return np.divide(products, norms, out=np.zeros_like(products), where=norms > 1e-6 * 255**2)
