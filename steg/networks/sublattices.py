"""Sub-lattices of samples, in the coarse-to-fine order in which the predictive network decodes a picture.

A picture is decoded in 2x2 blocks, first on a coarse grid, then on one of twice the resolution, and so on.
Of each block one corner is known from the coarser grid; the other three are predicted in `GROUPS`.

Source: Reed et al., "Parallel multiscale autoregressive density estimation", ICML 2017 (the order).
"""

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

RED, GREEN, BLUE = 0, 1, 2
CORNERS = [(0, 0), (1, 1), (0, 1), (1, 0)]  # row and column in a 2x2 block, in the order of decoding
# (corner, colour) of the samples that one network predicts together, from all those before it
GROUPS = [
    [(1, GREEN)],
    [(2, GREEN), (3, GREEN)],
    [(1, RED), (2, RED), (3, RED)],
    [(1, BLUE), (2, BLUE), (3, BLUE)],
]


class SubLattice(NamedTuple):
    """A regular grid of samples of one colour: rows `top`, `top + stride`, ... and columns likewise."""

    colour: int
    top: int
    left: int
    stride: int

    def of(self, picture: Tensor) -> Tensor:
        """The (B, 1, h, w) view of these samples in a (B, 3, H, W) picture."""
        rows, columns = slice(self.top, None, self.stride), slice(self.left, None, self.stride)
        return picture[:, self.colour : self.colour + 1, rows, columns]


def plan(corner: int, colour: int, stride: int) -> tuple[SubLattice, list[SubLattice]]:
    """The sub-lattice of a sample of blocks of 2 `stride` pixels a side, and those that carry its digits."""
    row, column = CORNERS[corner]
    lattice = SubLattice(colour, row * stride, column * stride, 2 * stride)
    if stride == 1 and colour == BLUE and corner in (1, 3):
        return lattice, []
    if colour != GREEN or (stride == 1 and corner != 1):
        return lattice, [lattice]
    if stride == 1:
        return lattice, [lattice, SubLattice(BLUE, 1, 0, 2)]
    return lattice, [lattice, SubLattice(BLUE, lattice.top + 1, lattice.left + 1, lattice.stride)]


def merge_corners(blocks: Tensor) -> Tensor:
    """(B, 12, h, w), the `CORNERS` of 2x2 blocks one after another -> (B, 3, 2h, 2w)."""
    top_left, bottom_right, top_right, bottom_left = blocks.split(3, 1)
    return F.pixel_shuffle(torch.stack([top_left, top_right, bottom_left, bottom_right], 2).flatten(1, 2), 2)
