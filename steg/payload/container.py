"""The container: a picture, a text or a file as bytes that fill the layers of a payload.

    bytes            field
    1                version (upper half, 1) and kind (lower half: 0 picture, 1 text, 2 file)
    picture:
    1                codec (`steg.payload.pictures`; lower half), 1 where it is to be restored (upper half)
    2                only where it is to be restored: gains (`steg.payload.restoration`)
    numbers          width and height as it was handed in; width and height as it is coded
    text, file:
    1                0 as it is, 1 deflated
    number, bytes    file only: length of its name, and the name, UTF-8
    number           its size before it was deflated
    all:
    number           how many parts there are, and the length of each
    the rest         the parts, one after the other

Numbers are written 7 bits a byte, the lowest first; all but the last byte have their highest bit set
(LEB128). Checksums stand in the layers (`steg.payload.lock`). Where later layers are lost, a picture is as
good as the parts in the layers before.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.errors import StegError
from steg.images.reading import LARGEST_SIDE, MAX_MEGAPIXELS
from steg.images.resizing import resized
from steg.payload import pictures
from steg.payload.files import DEFLATED, LARGEST_FILE, STORED, File, Text, deflated, inflated, safe_name
from steg.payload.jpeg2000 import DAMAGED
from steg.payload.restoration import GAINS_BYTES, Restorer

VERSION = 1
PICTURE, TEXT, FILE = 0, 1, 2
MOST_PARTS = 8
LONGEST_NUMBER = 5  # bytes
LARGEST_CODED = (
    36 * 10**6
)  # pixels, of which decoding takes less than 1 GiB; larger pictures are made smaller
LEAST_BITS = 0.1  # a pixel, below which a picture is made smaller before it is coded

Content = Image.Image | Text | File


class Opened(NamedTuple):
    """What a container holds."""

    content: Content
    whole: bool  # nothing of it is missing
    unrestored: bool  # a picture that was to be restored, but there is no network for it


def exact(content: Content, rooms: list[int]) -> bytes | None:
    """A container that gives the content back exactly; None where these rooms of layers do not suffice."""
    if isinstance(content, Image.Image):
        head = _picture_head(content.size, content.size, pictures.Codec.LOSSLESS, b"")
        coded = pictures.lossless(content, _less(rooms, len(head) + 1 + 2 * LONGEST_NUMBER))
        return None if coded is None else head + _parts(coded.parts)
    data = content.text.encode() if isinstance(content, Text) else content.data
    method, stored = deflated(data)
    head = bytes([VERSION << 4 | (TEXT if isinstance(content, Text) else FILE), method])
    if isinstance(content, File):
        name = safe_name(content.name).encode()
        head += _number(len(name)) + name
    container = head + _number(len(data)) + _parts([stored])
    return container if len(container) <= sum(rooms) and len(data) <= LARGEST_FILE else None


def filled(picture: Image.Image, rooms: list[int], restorer: Restorer | None = None) -> bytes | None:
    """A picture as a container, as faithful as it fits into layers of these rooms.

    Args:
        picture: RGB.
        rooms: bytes of each layer of the payload.
        restorer: restores decoded pictures; whether the receiver is to do so is decided on this picture.

    Returns:
        The container; None where not even the coarsest picture fits.
    """
    longest = _picture_head(picture.size, picture.size, pictures.Codec.KLT, bytes(GAINS_BYTES))
    most = len(longest) + 1 + 4 * LONGEST_NUMBER
    within = _less(rooms, most)
    size = _coded_size(picture.size, sum(within))
    smaller = Image.fromarray(resized(np.asarray(picture), size))
    coded = pictures.fill(smaller, within)
    if coded is None:
        return None
    gains = restorer.fit(coded, np.asarray(smaller)) if restorer else b""
    return _picture_head(picture.size, size, coded.codec, gains) + _parts(coded.parts)


def split(container: bytes, rooms: list[int]) -> list[bytes]:
    """Cuts a container into layers of at most these rooms."""
    ends = list(itertools.accumulate(rooms, initial=0))
    return [container[begin:end] for begin, end in itertools.pairwise(ends)]


def read(container: bytes, largest: int, restorer: Restorer | None = None) -> Opened:
    """What a container holds, of which the end may be missing.

    Args:
        container: bytes; what follows the last part is ignored.
        largest: pixels that a coded picture may have.
        restorer: as in `filled`.

    Raises:
        StegError: if it is damaged, of a newer version, or too little of it is there.
    """
    reader = _Reader(container)
    kind = reader.byte()
    if kind >> 4 > VERSION:
        raise StegError("The secret was hidden by a newer version of Steg: update Steg to reveal it.")
    if kind >> 4 != VERSION or kind & 15 not in (PICTURE, TEXT, FILE):
        raise StegError(DAMAGED)
    if kind & 15 == PICTURE:
        return _read_picture(reader, largest, restorer)
    return Opened(_read_file(reader, kind & 15), whole=True, unrestored=False)


class _Reader:
    """Reads fields from the front of some bytes, of which all may be hostile."""

    def __init__(self, data: bytes):
        self._data, self._at = data, 0

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        value = 0
        for position in range(LONGEST_NUMBER):
            byte = self.byte()
            value |= (byte & 0x7F) << 7 * position
            if byte < 0x80:
                return value
        raise StegError(DAMAGED)

    def take(self, count: int) -> bytes:
        if self._at + count > len(self._data):
            raise StegError(DAMAGED)
        self._at += count
        return self._data[self._at - count : self._at]

    def parts(self) -> Iterator[bytes]:
        """The parts, one after the other; raises a StegError at the first that is not there as a whole."""
        count = self.number()
        if count > MOST_PARTS:
            raise StegError(DAMAGED)
        lengths = [self.number() for _ in range(count)]
        for length in lengths:
            yield self.take(length)


def _read_picture(reader: _Reader, largest: int, restorer: Restorer | None) -> Opened:
    codec = reader.byte()
    gains = reader.take(GAINS_BYTES) if codec >> 4 else b""
    sides = [reader.number() for _ in range(4)]
    size, coded_size = (sides[0], sides[1]), (sides[2], sides[3])
    if (
        codec & 15 not in list(pictures.Codec)
        or (gains and codec & 15 != pictures.Codec.KLT)
        or not _is_sane(size, MAX_MEGAPIXELS * 1e6)
        or not _is_sane(coded_size, min(largest, LARGEST_CODED))
    ):
        raise StegError(DAMAGED)
    parts, whole = [], True
    try:
        for part in reader.parts():
            parts.append(part)
    except StegError:
        whole = False
    coded = pictures.Coded(pictures.Codec(codec & 15), coded_size, parts)
    wanted = bool(gains) and whole
    pixels = restorer.restore(coded, gains) if wanted and restorer else None
    unrestored = wanted and pixels is None
    if pixels is None:
        pixels = np.asarray(pictures.decode(coded))
    return Opened(Image.fromarray(resized(pixels, size)), whole, unrestored)


def _read_file(reader: _Reader, kind: int) -> Text | File:
    method = reader.byte()
    name = reader.take(reader.number()) if kind == FILE else b""
    size = reader.number()
    parts = list(reader.parts())
    if len(parts) != 1 or size > LARGEST_FILE or method not in (STORED, DEFLATED):
        raise StegError(DAMAGED)
    data = inflated(parts[0], size) if method == DEFLATED else parts[0]
    if len(data) != size:
        raise StegError(DAMAGED)
    try:
        return Text(data.decode()) if kind == TEXT else File(safe_name(name.decode()), data)
    except UnicodeDecodeError as error:
        raise StegError(DAMAGED) from error


def _is_sane(size: tuple[int, int], largest: float) -> bool:
    return 0 < min(size) and max(size) <= LARGEST_SIDE and size[0] * size[1] <= largest


def _coded_size(size: tuple[int, int], room: int) -> tuple[int, int]:
    """The size in which a picture is coded: smaller where it is too large or has too few bits a pixel."""
    most = min(8 * room / LEAST_BITS, LARGEST_CODED)
    shrink = min(1.0, (most / (size[0] * size[1])) ** 0.5)
    return max(1, int(shrink * size[0])), max(1, int(shrink * size[1]))


def _less(rooms: list[int], taken: int) -> list[int]:
    """The rooms that are left when so many bytes are taken from the first."""
    left = []
    for room in rooms:
        left.append(max(0, room - taken))
        taken = max(0, taken - room)
    return left


def _picture_head(
    size: tuple[int, int], coded: tuple[int, int], codec: pictures.Codec, gains: bytes
) -> bytes:
    kinds = bytes([VERSION << 4 | PICTURE, codec | bool(gains) << 4])
    return kinds + gains + b"".join(_number(side) for side in (*size, *coded))


def _parts(parts: list[bytes]) -> bytes:
    return _number(len(parts)) + b"".join(_number(len(part)) for part in parts) + b"".join(parts)


def _number(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*data, value])
