"""Synchronisation: puts the blocks of a received picture where the sender had them.

Where its header is left, they are in place. Else the watermark is searched for. The coarse one is found at
any scale, in crops, and in turned and mirrored pictures (`steg.embedding.registration`). The fine one, of
small and of older pictures, is found in crops, or at another scale (`steg.embedding.fine_registration`).
"""

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.coding import code_blocks
from steg.embedding import header, watermark
from steg.embedding.fine_registration import size_before_scaling
from steg.embedding.header import PLAIN, Header
from steg.embedding.integral import Box
from steg.embedding.registration import LARGEST_SENT, Registered, register
from steg.embedding.watermark import COARSE_SQUARE, SQUARE
from steg.embedding.watermark_fields import WITHOUT_SCALE, Watermark
from steg.images.dct import BLOCK
from steg.methods.base import Status, message_of, status_of
from steg.payload.lock import LOCKED

LARGE_BLOCK = 2 * BLOCK
TRIED = 4  # places in which a part of a picture is decoded, at most
SAME_SCALE = 0.5  # pixels between the widths of two pictures that have the same scale
SCALES = 0.5, 2.0  # between which a received picture is scaled back; beyond, no watermark is left
EARLIER_WEIGHTS = "caf0fa02", "b3e3b42a"  # of weights before; today's read their pictures, too
CROPPED = "A part of it was cut off; what is left can still hold the whole secret."


