"""The watermark: 64 bits that survive re-compression, and say that and how a secret is hidden in a picture.

Each 8x8 block carries one bit in one DCT coefficient of Y, which the robust network leaves to it. This is
quantization index modulation: multiples of `STEP` stand for 0, those plus half a step for 1. A square of 8x8
blocks holds all bits and is repeated over the picture. Each bit is decided by the mean of its soft decisions
in all squares (a repetition code), and a checksum detects what is wrong all the same.

    bits  field
    12    magic
    2     format version
    8     first byte of the weights' sha256
    13    width of the picture that was sent
    13    its height
    16    CRC-16 (CCITT) of all these

A crop shifts the squares, so that each of 64x64 offsets is tried. Pictures smaller than a square have no
watermark.

Source: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001, section III.
"""

import binascii
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from steg.images.dct import BLOCK, luma

SQUARE = 8 * BLOCK  # pixels on a side of the square that holds all bits
STEP = 24.0  # levels; at the cover's PSNR after the robust network, it costs another 0.2 dB
PASSES = 4  # of embedding, as rounding and clipping undo a part of each
MAGIC, VERSION = 0b101100111000, 2
WIDTHS = (12, 2, 8, 13, 13, 16)  # of the fields, in bits
BITS = sum(WIDTHS)
# Detection threshold on the strength times the root of the number of squares: that is 0.56 +- 0.05 without a
# watermark, and nearly the root itself with one in a PNG file
THRESHOLD = 0.8
INTERLEAVER = np.random.RandomState(64).permutation(BITS)  # the bit of each block of the square
BASIS = (0.5 * np.cos(math.pi / BLOCK * (np.arange(BLOCK) + 0.5))).astype(np.float32)  # of DCT coefficient 1


@dataclass(frozen=True)
class Watermark:
    """The fields of a watermark: `weights` is 2 hex digits, `size` the (width, height) that was sent."""

    weights: str
    size: tuple[int, int]
    version: int = VERSION


class Detected(NamedTuple):
    """A watermark, and the first row and column, from 0 to 63, where a square of it begins."""

    watermark: Watermark
    top: int
    left: int
    strength: float  # mean magnitude of the bits' soft decisions, from 0 to 1


