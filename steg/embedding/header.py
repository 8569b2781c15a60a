"""The header: 160 bits in the picture that say whether and how a secret is hidden in it.

It lies in the least significant bits of 160 consecutive samples (54 pixels of one row, or two), at a place
derived from the picture size. One compact run rather than scattered bits, so that an edit elsewhere in the
picture leaves the header readable and is then reported as what it is.

    bytes  field
    0-1    magic "Sg"
    2      format version
    3      method number (lower half); from version 2 on (upper half): the base of its digits, halved, or 8
           plus the number of bits that it replaces in each sample, or 0 for neither
    4-7    first four bytes of the weights' sha256 (zero for methods without weights)
    8-11   width and height of the secret as it was handed in, big-endian; for the method file, how many bytes
           each block has, and 1, or 2 if there is a lock, to which version 4 adds four times the number of
           its layout; for the method robust in version 3, 1, and 1 for an open text or file, or 2 if there is
           a lock
    12-15  CRC-32 of all pixels; of the header's own samples only what writing a header leaves as it is
    16-19  CRC-32 of bytes 0 to 15

Without a base, the lowest bits are replaced. With one, samples keep their remainders modulo this odd number,
in which the predictive network hides, and each sample whose lowest bit is the wrong one moves by it.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

MAGIC = b"Sg"
VERSION = 4  # the newest that is understood
PLAIN = 2  # the version of headers that say nothing but what version 2 knows
CONTENT = 3  # of the method robust, with a text, a file or a lock
LAYOUT = 4  # of the method file, with the number of a layout
NO_WEIGHTS = "00000000"
FIELDS = struct.Struct(">2sBB4sHHI")  # bytes 0 to 15
BITS = 8 * (FIELDS.size + 4)


@dataclass(frozen=True)
class Header:
    """What the header says.

    Attributes:
        method_id: number of the method, from 1 to 15.
        weights: first four bytes of the weights' sha256, as 8 hex digits; `NO_WEIGHTS` where there are none.
        size: (width, height) of the secret in pixels; for the method file, see above.
        base: of the digits that carry the secret, odd; 0 where the method has none.
        bits: that carry the secret in each sample; 0 where the method replaces none.
        version: of the format.
        intact: whether every pixel is as it was when the header was written.
    """

    method_id: int
    weights: str
    size: tuple[int, int]
    base: int = 0
    bits: int = 0
    version: int = PLAIN
    intact: bool = True


def place(pixels: np.ndarray) -> slice:
    """The header's run of samples in the flattened picture."""
    height, width, _ = pixels.shape
    start = zlib.crc32(f"{width}x{height}".encode()) % (pixels.size - BITS)
    return slice(start, start + BITS)


def _kept(samples: np.ndarray, base: int) -> np.ndarray:
    """What writing a header leaves of its samples, uint8."""
    return samples % base if base else samples & 0xFE


def _pixel_check(pixels: np.ndarray, base: int) -> int:
    flat = pixels.flatten()
    flat[place(pixels)] = _kept(flat[place(pixels)], base)
    return zlib.crc32(flat.data)


def write(pixels: np.ndarray, header: Header) -> np.ndarray:
    """Returns a copy of `pixels`, (H, W, 3) uint8, that carries `header`.

    No sample moves by more than 1, or than the base where there is one.
    """
    weights = bytes.fromhex(header.weights)
    kind = header.method_id | (8 + header.bits if header.bits else header.base // 2) << 4
    check = _pixel_check(pixels, header.base)
    body = FIELDS.pack(MAGIC, header.version, kind, weights, *header.size, check)
    bits = np.unpackbits(np.frombuffer(body + struct.pack(">I", zlib.crc32(body)), np.uint8))
    marked = pixels.flatten()
    run = place(pixels)
    samples = marked[run]
    if header.base:  # a move by an odd number turns the lowest bit over
        moved = np.where(samples > 255 - header.base, samples - header.base, samples + header.base)
        marked[run] = np.where(samples & 1 == bits, samples, moved)
    else:
        marked[run] = samples & 0xFE | bits
    return marked.reshape(pixels.shape)


def read(pixels: np.ndarray) -> Header | None:
    """Reads the header of `pixels`, (H, W, 3) uint8.

    Returns:
        The header, or None where there is no valid one.
    """
    if pixels.size <= BITS:
        return None
    run, row = place(pixels), 3 * pixels.shape[1]
    first, last = run.start // row, (run.stop - 1) // row
    samples = pixels[first : last + 1].reshape(-1)[run.start - first * row : run.stop - first * row]
    data = np.packbits(samples & 1).tobytes()
    body, check = data[: FIELDS.size], data[FIELDS.size :]
    magic, version, kind, weights, width, height, pixel_check = FIELDS.unpack(body)
    if magic != MAGIC or 0 in (width, height) or struct.pack(">I", zlib.crc32(body)) != check:
        return None
    method_id, digits = kind & 15, kind >> 4
    base, bits = (0, digits - 8) if digits > 8 else (2 * digits + 1 if digits else 0, 0)
    intact = pixel_check == _pixel_check(pixels, base)
    return Header(method_id, weights.hex(), (width, height), base, bits, version, intact)
