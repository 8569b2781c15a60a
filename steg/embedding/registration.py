"""Registration: finds the coarse watermark in a picture that was scaled, cropped, turned or mirrored.

Trying a scale is cheap (`steg.embedding.integral`), so that all are tried. First whole pictures are, at
scales so close to each other that blocks stay in place, counted from each corner, since a turned or mirrored
picture begins with what was an end. Then crops are, with all offsets of the blocks in the smoothest part of
them. What is found is refined: the edges are moved for the strongest watermark.

Lengths are in pixels of the picture that was sent, unless stated otherwise.
"""

import functools
import itertools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from steg.embedding.integral import CELL, CORNERS, Box, Integral
from steg.embedding.watermark import (
    COARSE_BLOCK,
    COARSE_SQUARE,
    COARSE_STEP,
    LEAST_COARSE,
    decode,
    fold,
    soft_decisions,
    square_of,
)
from steg.embedding.watermark_fields import Watermark
from steg.images.dct import luma

SCALES = 0.38, 2.6  # received pixels a pixel, between which is searched
STEP, CROP_STEP = 0.005, 0.005  # the ratio of one scale to the next, minus 1
LARGEST_SENT = 1600  # pixels on the longest side of a stego picture that was ever made
SEARCHED, CROP_SEARCHED = 768, 384  # pixels on a side of the parts of a picture in which scales are tried
ASPECT, ASPECT_STEP, ASPECT_SEARCHED = 1.01, 0.01, 384  # ratio of the scales of width and height, tried last
OFFSETS = COARSE_BLOCK  # of blocks along each side, that are tried in crops
LIKELIEST, LIKELIEST_CROPS = 12, 6  # scales that are looked at more closely
NEARBY = -0.5, -0.25, 0.25, 0.5  # steps to other scales that are tried around the likeliest of a crop
# Strength times the root of the number of squares, below which nothing is found: without a watermark it is
# 0.56 +- 0.05, and the largest of all that are tried about 0.75
THRESHOLD, CROP_THRESHOLD = 0.66, 0.9
DOUBTFUL = 10  # bits of a whole picture's watermark, of which two may be wrong
TOLERANCE = 0.01  # relative difference between a whole picture's size and what its watermark says
NEARLY = 1.5  # pixels between edges, of which a picture with none cut off is taken for whole
SCALING = ((0, 0, 1, 0), (0, 0, 0, 1))  # directions in which edges are moved
MOVING = ((1, 0, 0, 0), (0, 0, 1, 0), (1, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1), (0, 1, 0, 1))
MOVES = 4.0, 2.0, 1.0, 0.5, 0.25, 0.12  # of edges, in pixels


class Orientation(NamedTuple):
    """How a received picture is turned back: transposed first, then its rows or columns reversed."""

    transposed: bool
    rows: bool
    columns: bool

    def undo(self, array: np.ndarray) -> np.ndarray:
        """A view of (H, W, ...), upright."""
        array = array.swapaxes(0, 1) if self.transposed else array
        return array[:: -1 if self.rows else 1, :: -1 if self.columns else 1]

    def redo(self, array: np.ndarray) -> np.ndarray:
        """The inverse of `undo`."""
        array = array[:: -1 if self.rows else 1, :: -1 if self.columns else 1]
        return array.swapaxes(0, 1) if self.transposed else array


ORIENTATIONS = [Orientation(*flags) for flags in itertools.product((False, True), repeat=3)]


class Registered(NamedTuple):
    """A watermark, and how the picture it was found in lies in the one that was sent."""

    watermark: Watermark
    orientation: Orientation
    box: Box  # of the upright picture
    strength: float  # times the root of the number of squares


class _Part(NamedTuple):
    """What a part of a picture gives at one scale.

    Attributes:
        strength: mean magnitude of the soft decisions, times the root of the number of squares.
        scale: received pixels a pixel.
        square: mean soft decisions, (8, 8), of a square that begins at any of its blocks.
        top: where that block begins, from the first row of the received picture.
        left: likewise.
    """

    strength: float
    scale: float
    square: np.ndarray
    top: float
    left: float


