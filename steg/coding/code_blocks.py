"""Code blocks: bytes protected by interleaved polar codewords with checksums, after a field for their rate.

The coded bits are, before interleaving, the rate field, as many code blocks as there is room for, and zeros:

    length in bits      codeword
    up to 1024          rate field: the rate in one byte, and 2 bytes of checksum
    up to 65,536 each   code block: bytes of data, and 3 bytes of checksum

The rate r, from 0 to 255, is the code rate of an endless codeword in 256ths; short codewords hold less. All
lengths follow from the number of coded bits, and how many bytes a code block holds from the rate. The
checksum is the first bytes of a CRC-32. One interleaver spreads all codewords over all coded bits, so that
none depends on one part of a picture.
"""

import bisect
import functools
import itertools
import zlib
from typing import NamedTuple

import numpy as np

from steg.coding import polar, polar_list

RATES = 256
LONGEST, SHORTEST = 1 << 16, 1 << 8  # bits of a code block; shorter ones are not worth their checksum
FULL = 0.85  # share of N from which a codeword is punctured; what is shorter is split at half of N
RATE_FIELD = 1024  # bits at most
CRC, RATE_CRC = 3, 2  # bytes of the checksums
PATHS = 16  # of list decoding, where successive cancellation fails
SAMPLES = 4  # codewords for which the highest rate is estimated
ERRORS = 0.5  # message bits expected to be wrong at the highest rate; list decoding corrects that few


class Decoded(NamedTuple):
    """The data, as long as the capacity at the rate, and the rate."""

    data: bytes
    rate: int


def capacity(bits: int, rate: int) -> int:
    """Capacity in bytes of so many coded bits."""
    return sum(_block_capacity(length, rate) for length in _block_lengths(bits))


def encode(data: bytes, bits: int, rate: int) -> np.ndarray:
    """Encodes data.

    Args:
        data: at most `capacity(bits, rate)` bytes.
        bits: the number of coded bits.
        rate: from 0 to 255.

    Returns:
        The coded bits, (bits,) uint8.
    """
    codewords = [_encode_block(bytes([rate]), RATE_CRC, _rate_field_length(bits))]
    data = data.ljust(capacity(bits, rate), b"\0")
    for length in _block_lengths(bits):
        size = _block_capacity(length, rate)
        block, data = data[:size], data[size:]
        codewords.append(_encode_block(block, CRC, length) if size else np.zeros(length, np.uint8))
    together = np.concatenate(codewords)
    coded = np.zeros(bits, np.uint8)
    coded[_interleaver(bits)[: len(together)]] = together
    return coded


def decode(llrs: np.ndarray) -> Decoded | None:
    """Decodes data and rate from the LLRs of all coded bits; None if a codeword cannot be decoded."""
    rate_field, *blocks = _deinterleave(llrs)
    field = _decode_blocks(rate_field[None], 1, RATE_CRC)
    if field is None:
        return None
    rate, data = field[0], b""
    for length, alike in itertools.groupby(blocks, len):
        size = _block_capacity(length, rate)
        decoded = _decode_blocks(np.stack(list(alike)), size, CRC) if size else b""
        if decoded is None:
            return None
        data += decoded
    return Decoded(data, rate)


def rate_field(bits: int) -> np.ndarray:
    """Which of so many coded bits hold the rate field."""
    return _interleaver(bits)[: _rate_field_length(bits)]


def rank_rate_fields(llrs: np.ndarray) -> np.ndarray:
    """Received rate fields from the most to the least likely one, without those that cannot be decoded.

    Those with a valid checksum come first. In each group they are ordered by how well the LLRs agree with the
    decoded codeword.

    Args:
        llrs: (rate fields, length); 0 for bits that were not received.

    Returns:
        Indices of those of which at least as many bits were received as there are message bits.
    """
    count = 8 * (1 + RATE_CRC)
    messages = polar.decode(llrs, count)
    codewords = polar.encode(messages, llrs.shape[1])
    agreement = np.where(codewords, -llrs, llrs).sum(1) / np.maximum(np.abs(llrs).sum(1), 1e-9)
    valid = np.array([verify_crc(message, RATE_CRC) is not None for message in messages])
    enough = (llrs != 0).sum(1) >= count
    order = np.lexsort((-agreement, ~valid))
    return order[enough[order]]


