"""What the layers of a robust picture hold: the secret, its size, and how much of it belongs to which layer.

    bytes       field
    2, 2        width and height of the secret as it was handed in
    1           how often it was halved
    3 each      how many bytes of compressed data (`steg.payload.jpeg2000`) belong to each layer
    the rest    these data, one after the other

All this is cut into the layers' rooms, so that with each layer all data that belong to it have arrived.
"""

import itertools
import struct
from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.images.resizing import resized, returned_size
from steg.payload.jpeg2000 import DAMAGED, from_layers, to_layers

SIZE = struct.Struct(">HHB")
LENGTH = 3
LEAST = 0.005  # bits a pixel of the first layer; a secret for which there is not so much room is halved
HALVINGS = 5  # at most


class Head(NamedTuple):
    """What the first layer begins with."""

    size: tuple[int, int]  # of the secret as it was handed in
    halved: int
    lengths: list[int]  # of each layer's data


def pack(secret: Image.Image, stego: tuple[int, int], rooms: list[int]) -> list[bytes] | None:
    """The secret as bytes for each layer.

    Args:
        secret: RGB.
        stego: (width, height) of the picture that carries.
        rooms: how many bytes each layer may have.

    Returns:
        As many bytes as there is room for in each; None if not even the smallest secret fits into the first.
    """
    sizes = [rooms[0] - _head_size(len(rooms)), *rooms[1:]]
    for halved in range(HALVINGS + 1):
        width, height = _frame(stego, secret.size, halved)
        if 8 * sizes[0] < LEAST * width * height:
            continue
        parts = to_layers(Image.fromarray(resized(np.asarray(secret), (width, height))), sizes)
        if parts[0]:
            lengths = b"".join(len(part).to_bytes(LENGTH, "big") for part in parts)
            data = SIZE.pack(*secret.size, halved) + lengths + b"".join(parts)
            ends = list(itertools.accumulate(rooms, initial=0))
            return [data[begin:end] for begin, end in itertools.pairwise(ends)]
    return None


def head_of(first: bytes, layers: int) -> Head:
    """What the first of so many layers begins with.

    Raises:
        StegError: if it is nothing that `pack` writes.
    """
    *size, halved = SIZE.unpack(first[: SIZE.size])
    lengths = first[SIZE.size : _head_size(layers)]
    each = [int.from_bytes(lengths[i : i + LENGTH], "big") for i in range(0, len(lengths), LENGTH)]
    if 0 in size or halved > HALVINGS:
        raise StegError(DAMAGED)
    return Head(tuple(size), halved, each)


def unpack(arrived: list[bytes], layers: int, stego: tuple[int, int]) -> Image.Image:
    """The secret from those of so many layers that arrived, at the size at which it was packed.

    Raises:
        StegError: if they are damaged.
    """
    head, data = head_of(arrived[0], layers), b"".join(arrived)
    ends = list(itertools.accumulate(head.lengths, initial=_head_size(layers)))
    parts = [data[begin:end] for begin, end in itertools.pairwise(ends)][: len(arrived)]
    return from_layers([part for part in parts if part], _frame(stego, head.size, head.halved))


def _head_size(layers: int) -> int:
    return SIZE.size + LENGTH * layers


def _frame(stego: tuple[int, int], secret: tuple[int, int], halved: int) -> tuple[int, int]:
    width, height = returned_size(stego, secret)
    return max(1, width >> halved), max(1, height >> halved)
