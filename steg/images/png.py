"""PNG chunks: what does not matter for the pixels is left out before a file is decoded.

Text, thumbnails and chunks with a wrong checksum are left out; what remains are the pixels, and what says how
they are shown. Colour profiles are decompressed here, as far as `LARGEST_PROFILE`.

Source: Portable Network Graphics (PNG) Specification, third edition, W3C 2025.
"""

import struct
import zlib
from collections.abc import Iterator

from steg.images import profiles

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
KEPT = (*PIXELS, b"eXIf", b"acTL", b"fcTL")
COLOURS = (b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM")
MOST_CHUNKS = 10**6  # that are looked at; each takes a microsecond or two


def without_metadata(data: bytes) -> tuple[bytes, bytes | None]:
    """Takes a PNG file apart.

    Returns:
        The file with nothing but the chunks that make its pixels, and the colour profile that a browser would
        show it with; None where that is sRGB. A file that is no whole PNG is returned as it is.
    """
    kept = [SIGNATURE]
    colours: dict[bytes, bytes] = {}
    for name, content, valid in _chunks(data):
        if name in COLOURS:
            if valid:
                colours.setdefault(name, content)
        elif name in PIXELS or (valid and name in KEPT):
            kept.append(_chunk(name, content, valid))
    if not kept[-1].startswith(b"\0\0\0\0IEND"):
        return data, None
    return b"".join(kept), _profile(colours, grey=is_grey(data))


def is_grey(data: bytes) -> bool:
    """Whether a PNG file has one colour channel."""
    return data[25:26] in (b"\0", b"\4")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bool]]:
    """Name and content of each chunk up to the end, and whether its checksum is right."""
    at = len(SIGNATURE)
    for _ in range(MOST_CHUNKS):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        content, check = data[at + 8 : at + 8 + length], data[at + 8 + length : at + 12 + length]
        if len(check) < 4:
            return
        yield name, content, zlib.crc32(content, zlib.crc32(name)) == int.from_bytes(check, "big")
        if name == b"IEND":
            return
        at += 12 + length


def _chunk(name: bytes, content: bytes, valid: bool) -> bytes:
    check = zlib.crc32(content, zlib.crc32(name)) ^ (0 if valid else 1)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _profile(colours: dict[bytes, bytes], grey: bool) -> bytes | None:
    """The profile that colour chunks stand for, in the order in which Chromium heeds them."""
    cicp = colours.get(b"cICP", b"")
    if len(cicp) == 4 and cicp[2:] == b"\0\1":  # RGB in full range
        profile = profiles.from_cicp(cicp[0], cicp[1], grey=grey)
        if profile:
            return profile
    if b"iCCP" in colours:
        profile = _decompressed(colours[b"iCCP"])
        if profile[36:40] == b"acsp":
            return profile
    if b"sRGB" in colours or len(colours.get(b"gAMA", b"")) != 4:
        return None
    gamma = int.from_bytes(colours[b"gAMA"], "big") / 100_000
    points = colours.get(b"cHRM", b"")
    xy = [value / 100_000 for value in struct.unpack(">8I", points)] if len(points) == 32 else None
    return profiles.from_gamma(gamma, xy, grey=grey)


def _decompressed(content: bytes) -> bytes:
    """The profile in an iCCP chunk, or nothing."""
    packed = content.partition(b"\0")[2]
    try:
        return zlib.decompressobj().decompress(packed[1:], profiles.LARGEST_PROFILE)
    except zlib.error:
        return b""
