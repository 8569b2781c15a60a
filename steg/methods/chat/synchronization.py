"""Robust pictures that arrive changed: found by their mark as they are, cropped, or resized on the way."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.embedding import watermark as mark
from steg.embedding.watermark import SIDE
from steg.images.dct import BLOCK
from steg.methods.base import Status

SENT_SIDE = 1600  # longest side of a stego picture in pixels; messengers seldom make such a picture smaller
SHARE = 0.5, 2.0  # of that, on the way: beyond, there is nothing left to find
CROPPED = "A part of it was cut off; what is left can still hold the whole secret."


class Sent(NamedTuple):
    """A picture that has a mark, with its blocks where the sender had them."""

    mark: mark.Mark
    pixels: np.ndarray  # (H, W, 3) uint8, from its first whole block on
    row: int = 0  # of blocks, where it begins in the picture that was sent, give or take squares of the mark
    column: int = 0

    @property
    def cropped(self) -> bool:
        """Whether parts of the picture are missing."""
        return self.pixels.shape[1::-1] != self.mark.size

    def places(self, rows: int, columns: int) -> Iterator[tuple[int, int]]:
        """Where so many rows and columns of blocks may begin in the picture that was sent."""
        wide, high = (side // BLOCK for side in self.mark.size)
        for row in range(self.row, high - rows + 1, SIDE // BLOCK):
            for column in range(self.column, wide - columns + 1, SIDE // BLOCK):
                yield row, column

    def status(self, weights: str) -> tuple[Status, str]:
        """What the mark means to the owner of these weights (8 hex digits), and as a sentence."""
        status = Status.MARKED
        if self.mark.version > mark.VERSION:
            status = Status.NEWER
        elif self.mark.weights != weights[:2]:
            status = Status.OTHER_WEIGHTS
        message = status.value.format(theirs=f"{self.mark.weights}...", ours=weights)
        return status, message + f" {CROPPED}" * self.cropped


def find(image: Image.Image) -> Sent | None:
    """Looks for the mark in a picture as it is, cropped or not, and in one that was resized on the way."""
    if max(image.size) <= SENT_SIDE:
        pixels = np.asarray(image)
        found = mark.read(pixels)
        if found:
            pixels = pixels[found.top % BLOCK :, found.left % BLOCK :]
            row, column = (-(start // BLOCK) % (SIDE // BLOCK) for start in (found.top, found.left))
            return Sent(found.mark, pixels, row, column)
    return _brought_back(image)


def _brought_back(image: Image.Image) -> Sent | None:
    """The picture at `SENT_SIDE`; of the short sides it may have had, the one with the surest mark."""
    long, short = max(image.size), min(image.size)
    if long == SENT_SIDE or not SHARE[0] <= long / SENT_SIDE <= SHARE[1]:
        return None
    best, surest = None, 0.0
    lowest, highest = (round((short + change) * SENT_SIDE / long) for change in (-1, 1))
    for side in range(max(SIDE, lowest), min(SENT_SIDE, highest) + 1):
        size = (SENT_SIDE, side) if image.width == long else (side, SENT_SIDE)
        found = mark.read_in_place(np.asarray(at_size(image, size)))
        if found and found.strength > surest:
            best, surest = found.mark, found.strength
    return best and Sent(best, np.asarray(at_size(image, best.size)))


def at_size(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A picture as a receiver brings it back to the size at which it was sent."""
    return image.resize(size, Image.Resampling.BICUBIC)
