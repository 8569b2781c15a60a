"""Blocks of a picture: compact patches of samples, each of which carries a message of its own.

A picture is gone through in bands of 8 rows, each band column by column from left to right; every 128 pixels
or a few samples more make a block, mostly a patch of 16x8 pixels. The samples of the header belong to no
block, and fewer samples than there are blocks are left over at the end.

In interleaved blocks, every other sample is one of another block, half the picture's height away: so flat and
textured parts share a block, and the changes that it needs go where they show least.
"""

import numpy as np

from steg.embedding import header

BAND = 8  # rows
SAMPLES = 3 * 16 * BAND  # of a block, at least


def count(size: tuple[int, int]) -> int:
    """How many blocks a picture of this (width, height) has."""
    return max(1, _usable(size) // SAMPLES)


def samples_each(size: tuple[int, int]) -> int:
    """How many samples each block of a picture of this (width, height) has."""
    return _usable(size) // count(size)


def places(pixels: np.ndarray) -> np.ndarray:
    """For each sample of each block, its index in the flattened picture: (samples, blocks) uint32."""
    return samples_of(np.arange(pixels.size, dtype=np.uint32).reshape(pixels.shape))


def samples_of(picture: np.ndarray) -> np.ndarray:
    """The samples of each block of a picture, (H, W, 3) of any type: (samples, blocks) of that type."""
    height, width, channels = picture.shape
    excluded, row = header.place(picture), width * channels
    ordered, filled = np.empty(picture.size - header.BITS, picture.dtype), 0
    for top in range(0, height, BAND):
        band = picture[top : top + BAND].transpose(1, 0, 2).reshape(-1)
        end = top * row + band.size
        if excluded.start < end and excluded.stop > top * row:
            indices = np.arange(top * row, end).reshape(-1, width, channels).transpose(1, 0, 2).reshape(-1)
            band = band[(indices < excluded.start) | (indices >= excluded.stop)]
        ordered[filled : filled + band.size] = band
        filled += band.size
    blocks, each = count((width, height)), samples_each((width, height))
    return ordered[: blocks * each].reshape(blocks, each).T


def shifts(size: tuple[int, int]) -> tuple[int, ...]:
    """By how many blocks those with interleaved samples differ: half the height, a quarter of the width."""
    across = size[0] * 3 * BAND // samples_each(size)
    return 0, count(size) // 2 + across // 4


def interleave(samples: np.ndarray, first: int, by: tuple[int, ...]) -> np.ndarray:
    """Blocks some of whose samples lie in other blocks.

    Args:
        samples: (samples, blocks) of any type.
        first: samples before this one stay as they are; those after it come in an order with long strides.
        by: from then on, the samples of block b take turns in being those of the blocks b + shift, cyclic.

    Returns:
        An array like `samples`.
    """
    rest = len(samples) - first
    order = first + np.arange(rest) * _stride(max(1, rest)) % max(1, rest)
    interleaved = samples.copy(order="A")
    for number, shift in enumerate(by):
        interleaved[first + number :: len(by)] = np.roll(samples[order[number :: len(by)]], -shift, axis=1)
    return interleaved


def groups(size: tuple[int, int], longest: int) -> np.ndarray:
    """Divides the blocks of a picture of this (width, height) into groups of about equal size.

    Neighbours are in different groups, so that damage to one spot spreads evenly over the groups.

    Args:
        size: of the picture.
        longest: how many blocks a group may have.

    Returns:
        (members, groups): indices of blocks; -1 in the first row where a group has one member less.
    """
    blocks = count(size)
    number = -(-blocks // longest)
    members = -(-blocks // number)
    row, column = np.divmod(np.arange(blocks), max(1, size[0] * 3 * BAND // samples_each(size)))
    order = np.argsort((column + _stride(number) * row) % number, kind="stable")
    cells = np.full((number, members), -1)
    taken = np.ones(cells.shape, bool)
    taken[: members * number - blocks, 0] = False
    cells[taken] = order
    return cells.T


def _stride(number: int) -> int:
    """Steps of about the golden section of a circle, that visit all of so many places."""
    stride = max(1, round(0.382 * number))
    while np.gcd(stride, number) > 1:
        stride += 1
    return stride


def _usable(size: tuple[int, int]) -> int:
    return 3 * size[0] * size[1] - header.BITS