class Synchronised(NamedTuple):
    """A received picture, with its blocks in place.

    Attributes:
        pixels: (H, W, 3) uint8, from its first whole block on.
        size: (width, height) of the picture that was sent.
        row: where that begins in the picture that was sent, in blocks; a square of the watermark or several
            may come before.
        column: likewise.
        header: None if it is destroyed.
        watermark: by which it was synchronised, or which lies where the header says; None if there is none.
        square: pixels on a side of the watermark's squares.
        magnification: width of the received picture, relative to the width that it was sent with.
        block: pixels on a side of a block.
    """

    pixels: np.ndarray
    size: tuple[int, int]
    row: int = 0
    column: int = 0
    header: Header | None = None
    watermark: Watermark | None = None
    square: int = SQUARE
    magnification: float = 1.0
    block: int = BLOCK

    @property
    def cropped(self) -> bool:
        """Whether parts of the picture are missing."""
        return self.pixels.shape[1::-1] != self.size

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of blocks in the picture that was sent."""
        return self.size[1] // self.block, self.size[0] // self.block

    def in_large_blocks(self) -> "Synchronised":
        """The same, in blocks of `LARGE_BLOCK` pixels a side."""
        down, across = self.row % 2, self.column % 2  # small blocks before the first whole large one
        return self._replace(
            pixels=self.pixels[BLOCK * down :, BLOCK * across :],
            row=(self.row + down) // 2,
            column=(self.column + across) // 2,
            block=LARGE_BLOCK,
        )

    def places(self, rows: int, columns: int) -> list[tuple[int, int]]:
        """Where so many received rows and columns of blocks may belong in the picture that was sent.

        Returns:
            The row and column of the first block, for each place.
        """
        every = self.square // self.block
        return [
            (row, column)
            for row in range(self.row, self.grid[0] - rows + 1, every)
            for column in range(self.column, self.grid[1] - columns + 1, every)
        ]

    def likely_places(self, llrs: np.ndarray) -> list[tuple[int, int]]:
        """The few of `places` where the rate field of some code blocks makes most sense, the likeliest first.

        Args:
            llrs: of the coded bits in the received part, (bit levels, rows, columns).
        """
        levels, rows, columns = llrs.shape
        places = self.places(rows, columns)
        if (rows, columns) == self.grid:
            return places
        field = code_blocks.rate_field(levels * math.prod(self.grid))
        level, row, column = np.unravel_index(field, (levels, *self.grid))
        fields = np.zeros((len(places), len(field)), np.float32)
        for of_place, (top, left) in zip(fields, places, strict=True):
            inside = (row >= top) & (row < top + rows) & (column >= left) & (column < left + columns)
            of_place[inside] = llrs[level[inside], row[inside] - top, column[inside] - left]
        return [places[index] for index in code_blocks.rank_rate_fields(fields)[:TRIED]]

    def placed(self, received: np.ndarray, place: tuple[int, int], missing: np.ndarray) -> np.ndarray:
        """Values of the blocks of the whole picture that was sent, from those of the received part.

        Args:
            received: (values, rows, columns).
            place: one of `places`.
            missing: the values of a block that is missing, (values,).

        Returns:
            (values, *grid); `received` itself if no block is missing.
        """
        (row, column), (rows, columns) = place, received.shape[1:]
        if (rows, columns) == self.grid:
            return received
        whole = np.tile(missing[:, None, None], (1, *self.grid))
        whole[:, row : row + rows, column : column + columns] = received
        return whole

    @property
    def scale(self) -> float | None:
        """Scale of the step lengths; None if they are the same in all blocks."""
        return self.watermark.scale if self.watermark else None

    @property
    def version(self) -> int:
        """Version of the watermark, or that of pictures without a scale, of which some have no watermark."""
        return WITHOUT_SCALE if self.watermark is None or self.scale is None else self.watermark.version

    @property
    def locked(self) -> bool:
        """Whether header or watermark say that a passphrase is needed."""
        if self.header:
            return self.header.version > PLAIN and self.header.size[1] == LOCKED
        return self.watermark is not None and self.watermark.locked

    def status(self, weights_id: str) -> tuple[Status, str]:
        """What header or watermark mean to the owner of these weights (8 hex digits), and as a sentence."""
        if self.header or self.watermark is None:
            header = self.header
            if header and header.weights in EARLIER_WEIGHTS:
                header = replace(header, weights=weights_id)
            status = status_of(header, weights_id)
            return status, message_of(status, header, weights_id)
        known = any(each.startswith(self.watermark.weights) for each in (weights_id, *EARLIER_WEIGHTS))
        status = Status.MARKED if known else Status.OTHER_WEIGHTS
        message = status.value.format(theirs=f"{self.watermark.weights}...", ours=weights_id)
        return status, message + f" {CROPPED}" * self.cropped


def synchronise(image: Image.Image) -> Synchronised:
    """Reads the header, or else the watermark, and puts the blocks in place; without either they stay."""
    as_received = Synchronised(np.asarray(image), image.size, header=header.read(np.asarray(image)))
    if as_received.header:
        pixels = as_received.pixels
        found = watermark.read_in_place(pixels) or watermark.read_in_place(pixels, painted=True)
        return as_received._replace(watermark=found.watermark if found else None)
    registered = register(as_received.pixels)
    if registered:
        return _in_place(as_received.pixels, registered)
    if max(image.size) <= LARGEST_SENT:
        found = watermark.read(as_received.pixels)
        if found and _can_have_been_sent(found.watermark):
            pixels = as_received.pixels[found.top % BLOCK :, found.left % BLOCK :]
            row, column = (-(start // BLOCK) % (SQUARE // BLOCK) for start in (found.top, found.left))
            return Synchronised(pixels, found.watermark.size, row, column, watermark=found.watermark)
    sizes = _sizes_before_scaling(image.size)
    if likely := size_before_scaling(as_received.pixels):
        sizes.append(likely)
    candidates = (
        watermark.read_in_place(np.asarray(undo_scaling(image, size)), coarse=False) for size in sizes
    )
    possible = [found for found in candidates if found and _can_have_been_sent(found.watermark)]
    best = max(possible, key=lambda found: found.strength, default=None)
    if best is None:
        return as_received
    pixels, sent = np.asarray(undo_scaling(image, best.watermark.size)), best.watermark.size
    return Synchronised(pixels, sent, watermark=best.watermark, magnification=image.width / sent[0])


def _can_have_been_sent(found: Watermark) -> bool:
    """Whether the sender can have made a picture of the size that a watermark claims."""
    return min(found.size) >= SQUARE and max(found.size) <= LARGEST_SENT


def _in_place(pixels: np.ndarray, registered: Registered) -> Synchronised:
    """A received picture, upright, in the scale in which it was sent, from its first whole block on."""
    upright = Image.fromarray(np.ascontiguousarray(registered.orientation.undo(pixels)))
    size, box = registered.watermark.size, registered.box
    synchronised = Synchronised(
        np.asarray(upright),
        size,
        watermark=registered.watermark,
        square=COARSE_SQUARE,
        magnification=upright.width / (box.right - box.left),
    )
    if box == Box(0, 0, *size):
        whole = upright if upright.size == size else undo_scaling(upright, size)
        return synchronised._replace(pixels=np.asarray(whole))
    firsts, counts, edges = [], [], []
    for begin, end, received in (
        (box.left, box.right, upright.width),
        (box.top, box.bottom, upright.height),
    ):
        if abs(end - begin - received) < SAME_SCALE:
            begin, end = round(begin), round(begin) + received
        first = math.ceil(begin / BLOCK)
        firsts.append(first)
        counts.append(int((end - BLOCK * first) // BLOCK))
        scale = received / (end - begin)
        edges.append([(BLOCK * blocks - begin) * scale for blocks in (first, first + counts[-1])])
    part = (edges[0][0], edges[1][0], min(edges[0][1], upright.width), min(edges[1][1], upright.height))
    target = (BLOCK * counts[0], BLOCK * counts[1])
    blocks = np.asarray(upright.resize(target, Image.Resampling.BICUBIC, part))
    column, row = (first % (COARSE_SQUARE // BLOCK) for first in firsts)
    return synchronised._replace(pixels=blocks, row=row, column=column)


def _sizes_before_scaling(size: tuple[int, int]) -> list[tuple[int, int]]:
    """The sizes, `LARGEST_SENT` on the longest side, that a picture of this size may have been sent in."""
    long, short = max(size), min(size)
    if long == LARGEST_SENT or not SCALES[0] <= long / LARGEST_SENT <= SCALES[1]:
        return []
    lowest, highest = (round((short + change) * LARGEST_SENT / long) for change in (-1, 1))
    shorts = range(max(SQUARE, lowest), min(LARGEST_SENT, highest) + 1)
    return [(LARGEST_SENT, side) if size[0] == long else (side, LARGEST_SENT) for side in shorts]


def undo_scaling(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A received picture, scaled back to the (width, height) in which it was sent."""
    return image.resize(size, Image.Resampling.BICUBIC)
