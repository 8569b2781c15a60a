"""Integral images of luma: the coefficients of a coarse watermark's blocks under any scale.

A coarse block's coefficient depends on the means of its quarters only, and the mean of any rectangle is a
difference of a few values of the integral image. So trying a scale takes a fraction of a millisecond.

Where a picture is smooth, coefficients are near 0, so that all bits seem to be 0. As about half of a
watermark's bits are, the mean of the soft decisions on all of them is subtracted.

Source: Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984.
"""

import math
from typing import NamedTuple

import numpy as np

from steg.embedding.watermark import COARSE_BLOCK, COARSE_STEP, fold, soft_decisions

CELL = COARSE_BLOCK // 2  # pixels on a side of a quarter of a block
CORNERS = (
    (False, False),
    (False, True),
    (True, False),
    (True, True),
)  # mirrored top to bottom, left to right
FINE_ENOUGH = 8  # received pixels on a side of a quarter, from which every other sum will do


class Box(NamedTuple):
    """Where a received picture's edges are in the picture that was sent, up to multiples of a square."""

    left: float
    top: float
    right: float
    bottom: float


class Squares(NamedTuple):
    """Mean soft decisions on the bits of squares, (8, 8), and of how many squares, on average."""

    means: np.ndarray
    number: float

    @property
    def strength(self) -> float:
        """Mean magnitude of the soft decisions, times the root of the number of squares."""
        return float(np.abs(self.means).mean()) * math.sqrt(self.number)


class Integral:
    """An integral image of luma, (H, W), and the mean soft decisions on a watermark's bits, at any scale."""

    def __init__(self, y: np.ndarray):
        self.height, self.width = y.shape
        sums = np.zeros((self.height + 1, self.width + 1))
        np.cumsum(y, 0, out=sums[1:, 1:])
        np.cumsum(sums[1:, 1:], 1, out=sums[1:, 1:])
        self._sums = {every: np.ascontiguousarray(sums[::every, ::every]) for every in (1, 2)}

    def coefficients(self, x: np.ndarray, y: np.ndarray, cell: int) -> np.ndarray:
        """Haar coefficients of blocks, whose quarters have `cell` of the intervals along each side.

        Args:
            x: edges of the intervals, in received pixels, (columns + 1,), evenly spaced.
            y: likewise, (rows + 1,).
            cell: number of intervals.

        Returns:
            Of each block that begins at an edge, (rows - 2 cell + 1, columns - 2 cell + 1), up to the sign.
        """
        return self.coefficients_at([x], [y], cell)[0]

    def coefficients_at(self, xs: list[np.ndarray], ys: list[np.ndarray], cell: int) -> list[np.ndarray]:
        """As `coefficients`, for all pairs of x and y, the first y with each x first."""
        sides = [abs(edges[cell] - edges[0]) for edges in (xs[0], ys[0])]  # of a quarter
        every = 2 if min(sides) >= FINE_ENOUGH else 1
        sums = self._sums[every]
        left = max(0, math.floor(min(x.min() for x in xs) / every))
        right = math.ceil(max(x.max() for x in xs) / every) + 2
        results = []
        for y in ys:
            rows = _interpolated(sums[:, left:right], y / every)
            down = (rows[: -2 * cell] - 2 * rows[cell:-cell] + rows[2 * cell :]).T
            for x in xs:
                both = _interpolated(down, x / every - left).T
                both = both[:, : -2 * cell] - 2 * both[:, cell:-cell] + both[:, 2 * cell :]
                results.append((both * (COARSE_BLOCK / 4 / (sides[0] * sides[1]))).astype(np.float32))
        return results

    def squares(self, box: Box, mirrored: tuple[bool, bool] = (False, False)) -> Squares:
        """Mean soft decisions on the bits of the picture's squares.

        Args:
            box: where the edges of the received picture are; blocks begin at multiples of their size.
            mirrored: whether the picture is mirrored before, top to bottom and left to right.
        """
        return self._squares(box, [mirrored[0]], [mirrored[1]], math.inf)[0]

    def corners(self, box: Box, most: float) -> list[Squares]:
        """As `squares`, of so many pixels a side at each corner, in the order of `CORNERS`."""
        return self._squares(box, [False, True], [False, True], most)

    def _squares(self, box: Box, rows: list[bool], columns: list[bool], most: float) -> list[Squares]:
        """Of the first `most` pixels a side, for all pairs of `rows` and `columns` mirrored or not."""
        across, left = _edges(box.left, box.right, self.width, most)
        down, top = _edges(box.top, box.bottom, self.height, most)
        if min(len(across), len(down)) < 3:
            return [Squares(np.zeros((8, 8), np.float32), 1.0)] * len(rows) * len(columns)
        xs = [self.width - across if mirrored else across for mirrored in columns]
        ys = [self.height - down if mirrored else down for mirrored in rows]
        return [
            _folded(coefficients[::2, ::2], (top, left)) for coefficients in self.coefficients_at(xs, ys, 1)
        ]


def _edges(begin: float, end: float, received: int, most: float) -> tuple[np.ndarray, int]:
    """Edges of the cells of whole blocks, in received pixels, and the number of the first block."""
    first = math.ceil((begin - 0.01) / COARSE_BLOCK)
    last = math.floor((min(end, begin + most) + 0.01) / COARSE_BLOCK)
    return (np.arange(2 * first, 2 * last + 1) * CELL - begin) * (received / (end - begin)), first


def _folded(coefficients: np.ndarray, firsts: tuple[int, int]) -> Squares:
    means, count = fold(soft_decisions(coefficients, COARSE_STEP), 8)
    return Squares(np.roll(means - means.mean(), firsts, (0, 1)), count)


def _interpolated(sums: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Rows of an integral image, also at places between them."""
    places = places.clip(0, len(sums) - 1)
    above = np.minimum(places.astype(int), len(sums) - 2)
    share = (places - above)[:, None]
    rows = sums[above + 1]
    rows -= sums[above]
    rows *= share
    rows += sums[above]
    return rows
