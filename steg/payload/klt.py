"""Photographs as JPEG 2000 of three planes: colours decorrelated by their Karhunen-Loève transform.

JPEG 2000's own colour transform is the same for all pictures, and with 8 bits its quantiser ends at 51 dB.
Here each picture has a transform of its own, an orthonormal one, so that an error in any plane counts alike.
The planes stand one below the other in one picture of 16 bits, so that one rate control serves all. The
decoder gives fractions of a level, so that levels are rounded only once, after the inverse transform.

    bytes   field, of the first layer
    6       the first two rows of the transform, signed, in 1/127
    rest    the layer (`steg.payload.jpeg2000`)

Source: Taubman and Marcellin, "JPEG2000: Image Compression Fundamentals, Standards and Practice", 2002,
section 10.2 (the transform among components).
"""

from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.payload import jpeg2000

ROWS = 6  # bytes
ALIGNMENT = 4  # rows: planes begin at multiples of this, as two levels of wavelets do
ENCODED = 4  # steps of the encoder's picture to an 8-bit level
SHIFT = 5  # bits by which the decoder's picture is finer
SCALE = ENCODED << SHIFT  # of its numbers
MIDDLE = np.uint16(2**15)
LARGE = 1000  # squared levels: differences beyond this have hardly more weight in the transform
STRIP = 256  # rows that are computed at a time, so that memory stays bounded


class Planes(NamedTuple):
    """A picture as three decorrelated planes."""

    values: np.ndarray  # (H, W, 3) int16, in 1/`SCALE` of an 8-bit level, around 0
    transform: np.ndarray  # (3, 3) orthonormal: from R, G, B around 0 to the planes


def to_layers(image: Image.Image, sizes: list[int]) -> list[bytes]:
    """Compresses a picture into layers; as `steg.payload.jpeg2000.to_layers`, for RGB only."""
    pixels = np.asarray(image)
    rows = _rows(pixels)
    stacked = np.empty((3, _aligned(len(pixels)), image.width), np.uint16)
    values = to_planes(pixels, _transform(rows), ENCODED)
    stacked[:, : len(pixels)] = values.view(np.uint16).transpose(2, 0, 1)
    stacked[:, len(pixels) :] = stacked[:, len(pixels) - 1, None]
    stacked ^= MIDDLE
    size = image.width, 3 * stacked.shape[1]
    del values
    picture = Image.frombuffer("I;16", size, stacked, "raw", "I;16", 0, 1)
    layers = jpeg2000.to_layers(picture, [max(0, sizes[0] - ROWS), *sizes[1:]])
    return [rows + layers[0], *layers[1:]] if layers[0] else layers


def decode(layers: list[bytes], size: tuple[int, int]) -> Planes:
    """Decompresses the first layers of a picture of this (width, height), at least one.

    Raises:
        StegError: if they are not what `to_layers` made.
    """
    rows, first = layers[0][:ROWS], layers[0][ROWS:]
    transform = _transform(rows)
    width, height = size
    stacked = np.asarray(
        jpeg2000.from_layers([first, *layers[1:]], (width, 3 * _aligned(height)), "I;16", SHIFT), np.uint16
    )
    planes = (stacked ^ MIDDLE).view(np.int16).reshape(3, -1, width)
    return Planes(planes[:, :height].transpose(1, 2, 0), transform)


def to_planes(pixels: np.ndarray, transform: np.ndarray, scale: int = SCALE) -> np.ndarray:
    """(H, W, 3) uint8 -> the values of `Planes`, in 1/`scale` of a level."""
    values = np.empty(pixels.shape, np.int16)
    for begin in range(0, len(pixels), STRIP):
        levels = pixels[begin : begin + STRIP].astype(np.float32) - 128
        values[begin : begin + STRIP] = (levels @ (scale * transform.T)).round().clip(-32768, 32767)
    return values


def to_pixels(planes: Planes) -> np.ndarray:
    """The picture, (H, W, 3) uint8."""
    pixels = np.empty(planes.values.shape, np.uint8)
    for begin in range(0, len(pixels), STRIP):
        values = planes.values[begin : begin + STRIP].astype(np.float32)
        levels = values @ (planes.transform / SCALE) + 128
        pixels[begin : begin + STRIP] = levels.clip(0, 255).round()
    return pixels


def _rows(pixels: np.ndarray) -> bytes:
    """The first two rows of the transform: where differences of neighbours vary most, and next to most.

    Large differences, of edges, have less weight: they are few, and the coder adapts to where they are.
    """
    covariance = np.zeros((3, 3))
    for begin in range(0, len(pixels), STRIP):
        levels = pixels[begin : begin + STRIP + 1].astype(np.float32)
        for differences in (np.diff(levels, axis=0), np.diff(levels[:STRIP], axis=1)):
            vectors = differences.reshape(-1, 3)
            weights = 1 / (np.square(vectors).sum(1, keepdims=True) + LARGE)
            covariance += (weights * vectors).T @ vectors
    axes = np.linalg.eigh(covariance)[1]
    first, second = axes[:, 2], axes[:, 1]
    first, second = first * _sign(first.sum()), second * _sign(second[2] - second[0])
    return (127 * np.stack([first, second])).round().astype(np.int8).tobytes()


def _sign(number: float) -> int:
    return -1 if number < 0 else 1


def _transform(rows: bytes) -> np.ndarray:
    """(3, 3) float32, orthonormal.

    Raises:
        StegError: if the rows are not two directions.
    """
    numbers = np.frombuffer(rows, np.int8).astype(np.float64)
    if len(numbers) != ROWS or not np.cross(numbers[:3], numbers[3:]).any():
        raise StegError(jpeg2000.DAMAGED)
    first = numbers[:3] / np.linalg.norm(numbers[:3])
    second = numbers[3:] - (numbers[3:] @ first) * first
    second = second / np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)]).astype(np.float32)


def _aligned(height: int) -> int:
    return -(-height // ALIGNMENT) * ALIGNMENT
