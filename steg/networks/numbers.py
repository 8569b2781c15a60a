"""The numbers that the robust network tells of a secret: its coefficients, in units of 16x16 pixels.

Of each unit: the means of its four blocks of 8x8 as sums and differences, the coarse coefficients of its
colours at half resolution, and those of brightness that each of the four blocks has.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from steg.networks.blocks import BLOCK, to_coefficients, to_planes, to_ycbcr, zigzag

# Sums and differences of four blocks' means: all, left against right, above against below, across
HAAR = torch.tensor([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
MEANS, COLOURS = 4, 8  # numbers of a unit: of its blocks' means, and of either colour
COMMON = MEANS + 2 * COLOURS  # they come first; those that each of the four blocks has follow
DOUBLE = 1, 2, 3, 5, 4  # coefficients of a block that two hands tell; all others have one


def plan(carriers: int) -> list[tuple[int, int]]:
    """Which number each carrier tells in each of a unit's four blocks, and by how many turns of its hand.

    What matters most is on the coarsest carriers. Numbers are counted as `numbers_of` has them.
    """
    cb, cr = MEANS, MEANS + COLOURS

    def in_each(k: int, turns: int) -> list[tuple[int, int]]:
        return [(COMMON + 4 * (k - 1) + block, turns) for block in range(4)]

    first, second, *others = DOUBLE
    slow, middle, fast = ([(n, t) for n in (0, 1, 2, 3, cb, cr)] for t in (1, 2, 4))
    told = [*slow, *middle[:2], *in_each(first, 1), *in_each(second, 1)]
    told += [*middle[2:], *in_each(first, 2), *in_each(second, 2)]
    for k in others:
        told += [*in_each(k, 1), *in_each(k, 2)]
    told += [*fast[:MEANS], *((colour + k, 1) for k in range(1, COLOURS) for colour in (cb, cr))]
    told += [*((colour + k, 2) for k in (1, 2) for colour in (cb, cr)), *fast[MEANS:]]
    for k in range(1, BLOCK**2):
        if k not in DOUBLE:
            told += in_each(k, 1)
    return told[: 4 * carriers]


def numbers_of(secret: Tensor, luma: int) -> Tensor:
    """The numbers of each unit of a secret, in levels: (B, 3, H, W) to (B, COMMON + 4 luma, H / 16, W / 16).

    Args:
        secret: in [0, 1].
        luma: how many coefficients of each block of brightness are among them, after its mean.
    """
    ycbcr = 255 * to_ycbcr(secret - 0.5)
    blocks = to_coefficients(ycbcr[:, :1])[:, 0]
    means = torch.einsum("ij,bjyx->biyx", HAAR.to(blocks), F.pixel_unshuffle(blocks[:, :1], 2))
    colours = to_coefficients(F.avg_pool2d(ycbcr[:, 1:], 2))[:, :, :COLOURS].flatten(1, 2)
    return torch.cat([means, colours, F.pixel_unshuffle(blocks[:, 1 : 1 + luma], 2)], 1)


def coefficients_of(numbers: Tensor) -> Tensor:
    """The secret's coefficients by its numbers, those that are not told as 0: (B, 3, 64, H / 8, W / 8)."""
    means = F.pixel_shuffle(torch.einsum("ij,biyx->bjyx", HAAR.to(numbers), numbers[:, :MEANS]), 2)
    luma = torch.cat([means, F.pixel_shuffle(numbers[:, COMMON:], 2)], 1)[:, None]
    colours = numbers[:, MEANS:COMMON].unflatten(1, (2, -1))
    half = to_planes(F.pad(colours, (0, 0, 0, 0, 0, BLOCK**2 - COLOURS)))
    wide = to_coefficients(F.interpolate(half, scale_factor=2, mode="bilinear", align_corners=False))
    return torch.cat([F.pad(luma, (0, 0, 0, 0, 0, BLOCK**2 - luma.shape[2])), wide], 1)


def spreads() -> Tensor:
    """How far coefficients of photographs spread in levels, (192,): brightness, then both colours.

    They fall with frequency, as the amplitudes of natural pictures do (Field, J. Opt. Soc. Am. A 1987).
    """
    order = torch.tensor([max(1, row + column) for row, column in zigzag()])
    luma, colour = 75 / order, 18 / order
    luma[0], colour[0] = 400, 60
    return torch.cat([luma, colour, colour])


def pairs_of(told: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places in a plan of hands that tell the same number, the second twice as fast as the first."""
    return [(i, told.index((n, 2 * turns))) for i, (n, turns) in enumerate(told) if (n, 2 * turns) in told]


def squeeze(kinds: int) -> tuple[Tensor, Tensor]:
    """Where squeezing sets in, and the largest number, in levels: (COMMON + kinds,) each."""
    luma, colour = spreads().split([BLOCK**2, 2 * BLOCK**2])
    luma, colour = luma[1 : 1 + kinds], torch.cat([torch.tensor([135.0]), colour[1:COLOURS]]).repeat(2)
    small = torch.cat([torch.tensor([2000.0, 15, 15, 15]), 0.25 * colour + 1, 0.3 * luma + 1])
    large = torch.cat([torch.tensor([2040.0, 1100, 1100, 600]), 6 * colour + 20, 12 * luma + 20])
    return small, large
