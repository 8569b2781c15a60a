"""PNG files, chunk by chunk, for tests: those that Pillow does not write."""

import struct
import zlib

from PIL import ImageCms

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6


def chunk(name: bytes, content: bytes, *, broken: bool = False) -> bytes:
    """A chunk, whose checksum may be wrong."""
    check = zlib.crc32(name + content) ^ broken
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def flat(kind: int, pixel: bytes, *chunks: bytes, depth: int = 8, side: int = 8) -> bytes:
    """A square PNG file of one colour, with these chunks before its pixels."""
    head = struct.pack(">IIBBBBB", side, side, depth, kind, 0, 0, 0)
    rows = (b"\0" + pixel * side) * side
    return b"".join(
        [SIGNATURE, chunk(b"IHDR", head), *chunks, chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    )


def inserted(png: bytes, *chunks: bytes) -> bytes:
    """A PNG file with more chunks after its header."""
    return png[:33] + b"".join(chunks) + png[33:]


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 1e5)))


def chromaticities(*points: float) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 1e5) for value in points)))


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    return chunk(b"cICP", bytes([primaries, transfer, matrix, full]))


def profile_chunk(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile))


def swapped_profile() -> bytes:
    """sRGB with red and blue in each other's place."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    names = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * profile[131], 12)}
    red, blue = names[b"rXYZ"], names[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)
