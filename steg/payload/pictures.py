"""Pictures as bytes: exactly where that fits, else as faithfully as there is room, without needless headers.

    codec   parts
    0       JPEG 2000 (9/7 wavelets, colour transform): its quality layers, the coarsest first; only read, as
            codec 3 is better
    1       lossless WebP: a preview, that is, a coarse JPEG 2000 layer, or nothing; and the file
    2       AVIF (4:4:4, tuned for squared error): a preview or nothing, and the file
    3       JPEG 2000 of decorrelated planes (`steg.payload.klt`): its quality layers, the coarsest first

Of every file, headers that the receiver can make anew are left out.
"""

import functools
import io
import struct
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from PIL import Image, features

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload import av1, klt
from steg.payload.jpeg2000 import DAMAGED, NO_CODEC, from_layers, to_layers


class Codec(IntEnum):
    """How the bytes of a picture are to be read."""

    JPEG_2000 = 0
    LOSSLESS = 1
    AVIF = 2
    KLT = 3


class Coded(NamedTuple):
    """A picture as bytes: parts, the later of which may be missing where the codec says so."""

    codec: Codec
    size: tuple[int, int]
    parts: list[bytes]

    @property
    def layers(self) -> list[bytes]:
        """The parts that are not empty."""
        return [part for part in self.parts if part]


WEBP_HEADER = 20  # bytes: RIFF, size, WEBP, VP8L, size
LONG_EFFORT = 1.3  # times the room: what a quick lossless file may take for a slow one to be tried
PREVIEW = 0.08  # of the bytes, where the beginning of a payload outlives more damage than the rest
SMALL = 128**2  # pixels: up to here AVIF may be better than JPEG 2000, and takes no time
FILLING_TRIES = 5  # to fill the room of a small JPEG 2000 stream to the byte


def lossless(picture: Image.Image, rooms: list[int]) -> Coded | None:
    """The picture exactly, RGB; None where that does not fit into layers of these rooms in bytes."""
    room = sum(rooms)
    data = _webp(picture, method=0, quality=20)
    if room < len(data) <= LONG_EFFORT * room:
        data = _webp(picture, method=4, quality=60)
    if len(data) > room:
        return None
    preview = to_layers(picture, [int(PREVIEW * len(data))])[0] if len(rooms) > 1 else b""
    return Coded(Codec.LOSSLESS, picture.size, [preview if len(preview) + len(data) <= room else b"", data])


def fill(picture: Image.Image, rooms: list[int]) -> Coded | None:
    """The picture, RGB, as faithfully as it fits.

    Args:
        picture: RGB.
        rooms: bytes for it in each layer of a payload, the first layers being the safest.

    Returns:
        The picture; None where not even the coarsest fits.
    """
    choices = [_layers(picture, rooms)]
    if picture.width * picture.height <= SMALL:
        layers = [_filled_to_the_byte(picture, rooms[0])] if len(rooms) == 1 else choices
        choices = [*layers, _avif(picture, rooms)]
    coded = [choice for choice in choices if choice]
    if len(coded) < 2:
        return coded[0] if coded else None
    return max(coded, key=lambda each: psnr(np.asarray(decode(each)), np.asarray(picture)))


def decode(coded: Coded) -> Image.Image:
    """The picture, RGB, as well as the parts that are there give it.

    Raises:
        StegError: if they are damaged, or too few, or Pillow lacks the codec.
    """
    if coded.codec == Codec.AVIF and len(coded.parts) == 2 and not features.check("avif"):
        raise StegError(NO_CODEC.format(codec="AVIF"))
    try:
        return _decoded(coded)
    except StegError:
        raise
    except Exception as error:  # hostile data make decoders fail in many ways
        raise StegError(DAMAGED) from error


def _decoded(coded: Coded) -> Image.Image:
    codec, size, parts = coded
    if codec == Codec.AVIF and len(parts) == 2:
        if av1.still_size(parts[1]) != size:
            raise ValueError("a frame of another size")
        return _opened("AVIF", _avif_header(size, len(parts[1])) + parts[1], size)
    if codec == Codec.LOSSLESS and len(parts) == 2:
        return _opened("WEBP", _riff(parts[1]), size)
    if codec == Codec.KLT:
        return Image.fromarray(klt.to_pixels(klt.decode(coded.layers, size)))
    return from_layers(coded.layers, size)


