"""Short payloads: few bytes in the lowest frequencies, for channels that no picture outlives.

A short text needs few bits, so that each of them can be moved further than the network's symbols, and only
frequencies that a picture of a quarter of the size still has are changed. Each block of 16x16 pixels has four
carriers, DCT coefficients of Y, with one coded bit each (quantization index modulation): multiples of `STEP`
stand for 0, those plus half a step for 1. They are constant along rows or columns, which makes them
orthogonal to both patterns of `steg.embedding.watermark`. One set of code blocks (`steg.coding.code_blocks`),
at the lowest rate at which they hold the payload, spreads it over the whole picture.

Source: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001, section III.
"""

import math

import numpy as np

from steg.coding import code_blocks
from steg.images.dct import luma
from steg.methods.chat.synchronization import LARGE_BLOCK, Synchronised

CARRIERS = (0, 1), (1, 0), (0, 2), (2, 0)  # frequencies down and across
STEP = 104.0  # levels; the cover's PSNR is then about 36 dB
PASSES = 4  # of embedding, as rounding and clipping undo a part of each
LEAST_BITS = 512  # of the carriers, for which the rate field has room
HIGHEST_RATE = 200  # of the code blocks; JPEG of quality 75 leaves nearly all coded bits as they are
FIRST_RELIABILITY, STEPS = 0.5, 4  # of the estimate of a carrier's reliability
CERTAIN = 0.97  # reliability at most
NOTHING = np.zeros(len(CARRIERS), np.float32)  # LLRs of a block that is missing
BASIS = np.cos(math.pi / LARGE_BLOCK * np.outer(range(3), np.arange(LARGE_BLOCK) + 0.5))
BASIS *= np.sqrt(np.array([1, 2, 2]) / LARGE_BLOCK)[:, None]  # (frequencies, pixels), orthonormal


def capacity(size: tuple[int, int]) -> int:
    """How many bytes a cover of this (width, height) can carry."""
    bits = _coded_bits(size)
    return code_blocks.capacity(bits, HIGHEST_RATE) if bits >= LEAST_BITS else 0


def write(pixels: np.ndarray, data: bytes) -> np.ndarray:
    """A copy of `pixels`, (H, W, 3) uint8, that carries data, at most `capacity` bytes."""
    bits = _coded_bits(pixels.shape[1::-1])
    rate = next(rate for rate in range(HIGHEST_RATE + 1) if code_blocks.capacity(bits, rate) >= len(data))
    rows, columns = (side // LARGE_BLOCK for side in pixels.shape[:2])
    target = code_blocks.encode(data, bits, rate).reshape(len(CARRIERS), rows, columns) * (STEP / 2)
    stego = pixels.copy()
    area = stego[: LARGE_BLOCK * rows, : LARGE_BLOCK * columns]
    for _ in range(PASSES):
        moves = target - _coefficients(area)
        moves -= STEP * np.round(moves / STEP)
        change = sum(
            np.einsum("mn,y,x->mynx", move, BASIS[down], BASIS[across])
            for move, (down, across) in zip(moves, CARRIERS, strict=True)
        )
        area[:] = (area + change.reshape(*area.shape[:2], 1)).round().clip(0, 255)
    return stego


def read(received: Synchronised) -> bytes | None:
    """The data in a received picture, padded with zeros; None if there are none, or too little is left."""
    received = received.in_large_blocks()
    rows, columns = received.grid
    if min(*received.pixels.shape[:2], *received.size) < LARGE_BLOCK:
        return None
    llrs = _demap(_coefficients(received.pixels)[:, :rows, :columns])
    for place in received.likely_places(llrs):
        decoded = code_blocks.decode(received.placed(llrs, place, NOTHING).reshape(-1))
        if decoded and decoded.data:
            return decoded.data
    return None


def _coded_bits(size: tuple[int, int]) -> int:
    return len(CARRIERS) * (size[0] // LARGE_BLOCK) * (size[1] // LARGE_BLOCK)


def _coefficients(pixels: np.ndarray) -> np.ndarray:
    """The carriers of all whole blocks, (carriers, rows, columns), in levels."""
    rows, columns = (side // LARGE_BLOCK for side in pixels.shape[:2])
    y = luma(pixels[: LARGE_BLOCK * rows, : LARGE_BLOCK * columns])
    blocks = y.reshape(rows, LARGE_BLOCK, columns, LARGE_BLOCK)
    each = np.einsum("mynx,uy,vx->uvmn", blocks, BASIS, BASIS, optimize=True)
    return np.stack([each[carrier] for carrier in CARRIERS])


def _demap(coefficients: np.ndarray) -> np.ndarray:
    """LLRs of the coded bits, of the shape of the coefficients.

    The error of a phase has a von Mises distribution, which bounds what a single block can say. Its
    concentration is that of the likeliest mixture of phases of 0 and 1 (expectation maximisation).
    """
    llrs = np.empty(coefficients.shape, np.float32)
    for of_carrier, out in zip(coefficients, llrs, strict=True):
        cosine = np.cos(2 * math.pi / STEP * of_carrier)
        reliability = FIRST_RELIABILITY  # the mean cosine of the error
        for _ in range(STEPS):
            concentration = reliability * (2 - reliability**2) / (1 - reliability**2)
            reliability = min(CERTAIN, float((cosine * np.tanh(concentration * cosine)).mean()))
        out[:] = 2 * concentration * cosine
    return llrs
