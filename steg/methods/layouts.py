"""Layouts of the method file: which samples of a picture hold which bytes, and how well these are protected.

    layout        samples of a block           protection (`steg.coding.priority`)
    LOCAL         its own                      GRADED_BEFORE; only read: flat parts change no less
    INTERLEAVED   its own; for the last layer  GRADED: photographs, and all that is locked
                  every other of a far block
    EVEN          its own                      EVEN: what is of use only as a whole, if there is room

Only the last layer is interleaved, as damage to one block is damage to two then; the layers before it outlive
as much as in blocks of their own.
"""

from dataclasses import replace
from enum import IntEnum

import numpy as np

from steg.coding import reed_solomon, trellis
from steg.coding.priority import EVEN, GRADED, GRADED_BEFORE, GROUP, LEAST_BLOCKS, Code
from steg.embedding import blocks
from steg.payload.lock import LOCKED, OPEN

LOCK_BITS = 2  # of the number that tells lock and layout, the lowest ones, tell the lock
RATES = 1.0, 1.6, 2.06  # bits a sample at strength 0, 0.5 and 1


class Layout(IntEnum):
    """How a payload lies in a picture."""

    LOCAL = 0
    INTERLEAVED = 1
    EVEN = 2


PROTECTION = {Layout.LOCAL: GRADED_BEFORE, Layout.INTERLEAVED: GRADED, Layout.EVEN: EVEN}


def code_of(size: tuple[int, int], length: int, layout: Layout) -> Code:
    """How a payload is written into a picture of this (width, height) with so many bytes in each block."""
    shifts = blocks.shifts(size) if layout == Layout.INTERLEAVED else ()
    return Code(blocks.groups(size, GROUP), length, PROTECTION[layout], shifts)


def longest(size: tuple[int, int], strength: float) -> int:
    """How many bytes each block has at this strength."""
    rate = np.interp(strength, (0, 0.5, 1), RATES)
    return round(rate * blocks.samples_each(size) / 8)


def most(size: tuple[int, int]) -> int:
    """How many bytes a block can have."""
    return trellis.MOST_BITS * blocks.samples_each(size) // 8


def places(pixels: np.ndarray, code: Code) -> np.ndarray:
    """For each sample of each block, its index in the flattened picture: (samples, blocks) uint32."""
    return _interleaved(blocks.places(pixels), code)


def samples_of(pixels: np.ndarray, code: Code) -> np.ndarray:
    """The samples of each block of a picture, (H, W, 3) uint8: (samples, blocks) uint8."""
    return _interleaved(blocks.samples_of(pixels), code)


def _interleaved(samples: np.ndarray, code: Code) -> np.ndarray:
    if not code.shifts:
        return samples
    return blocks.interleave(samples, -(-code.fine * len(samples) // code.length), code.shifts)


def number(layout: Layout, lock: int) -> int:
    """What header and payload say of layout and lock."""
    return layout << LOCK_BITS | lock


def lock_of(kind: int) -> int:
    """The lock in such a number: `OPEN` or `LOCKED`, if it is one."""
    return kind & (1 << LOCK_BITS) - 1


def by_numbers(size: tuple[int, int], length: int, kind: int) -> Code | None:
    """How a picture was written, by the numbers in its header; None where they make no sense.

    Args:
        size: (width, height) of the picture.
        length: bytes of each block.
        kind: what `number` makes of layout and lock.
    """
    known = lock_of(kind) in (OPEN, LOCKED) and kind >> LOCK_BITS in list(Layout)
    return code_of(size, length, Layout(kind >> LOCK_BITS)) if known and 0 < length <= most(size) else None


def numbers_by_trying(pixels: np.ndarray) -> tuple[int, int] | None:
    """The numbers that a lost header held; None where no number of bytes makes sense."""
    size = pixels.shape[1::-1]
    if blocks.count(size) < LEAST_BLOCKS:
        return None
    first = code_of(size, 1, Layout.LOCAL)  # the first layer is the same in all layouts
    members = first.groups[:, np.argmax(first.groups[0] >= 0)]  # the payload begins in their first block
    received = blocks.samples_of(pixels)[:, members]
    for length in range(1, longest(size, strength=1) + 1):
        layer = replace(first, length=length).layers[0]
        symbols = trellis.extract(received, length, layer.end)
        damaged = reed_solomon.locate(symbols, layer.parity)
        if damaged is not None:
            kind = int(reed_solomon.repair(symbols, layer.parity, damaged)[0, 0])
            if by_numbers(size, length, kind):
                return length, kind
    return None