def _layers(picture: Image.Image, rooms: list[int]) -> Coded | None:
    """As JPEG 2000 with a quality layer for each layer of the payload that has room for one."""
    for empty in range(len(rooms)):
        sizes = [sum(rooms[: empty + 1]), *rooms[empty + 1 :]]
        parts = klt.to_layers(picture, sizes) if sizes[0] > 0 else [b""]
        if parts[0]:
            return Coded(Codec.KLT, picture.size, parts)
    return None


def _filled_to_the_byte(picture: Image.Image, room: int) -> Coded | None:
    """As JPEG 2000 with one layer, asked for more than the room as long as what comes fits."""
    best, low, high = klt.to_layers(picture, [room])[0], float(room), room * 1.1
    for _ in range(FILLING_TRIES):
        asked = (low + high) / 2
        part = klt.to_layers(picture, [int(asked)])[0]
        low, high = (asked, high) if len(part) <= room else (low, asked)
        best = part if len(best) < len(part) <= room else best
    return Coded(Codec.KLT, picture.size, [best]) if best else None


def _avif(picture: Image.Image, rooms: list[int]) -> Coded | None:
    """As AVIF of the highest quality that fits; None where Pillow has no AVIF."""
    if not features.check("avif"):
        return None
    preview = to_layers(picture, [int(PREVIEW * sum(rooms))])[0] if len(rooms) > 1 else b""
    room = sum(rooms) - len(preview)
    header, best, lowest, highest = len(_avif_header(picture.size, 0)), b"", 0, 100
    while lowest <= highest:
        quality = (lowest + highest) // 2
        data = _avif_file(picture, quality)[header:]
        if len(data) <= room:
            best, lowest = data, quality + 1
        else:
            highest = quality - 1
    readable = av1.still_size(best) == picture.size
    return Coded(Codec.AVIF, picture.size, [preview, best]) if readable else None


def _avif_file(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    options = {"subsampling": "4:4:4", "speed": 6, "advanced": {"tune": "psnr"}}
    _bare(picture).save(buffer, "AVIF", quality=quality, **options)
    return buffer.getvalue()


@functools.lru_cache(8)
def _avif_head(size: tuple[int, int]) -> bytes:
    file = _avif_file(Image.new("RGB", size), 0)
    return file[: file.index(b"mdat") + 4]


def _avif_header(size: tuple[int, int], length: int) -> bytes:
    """All that comes before the data of an AVIF file: taken from a black one, with its lengths altered."""
    if size[0] * size[1] > SMALL:
        raise ValueError("larger than what is ever written")
    head = bytearray(_avif_head(size))
    at = head.index(b"iloc") + 22  # the length of the only item's only extent (ISO/IEC 14496-12, 8.11.3)
    head[at : at + 4] = struct.pack(">I", length)
    head[-8:-4] = struct.pack(">I", length + 8)
    return bytes(head)


def _webp(picture: Image.Image, **options: int) -> bytes:
    """A lossless WebP file without its header."""
    buffer = io.BytesIO()
    _bare(picture).save(buffer, "WEBP", lossless=True, exact=True, **options)
    return buffer.getvalue()[WEBP_HEADER:]


def _bare(picture: Image.Image) -> Image.Image:
    """The pixels alone, without the metadata that Pillow would write into files."""
    return Image.fromarray(np.asarray(picture))


def _riff(data: bytes) -> bytes:
    chunk = b"WEBPVP8L" + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
    return b"RIFF" + struct.pack("<I", len(chunk)) + chunk


def _opened(name: str, file: bytes, size: tuple[int, int]) -> Image.Image:
    """A file of the codec `name` as RGB, if it has the size that it should have."""
    image = Image.open(io.BytesIO(file), formats=(name,))
    if image.size != size:
        raise ValueError(f"{image.size} instead of {size}")
    return image.convert("RGB")
