"""The mark: 64 bits that outlive re-compression and say that, and how, a secret is hidden in a picture.

Each 8x8 block of brightness carries one bit in one of its DCT coefficients, which the robust network leaves
alone: a multiple of `STEP` is 0, half a step beside it is 1. A square of 8x8 blocks holds all bits and is
repeated over the picture; a bit is decided by the mean of what its repetitions say, as far as each is sure.
That is the error correction, and a checksum tells whether it was enough.

    bits  field
    12    magic
    2     format version
    8     first byte of the weights' sha256
    13    width of the picture as it was sent
    13    its height
    16    CRC-16 (CCITT) of all these

A crop moves the squares, so all 64x64 places are tried where they might begin. Pictures smaller than a square
have no mark.

Source: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001, section III.
"""

import binascii
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from steg.images import dct
from steg.images.dct import BLOCK

SIDE = 8 * BLOCK  # pixels on a side of the square that holds all bits
STEP = 24.0  # in levels; under the network's 36 dB it costs the cover 0.2 dB
PASSES = 4  # of writing, as rounding and clipping undo a part of each
MAGIC, VERSION = 0b101100111000, 2
WIDTHS = (12, 2, 8, 13, 13, 16)  # of the fields, in bits
BITS = sum(WIDTHS)
# How sure the bits are, times the root of how many blocks say each: without a mark it is 0.56, give or take
# 0.05; with one it is, up to this root, nearly 1 in a PNG file
LEAST_STRENGTH = 0.8
ORDER = np.random.RandomState(64).permutation(BITS)  # which block of the square has which bit
WAVE = (0.5 * np.cos(math.pi / BLOCK * (np.arange(BLOCK) + 0.5))).astype(np.float32)  # half a period
LUMA = np.array(dct.LUMA, np.float32)


@dataclass(frozen=True)
class Mark:
    """What the mark says: `weights` is 2 hex digits, `size` the (width, height) as it was sent."""

    weights: str
    size: tuple[int, int]
    version: int = VERSION


class Found(NamedTuple):
    """A mark, and the first row and column, from 0 to 63, where a square of it begins."""

    mark: Mark
    top: int
    left: int
    strength: float  # from 0 to 1: how sure its bits are


