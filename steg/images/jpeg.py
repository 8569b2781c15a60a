"""JPEG markers: how many scans a file has, and whether it ends where its last scan does.

Source: ITU-T T.81, annex B.
"""

import io
import re

from PIL import JpegImagePlugin

SOS, EOI = 0xDA, 0xD9
ALONE = (0x01, *range(0xD0, 0xD9))  # markers without a segment
PROGRESSIVE = (0xC2, 0xC6, 0xCA, 0xCE)
IN_DATA = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # the first marker behind entropy-coded data
MOST_SEGMENTS = 20_000
# Encoders write up to 15 scans. Each costs time in proportion to the pixels
MANY_SCANS, SCANS_TIMES_MEGAPIXELS = 20, 800


def scans(data: bytes) -> int:
    """How many scans the first picture of a JPEG file has, as far as its markers can be followed.

    Raises:
        ValueError: if it has more segments than any encoder writes.
    """
    return len(_scans(data)[0])


def is_progressive(data: bytes) -> bool:
    """Whether its coefficients are kept until the last scan, which takes memory."""
    return _scans(data)[1]


def _scans(data: bytes) -> tuple[list[int], bool, int]:
    """Where each scan begins, whether they are progressive, and where the last one ends."""
    begins: list[int] = []
    progressive, at = False, 2
    for _ in range(MOST_SEGMENTS):
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if data[at : at + 1] != b"\xff" or at + 2 > len(data) or data[at + 1] == EOI:
            return begins, progressive, at
        marker = data[at + 1]
        at += 2
        if marker in ALONE:
            continue
        at += int.from_bytes(data[at : at + 2], "big")
        progressive |= marker in PROGRESSIVE
        if marker == SOS:
            begins.append(at)
            found = IN_DATA.search(data, at)
            at = found.start() if found else len(data)
    raise ValueError("too many segments")


def takes_too_long(data: bytes, size: tuple[int, int]) -> bool:
    """Whether a file has so many scans that decoding a picture of this size would take minutes."""
    count = scans(data)
    return count > MANY_SCANS and count * size[0] * size[1] > SCANS_TIMES_MEGAPIXELS * 1e6


def with_end_marker(data: bytes) -> bytes | None:
    """A file that lacks nothing but its end marker, with one; None for files that lack more.

    Where the last scan is whole, what follows it makes no difference.
    """
    data = data.rstrip(b"\xff")
    if _scans(data)[2] != len(data):
        return None
    whole, longer = data + b"\xff\xd9", data + b"\x2a\x55\x7f\x11" * 64 + b"\xff\xd9"
    return whole if _pixels(whole) == _pixels(longer) else None


def _pixels(data: bytes) -> bytes:
    return JpegImagePlugin.JpegImageFile(io.BytesIO(data)).tobytes()
