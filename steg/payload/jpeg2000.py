"""A picture as bytes of which any whole number of layers is a picture too: JPEG 2000, without its headers.

Each layer makes the picture that the layers before it give a little better, so what arrives only in part is
still of use. The headers say only what both sides know: they are left out and made anew.

Source: Taubman and Marcellin, "JPEG 2000: standard for interactive imaging", Proc. IEEE 2002; the markers are
those of ISO/IEC 15444-1, annex A.
"""

import io
import itertools
import struct

from PIL import Image

from steg.errors import StegError

SAMPLES = 3  # of a pixel, of 8 bits each
SIZE, STYLE, COMMENT, TILE, LENGTHS, DATA, END = (
    bytes((0xFF, n)) for n in (0x51, 0x52, 0x64, 0x90, 0x58, 0x93, 0xD9)
)
DAMAGED = "What the picture carries is damaged: the secret cannot be shown."
LEVELS = 5  # of wavelets, where the picture is not too small for them


def to_layers(image: Image.Image, sizes: list[int]) -> list[bytes]:
    """Compresses a picture into layers.

    Args:
        image: RGB.
        sizes: about how many bytes each layer may have; none has more in sum up to it.

    Returns:
        The layers, of which those that there is no room for are empty.
    """
    least = len(_headers(image.size, 1))
    sums = list(itertools.accumulate(sizes))
    rates = [SAMPLES * image.width * image.height / (least + total) for total in sums]
    stream = _encode(image, {"quality_mode": "rates", "quality_layers": rates, "plt": True})
    head, tail = stream.index(TILE), stream.index(DATA) + 2
    lengths = _packet_lengths(stream[head:tail])
    each = len(lengths) // len(sizes)
    layers, begin = [], tail
    for number, total in enumerate(sums):
        end = begin + sum(lengths[number * each : (number + 1) * each])
        fits = end - tail <= total and len(layers) == number
        if not fits:
            break
        layers.append(stream[begin:end])
        begin = end
    return layers + [b""] * (len(sizes) - len(layers))


def from_layers(layers: list[bytes], size: tuple[int, int]) -> Image.Image:
    """The picture, RGB of this (width, height), that the first layers of it give; at least one.

    Raises:
        StegError: if they are not what `to_layers` made.
    """
    stream = _headers(size, len(layers)) + b"".join(layers) + END
    try:
        return Image.open(io.BytesIO(stream)).convert("RGB")
    except (OSError, SyntaxError, ValueError) as error:
        raise StegError(DAMAGED) from error


def _encode(image: Image.Image, options: dict) -> bytes:
    buffer = io.BytesIO()
    levels = min(LEVELS, min(image.size).bit_length() - 1)
    image.save(
        buffer, "JPEG2000", no_jp2=True, irreversible=True, mct=1, num_resolutions=levels + 1, **options
    )
    return buffer.getvalue()


def _headers(size: tuple[int, int], layers: int) -> bytes:
    """All that comes before the layers of a picture of this size: taken from a black one, and altered."""
    side = min(*size, 2**LEVELS)
    stream = bytearray(_encode(Image.new("RGB", (side, side)), {}))
    at = stream.index(COMMENT)
    del stream[at : at + 2 + int.from_bytes(stream[at + 2 : at + 4], "big")]
    at = stream.index(SIZE) + 6
    stream[at : at + 8] = stream[at + 16 : at + 24] = struct.pack(">II", *size)
    at = stream.index(STYLE) + 6
    stream[at : at + 2] = struct.pack(">H", layers)
    at = stream.index(TILE) + 6
    stream[at : at + 4] = bytes(4)  # 0: the data go on to the end
    return bytes(stream[: stream.index(DATA) + 2])


def _packet_lengths(tile_header: bytes) -> list[int]:
    """The lengths of all packets in bytes, from the markers that list them, seven bits a byte."""
    lengths, at = [], 12
    while tile_header[at : at + 2] == LENGTHS:
        size = int.from_bytes(tile_header[at + 2 : at + 4], "big")
        length = 0
        for byte in tile_header[at + 5 : at + 2 + size]:
            length = length << 7 | byte & 0x7F
            if byte < 0x80:
                lengths.append(length)
                length = 0
        at += 2 + size
    return lengths
