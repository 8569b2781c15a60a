"""Block DCT as in JPEG: RGB to YCbCr, the orthonormal DCT-II of 8x8 blocks, and its zigzag order.

The block size and the luma weights are stated here, once for the whole package.

Source: Wallace, "The JPEG still picture compression standard", CACM 1991; JFIF (ITU-T T.871) for YCbCr.
"""

import math

import numpy as np
import torch
from torch import Tensor

BLOCK = 8  # pixels a side of a JPEG block
LUMA_WEIGHTS = (0.299, 0.587, 0.114)  # of R, G and B in Y (ITU-R BT.601)


def luma(pixels: np.ndarray) -> np.ndarray:
    """Y of pixels, (..., 3) RGB in any units -> (...) float32 in the same units."""
    return pixels @ np.array(LUMA_WEIGHTS, np.float32)


def to_ycbcr(picture: Tensor) -> Tensor:
    """RGB to YCbCr, (B, 3, H, W) each, in the same units; Cb and Cr are signed, 0 for grey."""
    red, green, blue = picture.unbind(1)
    y = LUMA_WEIGHTS[0] * red + LUMA_WEIGHTS[1] * green + LUMA_WEIGHTS[2] * blue
    return torch.stack([y, (blue - y) / 1.772, (red - y) / 1.402], 1)


def to_rgb(ycbcr: Tensor) -> Tensor:
    """YCbCr to RGB: the inverse of `to_ycbcr`."""
    y, cb, cr = ycbcr.unbind(1)
    return torch.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1)


def zigzag() -> list[tuple[int, int]]:
    """Row and column of the 64 coefficients of a block in zigzag order, from low to high frequencies."""
    cells = [(row, column) for row in range(BLOCK) for column in range(BLOCK)]
    return sorted(cells, key=lambda c: (sum(c), c[0] if sum(c) % 2 else c[1]))


def dct_matrix() -> Tensor:
    """The orthonormal DCT-II of 8 samples as a matrix, (frequency, sample)."""
    frequency, sample = torch.arange(BLOCK)[:, None], torch.arange(BLOCK)
    rows = torch.cos(math.pi / BLOCK * (sample + 0.5) * frequency) * math.sqrt(2 / BLOCK)
    rows[0] /= math.sqrt(2)
    return rows


def to_coefficients(planes: Tensor) -> Tensor:
    """Coefficients of each 8x8 block in zigzag order: (B, C, H, W) -> (B, C, 64, H / 8, W / 8)."""
    batch, count, height, width = planes.shape
    blocks = planes.reshape(batch, count, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    dct = dct_matrix().to(planes)
    blocks = torch.einsum("uy,bcmynx,vx->bcuvmn", dct, blocks, dct).flatten(2, 3)
    return blocks[:, :, [BLOCK * row + column for row, column in zigzag()]]


def to_planes(coefficients: Tensor) -> Tensor:
    """The inverse of `to_coefficients`: (B, C, 64, H / 8, W / 8) -> (B, C, H, W)."""
    order = sorted(range(BLOCK**2), key=[BLOCK * row + column for row, column in zigzag()].__getitem__)
    blocks = coefficients[:, :, order].unflatten(2, (BLOCK, BLOCK))
    dct = dct_matrix().to(coefficients)
    planes = torch.einsum("uy,bcuvmn,vx->bcmynx", dct, blocks, dct)
    return planes.flatten(4, 5).flatten(2, 3)
