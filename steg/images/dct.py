"""JPEG's view of a picture: brightness and two colours, in blocks of 8x8, each as 64 waves.

Source: Wallace, "The JPEG still picture compression standard", CACM 1991.
"""

import math

import torch
from torch import Tensor

BLOCK = 8  # pixels on a side of JPEG's blocks
LUMA = 0.299, 0.587, 0.114  # how much of red, green and blue is in Y (ITU-R BT.601)
UNIT = 2 * BLOCK  # pixels: a block of colours at half resolution


def zigzag() -> list[tuple[int, int]]:
    """Row and column of the 64 coefficients of a block in JPEG's order, from coarse to fine."""
    cells = [(row, column) for row in range(BLOCK) for column in range(BLOCK)]
    return sorted(cells, key=lambda c: (sum(c), c[0] if sum(c) % 2 else c[1]))


def cosines() -> Tensor:
    """The orthonormal DCT-II of 8 samples, (frequency, sample)."""
    frequency, sample = torch.arange(BLOCK)[:, None], torch.arange(BLOCK)
    rows = torch.cos(math.pi / BLOCK * (sample + 0.5) * frequency) * math.sqrt(2 / BLOCK)
    rows[0] /= math.sqrt(2)
    return rows


def to_ycbcr(picture: Tensor) -> Tensor:
    """(B, 3, H, W) RGB to JPEG's brightness and colours (JFIF), in the same units, colours around 0."""
    red, green, blue = picture.unbind(1)
    y = LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue
    return torch.stack([y, (blue - y) / 1.772, (red - y) / 1.402], 1)


def to_rgb(ycbcr: Tensor) -> Tensor:
    """The inverse of `to_ycbcr`."""
    y, cb, cr = ycbcr.unbind(1)
    return torch.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1)


def to_coefficients(planes: Tensor) -> Tensor:
    """The DCT of each 8x8 block, in zigzag order: (B, C, H, W) to (B, C, 64, H / 8, W / 8)."""
    batch, count, height, width = planes.shape
    blocks = planes.reshape(batch, count, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    dct = cosines().to(planes)
    blocks = torch.einsum("uy,bcmynx,vx->bcuvmn", dct, blocks, dct).flatten(2, 3)
    return blocks[:, :, [BLOCK * row + column for row, column in zigzag()]]


def to_planes(coefficients: Tensor) -> Tensor:
    """The inverse of `to_coefficients`."""
    order = sorted(range(BLOCK**2), key=[BLOCK * row + column for row, column in zigzag()].__getitem__)
    blocks = coefficients[:, :, order].unflatten(2, (BLOCK, BLOCK))
    dct = cosines().to(coefficients)
    planes = torch.einsum("uy,bcuvmn,vx->bcmynx", dct, blocks, dct)
    return planes.flatten(4, 5).flatten(2, 3)
