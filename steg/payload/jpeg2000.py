"""JPEG 2000 without its headers: a picture in quality layers, the first of which make a picture, too.

Each layer refines the picture that the layers before it give, so that a part of them is of use. The headers
hold only what sender and receiver both know: they are left out, and made again.

Source: Taubman and Marcellin, "JPEG 2000: standard for interactive imaging", Proc. IEEE 2002; the markers are
those of ISO/IEC 15444-1, annex A.
"""

import io
import itertools
import struct

from PIL import Image, features
from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

from steg.errors import StegError

BYTES = {"RGB": 3, "I;16": 2}  # of a pixel, by Pillow's mode
# Markers: image and tile size, coding style, quantisation, comment, start of tile part, packet lengths, start
# of data, end
SIZ, COD, QCD, COM, SOT, PLT, SOD, EOC = (
    bytes((0xFF, n)) for n in (0x51, 0x52, 0x5C, 0x64, 0x90, 0x58, 0x93, 0xD9)
)
LEVELS = 5  # of the wavelet transform, where the picture is not too small for them
NO_CODEC = (
    "The Pillow that is installed here lacks {codec}, in which this picture is compressed: install it anew, "
    "with `pip install --force-reinstall pillow`."
)
DAMAGED = "What the picture carries is damaged: the secret cannot be shown."


def to_layers(image: Image.Image, sizes: list[int]) -> list[bytes]:
    """Compresses a picture into layers.

    Args:
        image: RGB, or grey of 16 bits (I;16).
        sizes: about how many bytes each layer may have; the sum up to any layer is kept.

    Returns:
        The layers; those for which there is no room are empty.

    Raises:
        StegError: if Pillow lacks the codec.
    """
    least = len(_headers(image.size, 1, image.mode))
    sums = list(itertools.accumulate(sizes))
    rates = [BYTES[image.mode] * image.width * image.height / (least + total) for total in sums]
    stream = _encode(image, {"quality_mode": "rates", "quality_layers": rates, "plt": True})
    tile, data = stream.index(SOT), stream.index(SOD) + 2
    lengths = _packet_lengths(stream[tile:data])
    each = len(lengths) // len(sizes)
    layers, begin = [], data
    for number, total in enumerate(sums):
        end = begin + sum(lengths[number * each : (number + 1) * each])
        if end - data > total:
            break
        layers.append(stream[begin:end])
        begin = end
    return layers + [b""] * (len(sizes) - len(layers))


def from_layers(layers: list[bytes], size: tuple[int, int], mode: str = "RGB", shift: int = 0) -> Image.Image:
    """Decompresses the first layers of a picture.

    Args:
        layers: at least one.
        size: width and height of the picture.
        mode: that it had.
        shift: by so many bits values are larger, relative to the middle of their range: for fractions of the
            original values, which decoding gives. At most 5.

    Raises:
        StegError: if they are not what `to_layers` made, or Pillow lacks the codec.
    """
    stream = _headers(size, len(layers), mode, shift) + b"".join(layers) + EOC
    try:
        image = Jpeg2KImageFile(
            io.BytesIO(stream)
        )  # Image.open would warn of sizes that are checked elsewhere
        image.load()
        return image.convert(mode)
    except (OSError, SyntaxError, ValueError) as error:
        raise StegError(DAMAGED) from error


def _encode(image: Image.Image, options: dict) -> bytes:
    if not features.check_codec("jpg_2000"):
        raise StegError(NO_CODEC.format(codec="JPEG 2000"))
    buffer = io.BytesIO()
    levels = min(LEVELS, min(image.size).bit_length() - 1)
    options |= {"mct": 1} if image.mode == "RGB" else {}
    image.save(buffer, "JPEG2000", no_jp2=True, irreversible=True, num_resolutions=levels + 1, **options)
    return buffer.getvalue()


def _headers(size: tuple[int, int], layers: int, mode: str, shift: int = 0) -> bytes:
    """All that comes before the data of a picture of this size: a black picture's, with some fields set."""
    side = min(*size, 2**LEVELS)
    stream = bytearray(_encode(Image.new(mode, (side, side)), {}))
    at = stream.index(COM)
    del stream[at : at + 2 + int.from_bytes(stream[at + 2 : at + 4], "big")]
    at = stream.index(SIZ) + 6
    stream[at : at + 8] = stream[at + 16 : at + 24] = struct.pack(">II", *size)
    at = stream.index(COD) + 6
    stream[at : at + 2] = struct.pack(">H", layers)
    at = stream.index(QCD)
    stream[at + 4] += shift << 5  # guard bits: as many bit planes as before ...
    for exponent in range(at + 5, at + 2 + int.from_bytes(stream[at + 2 : at + 4], "big"), 2):
        stream[exponent] -= shift << 3  # ... of larger quantiser steps
    at = stream.index(SOT) + 6
    stream[at : at + 4] = bytes(4)  # 0: the tile part goes on to the end
    return bytes(stream[: stream.index(SOD) + 2])


def _packet_lengths(tile_header: bytes) -> list[int]:
    """The lengths of all packets in bytes, from the PLT markers: seven bits a byte, the highest first."""
    lengths, at = [], 12
    while tile_header[at : at + 2] == PLT:
        size = int.from_bytes(tile_header[at + 2 : at + 4], "big")
        length = 0
        for byte in tile_header[at + 5 : at + 2 + size]:
            length = length << 7 | byte & 0x7F
            if byte < 0x80:
                lengths.append(length)
                length = 0
        at += 2 + size
    return lengths
