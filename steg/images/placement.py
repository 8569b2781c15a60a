"""Placement: the eight positions of a picture that is turned or mirrored, and plain borders around it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

LEAST_SIDE = 16  # pixels of a picture within a border
SHARE = 0.5  # of the pixels of an edge, from which on their colour is taken for a border's
MOST_BOXES = 4
DEEPEST = 8  # divisions of a part


class Box(NamedTuple):
    """A part of a picture, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def cut(self, pixels: np.ndarray) -> np.ndarray:
        """That part of (H, W, ...)."""
        return pixels[self.top : self.bottom, self.left : self.right]

    @property
    def area(self) -> int:
        """How many pixels it has."""
        return (self.right - self.left) * (self.bottom - self.top)


def positions(pixels: np.ndarray) -> Iterator[np.ndarray]:
    """Views of (H, W, 3) in all positions that turning and mirroring give; the first is as it was."""
    for turns in range(4):
        turned = np.rot90(pixels, turns)
        yield turned
        yield turned[:, ::-1]


def within_borders(pixels: np.ndarray, tolerance: int = 0) -> list[Box]:
    """Parts of (H, W, 3) uint8 that have a plain border around them, such as a picture in a viewer's window.

    Args:
        pixels: the whole.
        tolerance: by how many levels a sample of the border may be off.

    Returns:
        The largest parts, the largest first; none where there is no border.
    """
    boxes = set()
    for colour in _edge_colours(pixels):
        inside = np.zeros(pixels.shape[:2], bool)
        for channel in range(3):
            low, high = max(0, int(colour[channel]) - tolerance), min(255, int(colour[channel]) + tolerance)
            inside |= (pixels[..., channel] < low) | (pixels[..., channel] > high)
        boxes |= set(_parts(inside, Box(0, 0, pixels.shape[1], pixels.shape[0])))
    boxes.discard(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    return sorted(boxes, key=lambda box: -box.area)[:MOST_BOXES]


def _edge_colours(pixels: np.ndarray) -> list[np.ndarray]:
    """The colours that most pixels of an edge have."""
    colours: dict[bytes, np.ndarray] = {}
    for edge in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        values, counts = np.unique(edge, axis=0, return_counts=True)
        if counts.max() >= SHARE * len(edge):
            colour = values[counts.argmax()]
            colours[colour.tobytes()] = colour
    return list(colours.values())


def _parts(inside: np.ndarray, box: Box, depth: int = 0) -> Iterator[Box]:
    """Divides a part at rows, then at columns, that are nothing but border, until none is left (XY-cut)."""
    part = box.cut(inside)
    smaller = [
        Box(box.left + left, box.top + top, box.left + right, box.top + bottom)
        for top, bottom in _runs(np.any(part, axis=1))
        for left, right in _runs(np.any(part[top:bottom], axis=0))
    ]
    if smaller == [box] or depth == DEEPEST:
        yield box
        return
    for each in sorted(smaller, key=lambda box: -box.area)[:MOST_BOXES]:
        yield from _parts(inside, each, depth + 1)


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Begin and end of each run of true values that is long enough for a picture."""
    changes = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [(int(a), int(b)) for a, b in zip(changes[::2], changes[1::2], strict=True) if b - a >= LEAST_SIDE]