def register(pixels: np.ndarray) -> Registered | None:
    """Looks for a coarse watermark in `pixels`, (H, W, 3) uint8, at all scales and in all orientations."""
    longest, shortest = max(pixels.shape[:2]), min(pixels.shape[:2])
    if longest > SCALES[1] * LARGEST_SENT or shortest < SCALES[0] * LEAST_COARSE:
        return None
    integral = Integral(luma(pixels))
    wide = (_whole(integral, ASPECT_STEP, ASPECT_SEARCHED, aspect) for aspect in (ASPECT, 1 / ASPECT))
    return _whole(integral, STEP, SEARCHED) or _crop(integral) or next(filter(None, wide), None)


def _whole(integral: Integral, step: float, searched: int, aspect: float = 1) -> Registered | None:
    """As `register`, for a picture of which nothing was cut off, and which was widened by `aspect`."""
    candidates = []
    for scale in _scales(integral, step):
        box = Box(0, 0, integral.width / scale / aspect, integral.height / scale)
        for mirrored, squares in zip(CORNERS, integral.corners(box, searched), strict=True):
            candidates.append((squares.strength, box, mirrored))
    candidates.sort(key=lambda candidate: -candidate[0])
    for strength, box, mirrored in candidates[:LIKELIEST]:
        if strength < THRESHOLD:
            break
        score = functools.partial(_strength, integral, mirrored)
        box = _refined(box, score, SCALING)
        squares = integral.squares(box, mirrored)
        for transposed in (False, True):
            found = decode((squares.means.T if transposed else squares.means).reshape(-1), DOUBTFUL)
            size = (box.bottom, box.right) if transposed else (box.right, box.bottom)
            if found and all(abs(a / b - 1) < TOLERANCE for a, b in zip(size, found.size, strict=True)):
                rows, columns = mirrored[::-1] if transposed else mirrored
                turned = Orientation(transposed, rows, columns)
                return Registered(found, turned, Box(0, 0, *found.size), squares.strength)
    return None


def _strength(integral: Integral, mirrored: tuple[bool, bool], box: Box) -> float:
    return integral.squares(box, mirrored).strength


def _crop(integral: Integral) -> Registered | None:
    """As `register`, for a part of a picture."""
    centre = _smoothest(integral)
    candidates = [_part(integral, scale, centre) for scale in _scales(integral, CROP_STEP)]
    candidates.sort(key=lambda part: -part.strength)
    for candidate in candidates[:LIKELIEST_CROPS]:
        nearby = [_part(integral, candidate.scale * (1 + CROP_STEP * share), centre) for share in NEARBY]
        part = max(candidate, *nearby, key=lambda part: part.strength)
        if part.strength < CROP_THRESHOLD:
            break
        for down, across in itertools.product(range(8), repeat=2):
            seen = np.roll(part.square, (-down, -across), (0, 1))
            for orientation in ORIENTATIONS:
                found = decode(orientation.undo(seen).reshape(-1), 0)
                if found and max(found.size) <= LARGEST_SENT:
                    left, top = part.left + COARSE_BLOCK * across, part.top + COARSE_BLOCK * down
                    right, bottom = integral.width / part.scale, integral.height / part.scale
                    box = Box(-left, -top, right - left, bottom - top)
                    return _registered_crop(integral, found, orientation, box)
    return None