def write(pixels: np.ndarray, mark: Mark) -> np.ndarray:
    """Returns a copy of `pixels`, (H, W, 3) uint8, that carries `mark` if there is room for it."""
    rows, columns = (side // BLOCK for side in pixels.shape[:2])
    marked = pixels.copy()
    if min(pixels.shape[:2]) < SIDE:
        return marked
    area = marked[: BLOCK * rows, : BLOCK * columns]
    square = _to_bits(mark)[ORDER].reshape(BLOCK, BLOCK) * (STEP / 2)
    wanted = np.tile(square, (-(-rows // BLOCK), -(-columns // BLOCK)))[:rows, :columns]
    for _ in range(PASSES):
        coefficients = _of_blocks(area @ LUMA)
        move = wanted - coefficients
        move -= STEP * np.round(move / STEP)
        change = np.einsum("mn,y,x->mynx", move, WAVE, WAVE).reshape(*area.shape[:2], 1)
        area[:] = (area + change).round().clip(0, 255)
    return marked


def read(pixels: np.ndarray) -> Found | None:
    """Looks for a mark in `pixels`, (H, W, 3) uint8, in its place and wherever a crop may have left it.

    A mark can also be read a pixel beside its place, so the surest of all places is taken.
    """
    return _read_anywhere(pixels) or read_in_place(pixels)


def read_in_place(pixels: np.ndarray) -> Found | None:
    """Looks for a mark whose first square begins in the upper left corner of `pixels`."""
    rows, columns = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    if min(rows, columns) < SIDE:
        return None
    sums, count = _folded(_says(_of_blocks(pixels[:rows, :columns] @ LUMA)), BLOCK)
    return _decoded(sums.reshape(1, BITS), count)


def _read_anywhere(pixels: np.ndarray) -> Found | None:
    if min(pixels.shape[:2]) < SIDE + BLOCK:  # else some block of the square is nowhere whole
        return None
    sums, count = _folded(_says(_everywhere(pixels @ LUMA)), SIDE)
    row, column = np.divmod(np.arange(SIDE**2), SIDE)
    block_row, block_column = np.divmod(np.arange(BITS), BLOCK)
    rows = (row[:, None] + BLOCK * block_row) % SIDE
    columns = (column[:, None] + BLOCK * block_column) % SIDE
    return _decoded(sums[rows, columns], count)


def _of_blocks(luma: np.ndarray) -> np.ndarray:
    """The coefficient of each block: (8 m, 8 n) -> (m, n)."""
    height, width = luma.shape
    blocks = luma.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    return np.einsum("mynx,y,x->mn", blocks, WAVE, WAVE, optimize=True)


def _everywhere(luma: np.ndarray) -> np.ndarray:
    """The coefficient of the block that begins at each pixel: (H, W) -> (H - 7, W - 7)."""
    height, width = luma.shape
    across = sum(w * luma[:, x : width - BLOCK + 1 + x] for x, w in enumerate(WAVE))
    return sum(w * across[y : height - BLOCK + 1 + y] for y, w in enumerate(WAVE))


def _says(coefficients: np.ndarray) -> np.ndarray:
    """What coefficients say of their bits: 1 for a clear 0, -1 for a clear 1."""
    return np.cos(np.float32(2 * math.pi / STEP) * coefficients)


def _folded(values: np.ndarray, period: int) -> tuple[np.ndarray, float]:
    """Means of values `period` rows and columns apart, (period, period), and of how many, on average."""
    missing = [(0, -side % period) for side in values.shape]
    shape = (-1, period, (values.shape[1] + missing[1][1]) // period, period)
    counts = np.outer(*(np.bincount(np.arange(side) % period, minlength=period) for side in values.shape))
    return np.pad(values, missing).reshape(shape).sum((0, 2)) / np.maximum(counts, 1), float(counts.mean())


def _decoded(candidates: np.ndarray, count: float) -> Found | None:
    """The surest of the candidates, (places, BITS), that holds a valid mark."""
    strengths = np.abs(candidates).mean(1)
    bits = np.empty(candidates.shape, bool)
    bits[:, ORDER] = candidates < 0
    magic = np.array([MAGIC >> i & 1 for i in reversed(range(WIDTHS[0]))], bool)
    possible = (bits[:, : WIDTHS[0]] == magic).all(1) & (strengths * math.sqrt(count) > LEAST_STRENGTH)
    for place in sorted(np.flatnonzero(possible), key=lambda place: -strengths[place]):
        mark = _from_bits(bits[place])
        if mark:
            return Found(mark, *divmod(int(place), SIDE), float(strengths[place]))
    return None


def _to_bits(mark: Mark) -> np.ndarray:
    number = 0
    for field, bits in zip((MAGIC, mark.version, int(mark.weights, 16), *mark.size), WIDTHS, strict=False):
        number = number << bits | field
    number = number << WIDTHS[-1] | _check(number)
    return np.unpackbits(np.frombuffer(number.to_bytes(BITS // 8, "big"), np.uint8))


def _from_bits(bits: np.ndarray) -> Mark | None:
    number = int.from_bytes(np.packbits(bits).tobytes(), "big")
    number, check = number >> WIDTHS[-1], number & (1 << WIDTHS[-1]) - 1
    if check != _check(number):
        return None
    fields = []
    for bits_of_field in WIDTHS[-2::-1]:
        fields.append(number & (1 << bits_of_field) - 1)
        number >>= bits_of_field
    height, width, weights, version, _ = fields
    return Mark(f"{weights:02x}", (width, height), version) if width and height and version else None


def _check(number: int) -> int:
    return binascii.crc_hqx(number.to_bytes(BITS // 8 - 2, "big"), 0xFFFF)
