"""The watermark: 64 bits that survive re-compression, and say that and how a secret is hidden in a picture.

Each block carries one bit in one transform coefficient of Y, which the robust network leaves to it. This is
quantization index modulation: multiples of a step stand for 0, those plus half a step for 1. A square of 8x8
blocks holds all bits and is repeated over the picture. Each bit is decided by the mean of its soft decisions
in all squares (a repetition code), and a checksum detects what is wrong all the same. There are two patterns:

    coarse  blocks of 16x16 pixels, each the Haar coefficient of the means of its quarters; found at any
            scale by `steg.embedding.registration`; in pictures from `LEAST_COARSE` pixels on a side on
    fine    blocks of 8x8 pixels, each one DCT coefficient; in smaller pictures, and in all of November 2026

A crop shifts the squares, so that `read` tries each of 64x64 offsets of the fine pattern. Pictures smaller
than a square have no watermark.

Source: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001, section III.
"""

import itertools
import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from steg.embedding.watermark_fields import BITS, MAGIC_BITS, Watermark, from_bits, to_bits
from steg.images.dct import BLOCK, luma

SQUARE = 8 * BLOCK  # pixels on a side of the square that holds all bits in the fine pattern
COARSE_BLOCK = 2 * BLOCK
COARSE_SQUARE = 8 * COARSE_BLOCK
LEAST_COARSE = 2 * COARSE_SQUARE
STEP, COARSE_STEP = 24.0, 56.0  # levels; at the cover's PSNR after the robust network, each costs 0.2 dB
MOST_COARSE = 20.0  # levels of a move; a full one, half a step, shows in flat regions
PASSES = 4  # of embedding, as rounding and clipping undo a part of each
# Detection threshold on the strength times the root of the number of squares: that is 0.56 +- 0.05 without a
# watermark, and nearly the root itself with one in a PNG file
THRESHOLD = 0.8
INTERLEAVER = np.random.RandomState(64).permutation(BITS)  # the bit of each block of the square
BASIS = (0.5 * np.cos(math.pi / BLOCK * (np.arange(BLOCK) + 0.5))).astype(np.float32)  # of DCT coefficient 1
HAAR = np.repeat(np.array([0.25, -0.25], np.float32), BLOCK)  # its unit-norm counterpart for coarse blocks


class Detected(NamedTuple):
    """A watermark, and the first row and column, from 0 to 63, where a square of it begins."""

    watermark: Watermark
    top: int
    left: int
    strength: float  # mean magnitude of the bits' soft decisions, from 0 to 1


def write(pixels: np.ndarray, watermark: Watermark, coarse: bool | None = None) -> np.ndarray:
    """A copy of pixels with a watermark, unless a side is shorter than a square.

    Args:
        pixels: (H, W, 3) uint8.
        watermark: what it is to say.
        coarse: whether it has the coarse pattern; None for what suits the size.
    """
    marked, shortest = pixels.copy(), min(pixels.shape[:2])
    if coarse is None:
        coarse = shortest >= LEAST_COARSE
    if shortest >= (COARSE_SQUARE if coarse else SQUARE):
        _embed(marked, watermark, *((HAAR, COARSE_STEP, MOST_COARSE) if coarse else (BASIS, STEP, STEP)))
    return marked


