"""Payload of a robust picture: the secret in layers, of which the first ones suffice for a coarse picture.

    bytes       field
    2, 2        width and height of the secret as it was handed in
    1           how often it was halved
    3 each      how many bytes of compressed data (`steg.payload.jpeg2000`) belong to each layer
    the rest    these data, one after the other

The payload is cut at the layers' capacities, so that whoever receives a layer, and all before it, has all
data that belong to it.
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
LENGTH = 3  # bytes of a layer's length
LEAST_BITS = 0.002  # a pixel, of the first layer; a secret for which there are fewer is halved
HALVINGS = 5  # at most


class PayloadHeader(NamedTuple):
    """The fields before the data; `size` is the (width, height) of the secret as it was handed in."""

    size: tuple[int, int]
    halved: int
    lengths: list[int]


class Unpacked(NamedTuple):
    """The secret as it was compressed, and the (width, height) in which it comes back."""

    secret: Image.Image
    size: tuple[int, int]


def pack(secret: Image.Image, stego: tuple[int, int], capacities: list[int]) -> list[bytes] | None:
    """Packs a secret into layers.

    Args:
        secret: RGB.
        stego: (width, height) of the stego picture.
        capacities: of the layers, in bytes.

    Returns:
        The bytes of each layer; None if not even the smallest secret fits into the first one.
    """
    sizes = [capacities[0] - _header_size(len(capacities)), *capacities[1:]]
    for halved in range(HALVINGS + 1):
        width, height = _packed_size(stego, secret.size, halved)
        if 8 * sizes[0] < LEAST_BITS * width * height:
            continue
        parts = to_layers(Image.fromarray(resized(np.asarray(secret), (width, height))), sizes)
        if parts[0]:
            lengths = b"".join(len(part).to_bytes(LENGTH, "big") for part in parts)
            payload = SIZE.pack(*secret.size, halved) + lengths + b"".join(parts)
            ends = list(itertools.accumulate(capacities, initial=0))
            return [payload[begin:end] for begin, end in itertools.pairwise(ends)]
    return None


def unpack(received: list[bytes], layers: int, stego: tuple[int, int]) -> Unpacked:
    """Unpacks the secret from the first layers of a payload.

    Args:
        received: the bytes of at least one layer.
        layers: how many there were.
        stego: (width, height) of the stego picture.

    Raises:
        StegError: if they are nothing that `pack` writes.
    """
    header = read_header(received[0], layers)
    payload = b"".join(received)
    ends = list(itertools.accumulate(header.lengths, initial=_header_size(layers)))
    parts = [payload[begin:end] for begin, end in itertools.pairwise(ends)][: len(received)]
    size = _packed_size(stego, header.size, header.halved)
    secret = from_layers([part for part in parts if part], size)
    return Unpacked(secret, returned_size(stego, header.size))


def read_header(first: bytes, layers: int) -> PayloadHeader:
    """The header of a payload of so many layers, from the bytes of the first one.

    Raises:
        StegError: if it is nothing that `pack` writes.
    """
    if len(first) < _header_size(layers):
        raise StegError(DAMAGED)
    *size, halved = SIZE.unpack(first[: SIZE.size])
    lengths = first[SIZE.size : _header_size(layers)]
    each = [int.from_bytes(lengths[i : i + LENGTH], "big") for i in range(0, len(lengths), LENGTH)]
    if 0 in size or halved > HALVINGS:
        raise StegError(DAMAGED)
    return PayloadHeader(tuple(size), halved, each)


def _header_size(layers: int) -> int:
    return SIZE.size + LENGTH * layers


def _packed_size(stego: tuple[int, int], secret: tuple[int, int], halved: int) -> tuple[int, int]:
    """The (width, height) in which a secret is compressed."""
    width, height = returned_size(stego, secret)
    return max(1, width >> halved), max(1, height >> halved)