def highest_rate(llrs: np.ndarray, sent: np.ndarray, bits: int) -> int:
    """Estimates the highest rate at which a channel's code blocks can be decoded; 0 if there is none.

    Args:
        llrs: received for some bits.
        sent: these bits; they need not be codewords, as the code is linear.
        bits: the number of coded bits, of which these may be a part.
    """
    right = np.where(sent, -llrs, llrs)  # positive where a hard decision is right
    length = _block_lengths(bits)[0]
    samples = np.random.RandomState(0).randint(0, len(right), (SAMPLES, length))
    errors = (polar.genie_aided_llrs(right[samples]) <= 0).mean(0)
    information = max(0, 1 - np.logaddexp(0, -right).mean() / np.log(2))  # mutual information in bits a bit
    rates = range(min(RATES, int(1.1 * information * RATES) + 1))
    expected = functools.partial(_expected_errors, errors, length)
    rate = bisect.bisect_right(rates, ERRORS, key=expected) - 1
    can_decode_rate_field = rate * _rate_field_length(bits) > 12 * CRC * RATES
    return rate if can_decode_rate_field else 0


def _expected_errors(errors: np.ndarray, length: int, rate: int) -> float:
    """Expected number of wrong message bits in a code block, from the error rates of all inputs."""
    return errors[polar.information_set(length, 8 * (_block_capacity(length, rate) + CRC))].sum()


def _rate_field_length(bits: int) -> int:
    """Length of the rate field in bits: a power of two, up to a sixteenth of all coded bits."""
    return min(RATE_FIELD, 1 << max(0, bits.bit_length() - 5))


@functools.lru_cache(64)
def _block_lengths(bits: int) -> list[int]:
    """Lengths in bits of the code blocks that fit beside the rate field.

    Long codewords correct more, but punctured much they correct less: the lengths are powers of two or little
    less.
    """
    left = bits - _rate_field_length(bits)
    lengths: list[int] = []
    while left >= max(SHORTEST, bits // 64) or not lengths:
        above = 1 << (left - 1).bit_length()
        lengths.append(min(LONGEST, left if left >= FULL * above else above // 2))
        left -= lengths[-1]
    return lengths


def _block_capacity(length: int, rate: int) -> int:
    """Bytes of data in a code block of this length."""
    return max(0, int(length * (1 - 1.5 * length**-0.25) * rate / RATES / 8) - CRC)


@functools.lru_cache(8)
def _interleaver(bits: int) -> np.ndarray:
    """Where each bit is stored; NumPy promises never to change what this generator gives."""
    return np.random.RandomState(bits).permutation(bits)


def _deinterleave(llrs: np.ndarray) -> list[np.ndarray]:
    """LLRs of the rate field, and of each code block."""
    ends = np.cumsum([_rate_field_length(len(llrs)), *_block_lengths(len(llrs))])
    return np.split(llrs[_interleaver(len(llrs))], ends)[:-1]


def _encode_block(data: bytes, crc: int, length: int) -> np.ndarray:
    """A codeword of data and so many bytes of checksum."""
    message = np.unpackbits(np.frombuffer(append_crc(data, crc), np.uint8))
    return polar.encode(message[None], length)[0]


def _decode_blocks(llrs: np.ndarray, size: int, crc: int) -> bytes | None:
    """The data of code blocks of `size` bytes each, one after the other; None if one cannot be decoded.

    Args:
        llrs: (code blocks, length).
        size: bytes of data in each.
        crc: bytes of checksum.
    """
    count, data = 8 * (size + crc), []
    for message, of_block in zip(polar.decode(llrs, count), llrs, strict=True):
        decoded = verify_crc(message, crc)
        if decoded is None:
            candidates = (verify_crc(each, crc) for each in polar_list.decode_list(of_block, count, PATHS))
            decoded = next((each for each in candidates if each is not None), None)
        if decoded is None:
            return None
        data.append(decoded)
    return b"".join(data)


def append_crc(data: bytes, crc: int) -> bytes:
    """The data and the first `crc` bytes of their CRC-32."""
    return data + zlib.crc32(data).to_bytes(4, "big")[:crc]


def verify_crc(message: np.ndarray, crc: int) -> bytes | None:
    """The data in the bits of a message; None if its checksum is wrong."""
    received = np.packbits(message).tobytes()
    data = received[:-crc]
    return data if received == append_crc(data, crc) else None
