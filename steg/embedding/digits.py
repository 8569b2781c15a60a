"""Digits (scalar quantisation index modulation): each sample's remainder modulo a base carries one digit.

A digit is set by the smallest change of the sample, and read without the cover.

Source: Chan and Cheng, "Hiding data in images by simple LSB substitution", Pattern Recognition 2004 ("optimal
pixel adjustment", for powers of two); Chen and Wornell, "Quantization index modulation", 2001, for any base.
"""

import numpy as np

# base: bits of a word below 64, and the digits that hold it with hardly any loss of rate (2**58 < 5**25)
WORDS = {2: (8, 8), 3: (38, 24), 5: (58, 25)}


def place_digits(samples: np.ndarray, digits: np.ndarray, base: int) -> np.ndarray:
    """Changes each sample by the least amount that gives it its digit.

    Args:
        samples: uint8 of any shape.
        digits: integers below `base`, of that shape.
        base: at most 16.

    Returns:
        uint8 of that shape, whose remainders modulo `base` are `digits`.
    """
    move = (digits.astype(np.int16) - samples) % np.int16(base)
    # half an even base costs the same in both directions: then the quotient stays, as in LSB replacement
    carries = samples % np.uint8(base) + move >= base
    move -= base * ((2 * move > base) | (2 * move == base) & carries)
    moved = samples + move
    return (moved + base * (moved < 0) - base * (moved > 255)).astype(np.uint8)


def capacity(samples: int, base: int) -> int:
    """Capacity in whole bytes of this number of samples, with one digit each."""
    bits, digits = WORDS[base]
    return samples // digits * bits // 8


def to_digits(data: bytes, base: int) -> np.ndarray:
    """Bytes as digits, uint8; `from_digits` is the inverse.

    Args:
        data: any bytes.
        base: 2, 3 or 5.
    """
    bits, digits = WORDS[base]
    stream = np.unpackbits(np.frombuffer(data, np.uint8))
    rows = np.pad(stream, (0, -len(stream) % bits)).reshape(-1, bits)
    words = np.zeros(len(rows), np.uint64)
    for column in range(bits):
        words = words << np.uint64(1) | rows[:, column]
    result = np.empty((len(words), digits), np.uint8)
    for column in reversed(range(digits)):
        words, result[:, column] = np.divmod(words, np.uint64(base))
    return result.reshape(-1)


def from_digits(digits: np.ndarray, base: int, length: int) -> bytes:
    """The first `length` bytes of these digits: the inverse of `to_digits`.

    Digits that no bytes map to, as in a changed picture, return arbitrary bytes.
    """
    bits, count = WORDS[base]
    rows = digits[: len(digits) // count * count].reshape(-1, count)
    words = np.zeros(len(rows), np.uint64)
    for column in range(count):
        words = words * np.uint64(base) + rows[:, column]
    stream = np.empty((len(words), bits), np.uint8)
    for column in reversed(range(bits)):
        stream[:, column] = words & np.uint64(1)
        words >>= np.uint64(1)
    return np.packbits(stream.reshape(-1)).tobytes()[:length]