def _embed(pixels: np.ndarray, watermark: Watermark, basis: np.ndarray, step: float, most: float) -> None:
    """Writes the pattern whose blocks have this basis along each side into all whole blocks, in place.

    No coefficient is moved by more than `most` levels, which leaves some short of their bits.
    """
    block = len(basis)
    rows, columns = (side // block for side in pixels.shape[:2])
    area = pixels[: block * rows, : block * columns]
    square = square_of(watermark) * (step / 2)
    coefficients = _block_coefficients(luma(area), basis)
    move = np.tile(square, (-(-rows // 8), -(-columns // 8)))[:rows, :columns] - coefficients
    target = coefficients + (move - step * np.round(move / step)).clip(-most, most)
    # without dither, all pixels of a block would be changed by the same number of levels
    dither = np.random.RandomState(0).uniform(-0.5, 0.5, (*area.shape[:2], 1))
    for number in range(PASSES):
        move = target - _block_coefficients(luma(area), basis)
        change = np.einsum("mn,y,x->mynx", move, basis, basis).reshape(dither.shape)
        area[:] = (area + change + (dither if number == 0 else 0)).round().clip(0, 255)


def read(pixels: np.ndarray) -> Detected | None:
    """Looks for a watermark in `pixels`, (H, W, 3) uint8, at all offsets.

    It can also be decoded a pixel beside its offset, so the strongest of all is taken.
    """
    return _read_at_all_offsets(pixels) or read_in_place(pixels, coarse=False)


def read_in_place(pixels: np.ndarray, coarse: bool | None = None, painted: bool = False) -> Detected | None:
    """Looks for a watermark whose first square begins in the upper left corner of `pixels`.

    Args:
        pixels: (H, W, 3) uint8.
        coarse: whether it has the coarse pattern; None for what suits the size.
        painted: whether blocks of a single colour say nothing, as they have been painted over.
    """
    if coarse is None:
        coarse = min(pixels.shape[:2]) >= LEAST_COARSE
    basis, step = (HAAR, COARSE_STEP) if coarse else (BASIS, STEP)
    rows, columns = (side // len(basis) * len(basis) for side in pixels.shape[:2])
    if min(rows, columns) < 8 * len(basis):
        return None
    soft = soft_decisions(_block_coefficients(luma(pixels[:rows, :columns]), basis), step)
    if painted:
        side = len(basis)
        in_blocks = pixels[:rows, :columns].reshape(rows // side, side, columns // side, side, 3)
        soft[(in_blocks == in_blocks[:, :1, :, :1]).all((1, 3, 4))] = 0
    means, count = fold(soft, 8)
    return _decode(means.reshape(1, BITS), count)


def _read_at_all_offsets(pixels: np.ndarray) -> Detected | None:
    if min(pixels.shape[:2]) < SQUARE + BLOCK:  # else some block of the square is nowhere whole
        return None
    means, count = fold(soft_decisions(_sliding_coefficients(luma(pixels)), STEP), SQUARE)
    row, column = np.divmod(np.arange(SQUARE**2), SQUARE)
    block_row, block_column = np.divmod(np.arange(BITS), BLOCK)
    rows = (row[:, None] + BLOCK * block_row) % SQUARE
    columns = (column[:, None] + BLOCK * block_column) % SQUARE
    return _decode(means[rows, columns], count)


def _block_coefficients(y: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """The coefficient of each block of n pixels a side, the length of its basis: (n r, n c) to (r, c)."""
    height, width = y.shape
    side = len(basis)
    blocks = y.reshape(height // side, side, width // side, side)
    return np.einsum("mynx,y,x->mn", blocks, basis, basis, optimize=True)


def _sliding_coefficients(y: np.ndarray) -> np.ndarray:
    """The coefficient of the block that begins at each pixel: (H, W) to (H - 7, W - 7)."""
    height, width = y.shape
    across = sum(w * y[:, i : width - BLOCK + 1 + i] for i, w in enumerate(BASIS))
    return sum(w * across[i : height - BLOCK + 1 + i] for i, w in enumerate(BASIS))


def soft_decisions(coefficients: np.ndarray, step: float) -> np.ndarray:
    """Soft decisions on bits, from 1 for a certain 0 to -1 for a certain 1."""
    return np.cos(np.float32(2 * math.pi / step) * coefficients)


def fold(values: np.ndarray, period: int) -> tuple[np.ndarray, float]:
    """Means of values `period` rows and columns apart, (period, period), and of how many, on average."""
    sums = _folded_down(_folded_down(values, period).T, period).T
    counts = np.outer(*(_counts(side, period) for side in values.shape))
    return sums / np.maximum(counts, 1), float(counts.mean())


def _folded_down(values: np.ndarray, period: int) -> np.ndarray:
    """Sums of rows that are `period` apart."""
    whole = len(values) // period * period
    sums = values[:whole].reshape(-1, period, values.shape[1]).sum(0)
    sums[: len(values) - whole] += values[whole:]
    return sums


@lru_cache(1024)
def _counts(side: int, period: int) -> np.ndarray:
    """How many of `side` rows are summed in each."""
    return np.bincount(np.arange(side) % period, minlength=period)


def _decode(candidates: np.ndarray, count: float) -> Detected | None:
    """The strongest candidate that is a valid watermark.

    Args:
        candidates: soft decisions at each offset, (offsets, BITS), the offsets row by row.
        count: of squares of which they are the means.
    """
    strengths = np.abs(candidates).mean(1)
    bits = np.empty(candidates.shape, bool)
    bits[:, INTERLEAVER] = candidates < 0
    possible = (bits[:, : len(MAGIC_BITS)] == MAGIC_BITS).all(1) & (strengths * math.sqrt(count) > THRESHOLD)
    for offset in sorted(np.flatnonzero(possible), key=lambda offset: -strengths[offset]):
        watermark = from_bits(bits[offset])
        if watermark:
            return Detected(watermark, *divmod(int(offset), SQUARE), float(strengths[offset]))
    return None


def decode(soft: np.ndarray, doubtful: int) -> Watermark | None:
    """The watermark that soft decisions, (BITS,) in the order of the blocks, stand for; or None.

    Args:
        soft: from 1 for a certain 0 to -1 for a certain 1.
        doubtful: of so many least certain bits, up to two may be wrong (Chase, IEEE Trans. Information Theory
            1972, algorithm 2).
    """
    ordered = np.empty(BITS, soft.dtype)
    ordered[INTERLEAVER] = soft
    least = np.argsort(np.abs(ordered))[:doubtful]
    for count in range(3 if doubtful else 1):
        for flipped in itertools.combinations(least, count):
            bits = ordered < 0
            bits[list(flipped)] ^= True
            if (bits[: len(MAGIC_BITS)] == MAGIC_BITS).all() and (found := from_bits(bits)):
                return found
    return None


def square_of(watermark: Watermark) -> np.ndarray:
    """The bits in the order of their blocks, (8, 8) uint8."""
    return to_bits(watermark)[INTERLEAVER].reshape(8, 8)