def _registered_crop(integral: Integral, found: Watermark, orientation: Orientation, box: Box) -> Registered:
    """With the box, which is that of the received picture as it is, refined and turned."""
    signs = 1 - 2.0 * orientation.redo(square_of(found))

    def agreement(box: Box) -> float:
        squares = integral.squares(box)
        return float((signs * squares.means).mean()) * math.sqrt(squares.number)

    box = _refined(box, agreement, MOVING)
    agreed = agreement(box)
    if orientation.transposed:
        box = Box(box.top, box.left, box.bottom, box.right)
    if orientation.columns:
        box = box._replace(left=-box.right, right=-box.left)
    if orientation.rows:
        box = box._replace(top=-box.bottom, bottom=-box.top)
    across, down = (COARSE_SQUARE * math.floor(edge / COARSE_SQUARE + 0.02) for edge in box[:2])
    box = Box(box.left - across, box.top - down, box.right - across, box.bottom - down)
    whole = Box(0, 0, *found.size)
    if all(abs(a - b) < NEARLY for a, b in zip(box, whole, strict=True)):
        box = whole
    return Registered(found, orientation, box, agreed)


def _part(integral: Integral, scale: float, centre: tuple[float, float]) -> _Part:
    """The strongest watermark that blocks can have in a part of a picture around this row and column."""
    interval = COARSE_BLOCK / OFFSETS * scale
    edges = []
    for side, middle in zip((integral.height, integral.width), centre, strict=True):
        count = int(min(side / interval, CROP_SEARCHED * OFFSETS / COARSE_BLOCK))
        begin = min(max(0.0, middle - count * interval / 2), side - count * interval)
        edges.append(begin + interval * np.arange(count + 1))
    coefficients = integral.coefficients(edges[1], edges[0], OFFSETS // 2)
    means, squares = fold(soft_decisions(coefficients, COARSE_STEP), 8 * OFFSETS)
    means = means.reshape(8, OFFSETS, 8, OFFSETS)
    means = means - means.mean((0, 2), keepdims=True)
    phases = np.abs(means).mean((0, 2))
    row, column = divmod(int(phases.argmax()), OFFSETS)
    top, left = (
        edge[0] / scale + first * COARSE_BLOCK / OFFSETS
        for edge, first in zip(edges, (row, column), strict=True)
    )
    strength = float(phases.max()) * math.sqrt(squares)
    return _Part(strength, scale, means[:, row, :, column], top, left)


def _smoothest(integral: Integral) -> tuple[float, float]:
    """The middle, row and column, of the part where coefficients depend least on the blocks' offset."""
    y, x = (np.arange(0, side + 1, CELL, dtype=float) for side in (integral.height, integral.width))
    rough = np.minimum(np.abs(integral.coefficients(x, y, 1)), COARSE_STEP)
    part = [min(CROP_SEARCHED // CELL, side) for side in rough.shape]
    best, centre = math.inf, (integral.height / 2, integral.width / 2)
    for top in range(0, rough.shape[0] - part[0] + 1, max(1, part[0] // 4)):
        for left in range(0, rough.shape[1] - part[1] + 1, max(1, part[1] // 4)):
            mean = rough[top : top + part[0], left : left + part[1]].mean()
            if mean < best:
                best, centre = mean, (CELL * (top + part[0] / 2 + 1), CELL * (left + part[1] / 2 + 1))
    return centre


def _refined(box: Box, score: Callable[[Box], float], directions: tuple[tuple[int, ...], ...]) -> Box:
    """The box moved step by step, as long as the score rises (coordinate ascent)."""
    best = score(box)
    for move in MOVES:
        improved = True
        while improved:
            improved = False
            for direction, sign in itertools.product(directions, (-move, move)):
                moved = Box(*(edge + sign * share for edge, share in zip(box, direction, strict=True)))
                if (value := score(moved)) > best:
                    box, best, improved = moved, value, True
    return box


def _scales(integral: Integral, step: float) -> np.ndarray:
    """The scales that a picture of this size can have."""
    longest, shortest = max(integral.width, integral.height), min(integral.width, integral.height)
    least = max(SCALES[0], longest / LARGEST_SENT / (1 + TOLERANCE))
    most = min(SCALES[1], shortest / COARSE_SQUARE)
    return np.exp(np.arange(math.log(least), math.log(max(least, most)) + step, step))