def write(pixels: np.ndarray, watermark: Watermark) -> np.ndarray:
    """A copy of `pixels`, (H, W, 3) uint8, with a watermark unless a side is shorter than a square."""
    rows, columns = (side // BLOCK for side in pixels.shape[:2])
    marked = pixels.copy()
    if min(pixels.shape[:2]) < SQUARE:
        return marked
    area = marked[: BLOCK * rows, : BLOCK * columns]
    square = _to_bits(watermark)[INTERLEAVER].reshape(BLOCK, BLOCK) * (STEP / 2)
    target = np.tile(square, (-(-rows // BLOCK), -(-columns // BLOCK)))[:rows, :columns]
    for _ in range(PASSES):
        move = target - _block_coefficients(luma(area))
        move -= STEP * np.round(move / STEP)
        change = np.einsum("mn,y,x->mynx", move, BASIS, BASIS).reshape(*area.shape[:2], 1)
        area[:] = (area + change).round().clip(0, 255)
    return marked


def read(pixels: np.ndarray) -> Detected | None:
    """Looks for a watermark in `pixels`, (H, W, 3) uint8, at all offsets.

    It can also be decoded a pixel beside its offset, so the strongest of all is taken.
    """
    return _read_at_all_offsets(pixels) or read_in_place(pixels)


def read_in_place(pixels: np.ndarray) -> Detected | None:
    """Looks for a watermark whose first square begins in the upper left corner of `pixels`."""
    rows, columns = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    if min(rows, columns) < SQUARE:
        return None
    means, count = _fold(_soft_decisions(_block_coefficients(luma(pixels[:rows, :columns]))), BLOCK)
    return _decode(means.reshape(1, BITS), count)


def _read_at_all_offsets(pixels: np.ndarray) -> Detected | None:
    if min(pixels.shape[:2]) < SQUARE + BLOCK:  # else some block of the square is nowhere whole
        return None
    means, count = _fold(_soft_decisions(_sliding_coefficients(luma(pixels))), SQUARE)
    row, column = np.divmod(np.arange(SQUARE**2), SQUARE)
    block_row, block_column = np.divmod(np.arange(BITS), BLOCK)
    rows = (row[:, None] + BLOCK * block_row) % SQUARE
    columns = (column[:, None] + BLOCK * block_column) % SQUARE
    return _decode(means[rows, columns], count)


def _block_coefficients(y: np.ndarray) -> np.ndarray:
    """The coefficient of each block: (8 m, 8 n) to (m, n)."""
    height, width = y.shape
    blocks = y.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    return np.einsum("mynx,y,x->mn", blocks, BASIS, BASIS, optimize=True)


def _sliding_coefficients(y: np.ndarray) -> np.ndarray:
    """The coefficient of the block that begins at each pixel: (H, W) to (H - 7, W - 7)."""
    height, width = y.shape
    across = sum(w * y[:, i : width - BLOCK + 1 + i] for i, w in enumerate(BASIS))
    return sum(w * across[i : height - BLOCK + 1 + i] for i, w in enumerate(BASIS))


def _soft_decisions(coefficients: np.ndarray) -> np.ndarray:
    """Soft decisions on bits, from 1 for a certain 0 to -1 for a certain 1."""
    return np.cos(np.float32(2 * math.pi / STEP) * coefficients)


def _fold(values: np.ndarray, period: int) -> tuple[np.ndarray, float]:
    """Means of values `period` rows and columns apart, (period, period), and of how many, on average."""
    missing = [(0, -side % period) for side in values.shape]
    shape = (-1, period, (values.shape[1] + missing[1][1]) // period, period)
    counts = np.outer(*(np.bincount(np.arange(side) % period, minlength=period) for side in values.shape))
    return np.pad(values, missing).reshape(shape).sum((0, 2)) / np.maximum(counts, 1), float(counts.mean())


def _decode(candidates: np.ndarray, count: float) -> Detected | None:
    """The strongest candidate that is a valid watermark.

    Args:
        candidates: soft decisions at each offset, (offsets, BITS), the offsets row by row.
        count: of squares of which they are the means.
    """
    strengths = np.abs(candidates).mean(1)
    bits = np.empty(candidates.shape, bool)
    bits[:, INTERLEAVER] = candidates < 0
    magic = np.array([MAGIC >> i & 1 for i in reversed(range(WIDTHS[0]))], bool)
    possible = (bits[:, : WIDTHS[0]] == magic).all(1) & (strengths * math.sqrt(count) > THRESHOLD)
    for offset in sorted(np.flatnonzero(possible), key=lambda offset: -strengths[offset]):
        watermark = _from_bits(bits[offset])
        if watermark:
            return Detected(watermark, *divmod(int(offset), SQUARE), float(strengths[offset]))
    return None


def _to_bits(watermark: Watermark) -> np.ndarray:
    fields = MAGIC, watermark.version, int(watermark.weights, 16), *watermark.size
    number = 0
    for field, width in zip(fields, WIDTHS, strict=False):
        number = number << width | field
    number = number << WIDTHS[-1] | _crc(number)
    return np.unpackbits(np.frombuffer(number.to_bytes(BITS // 8, "big"), np.uint8))


def _from_bits(bits: np.ndarray) -> Watermark | None:
    """The watermark; None if its checksum or a field is wrong."""
    number = int.from_bytes(np.packbits(bits).tobytes(), "big")
    number, crc = number >> WIDTHS[-1], number & (1 << WIDTHS[-1]) - 1
    if crc != _crc(number):
        return None
    fields = []
    for width in WIDTHS[-2::-1]:
        fields.append(number & (1 << width) - 1)
        number >>= width
    height, width, weights, version, _ = fields
    return Watermark(f"{weights:02x}", (width, height), version) if width and height and version else None


def _crc(number: int) -> int:
    return binascii.crc_hqx(number.to_bytes(BITS // 8 - 2, "big"), 0xFFFF)
