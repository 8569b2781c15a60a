"""Registration of the fine watermark: the size in which a whole picture that was scaled had been sent.

The first squares of the picture are read at all scales that its size allows; a watermark makes their soft
decisions agree far above what pictures without one reach. The scales around the likeliest are tried on the
whole picture, whose watermark tells its exact size.
"""

import math

import numpy as np

from steg.embedding.registration import LARGEST_SENT, TOLERANCE
from steg.embedding.watermark import BASIS, SQUARE, STEP, decode, fold, soft_decisions
from steg.images.dct import BLOCK, luma

SCALES = 0.5, 2.0  # received pixels a pixel that was sent; beyond, no watermark is left
SCALE_STEP = 0.0025  # the ratio of one scale to the next, minus 1; no block is half a pixel out of place
SEARCHED = 5 * SQUARE  # pixels that were sent, on a side of the part in which all scales are tried
LIKELIEST = 4  # scales that are tried on the whole picture
NEARBY = 4  # pixels of the longest side, by which those are varied
# Strength times the root of the number of squares, below which nothing is found: the largest of all scales is
# 0.7 without a watermark, and at most 0.82 in a hundred photographs
THRESHOLD = 0.9
DOUBTFUL = 6  # bits of the watermark, of which two may be wrong


def size_before_scaling(pixels: np.ndarray) -> tuple[int, int] | None:
    """The (width, height) in a fine watermark of `pixels`, (H, W, 3) uint8; None without one."""
    y = luma(pixels).astype(np.float32)
    candidates = [(_strength(*_squares(y, scale, SEARCHED)), scale) for scale in _scales(y)]
    candidates.sort(reverse=True)
    longest = max(y.shape)
    for strength, likely in candidates[:LIKELIEST]:
        if strength < THRESHOLD:
            break
        nearby = [likely * (1 + change / longest) for change in range(-NEARBY, NEARBY + 1)]
        tried = [(*_squares(y, scale, LARGEST_SENT), scale) for scale in nearby]
        means, _, scale = max(tried, key=lambda each: _strength(*each[:2]))
        found = decode(means.reshape(-1), DOUBTFUL)
        expected = (y.shape[1] / scale, y.shape[0] / scale)
        if found and all(abs(a / b - 1) < TOLERANCE for a, b in zip(expected, found.size, strict=True)):
            return found.size
    return None


def _scales(y: np.ndarray) -> np.ndarray:
    """The scales that a picture of this size can have, at which a square is left of it."""
    least = math.log(max(SCALES[0], max(y.shape) / LARGEST_SENT))
    most = math.log(min(SCALES[1], min(y.shape) / SQUARE))
    return np.exp(np.arange(least, most, SCALE_STEP))


def _strength(means: np.ndarray, number: float) -> float:
    return float(np.abs(means).mean()) * math.sqrt(number)


def _squares(y: np.ndarray, scale: float, most: int) -> tuple[np.ndarray, float]:
    """Mean soft decisions, (8, 8), on the first `most` pixels a side that were sent, and of how many squares.

    Where a picture is smooth, all bits seem to be 0; as about half of a watermark's are, the mean of all is
    subtracted.
    """
    rows, columns = (int(min(side / scale, most)) // BLOCK for side in y.shape)
    right = math.ceil(BLOCK * columns * scale) + 1
    down = _coefficients(y[:, :right], scale, rows)
    both = _coefficients(np.ascontiguousarray(down.T), scale, columns).T
    means, number = fold(soft_decisions(both, STEP), 8)
    return means - means.mean(), number


def _coefficients(rows: np.ndarray, scale: float, blocks: int) -> np.ndarray:
    """The coefficients down the columns of blocks, from rows interpolated to where they were sent."""
    places = ((np.arange(BLOCK * blocks, dtype=np.float32) + 0.5) * scale - 0.5).clip(0, len(rows) - 1)
    above = np.minimum(places.astype(int), len(rows) - 2)
    first = rows[above]
    sent = first + (places - above)[:, None] * (rows[above + 1] - first)
    return np.einsum("mix,i->mx", sent.reshape(blocks, BLOCK, -1), BASIS)
