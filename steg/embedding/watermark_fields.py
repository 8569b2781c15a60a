"""The fields of a watermark, packed into 64 bits behind a magic and the version, before a checksum.

bits in version
3, 4  1, 2  field
12    12    magic
2     2     format version, modulo 4
4     8     first bits of the weights' sha256
7     -     scale of the robust network's step lengths, in fortieths of an octave from 0.4 on
1     1     1 if what is hidden is locked with a passphrase
11    12    width of the picture that was sent
11    13    its height
16    16    CRC-16 (CCITT) of all these
"""

import binascii
from dataclasses import dataclass

import numpy as np

MAGIC, MAGIC_LENGTH, VERSION_LENGTH, CRC_LENGTH = 0b101100111000, 12, 2, 16
WITHOUT_SCALE, TEXTURED, VERSION = 2, 3, 4  # 3 differs from 4 in what belongs to which layer
# Widths in bits of the fields between version and CRC
OLD_WIDTHS, WIDTHS = (8, 1, 12, 13), (4, 7, 1, 11, 11)
BITS = MAGIC_LENGTH + VERSION_LENGTH + sum(WIDTHS) + CRC_LENGTH
MAGIC_BITS = np.array([MAGIC >> i & 1 for i in reversed(range(MAGIC_LENGTH))], bool)
SCALES = 0.4 * 2 ** (np.arange(1 << WIDTHS[1]) / 40)


@dataclass(frozen=True)
class Watermark:
    """The fields of a watermark.

    Attributes:
        weights: the first hex digits of their sha256: one, or two before version 3.
        size: (width, height) of the picture that was sent.
        version: of the format.
        locked: whether a passphrase is needed to reveal what is hidden.
        scale: of the robust network's step lengths, one of `SCALES`; None before version 3.
    """

    weights: str
    size: tuple[int, int]
    version: int = WITHOUT_SCALE
    locked: bool = False
    scale: float | None = None


def nearest_scale(scale: float) -> float:
    """The nearest of `SCALES`."""
    return float(SCALES[_index(scale)])


def to_bits(watermark: Watermark) -> np.ndarray:
    """The bits of a watermark, (BITS,) uint8."""
    fields = [int(watermark.weights, 16), int(watermark.locked), *watermark.size]
    if watermark.scale is not None:
        fields.insert(1, _index(watermark.scale))
    number = MAGIC << VERSION_LENGTH | watermark.version % (1 << VERSION_LENGTH)
    for field, width in zip(fields, _widths(watermark.version), strict=True):
        number = number << width | field
    number = number << CRC_LENGTH | _crc(number)
    return np.unpackbits(np.frombuffer(number.to_bytes(BITS // 8, "big"), np.uint8))


def from_bits(bits: np.ndarray) -> Watermark | None:
    """The watermark; None if its checksum or a field is wrong."""
    number = int.from_bytes(np.packbits(bits).tobytes(), "big")
    number, crc = number >> CRC_LENGTH, number & (1 << CRC_LENGTH) - 1
    version = number >> sum(WIDTHS) & (1 << VERSION_LENGTH) - 1 or VERSION
    if crc != _crc(number):
        return None
    fields = []
    for width in reversed(_widths(version)):
        fields.append(number & (1 << width) - 1)
        number >>= width
    height, width, locked, *scale, weights = fields
    if not (width and height):
        return None
    if scale:
        return Watermark(f"{weights:x}", (width, height), version, bool(locked), float(SCALES[scale[0]]))
    return Watermark(f"{weights:02x}", (width, height), version, bool(locked))


def _index(scale: float) -> int:
    return int(np.abs(np.log(SCALES / scale)).argmin())


def _widths(version: int) -> tuple[int, ...]:
    return WIDTHS if version > WITHOUT_SCALE else OLD_WIDTHS


def _crc(number: int) -> int:
    return binascii.crc_hqx(number.to_bytes(BITS // 8 - 2, "big"), 0xFFFF)
