"""What the hands of the robust network tell: layers of bytes, each protected for the trip it must outlive.

A *lane* is one bit of one carrier's words, over all blocks of a picture. Lanes that outlive the same trip
make up a layer. Its bytes are cut into code words (`steg.polar`), each with a checksum, whose bits are
scattered over all its lanes, so that no code word depends on one part of the picture. How many bytes they
hold is set by a rate, which suits the cover.

What is believed of a picture's hands is (carriers, DIAL, blocks): how likely each place is.
"""

import functools
import zlib

import numpy as np

from steg import polar
from steg.networks.robust import BITS, DIAL, GROUPS

RATES = 128  # a rate is so many of 128 bits of a code word
# Rates of the first layer, which the reader has to try, the usual ones first
FIRST_RATES = *sorted(range(10, 33), key=lambda rate: abs(rate - 21)), 8, 36, 6, 40, 4, 46, 53, 64, 77, 92
LONGEST = 16  # binary logarithm of the longest code words' bits
CHECK = 3  # bytes of its checksum
LEAST = 1e-9  # likelihood
FEW = 60_000  # bits: of fewer, chance decides more, and rates have to be lower
TRIED = 32  # code words of a layer at most that tell how all will do
LOST = 0.05  # share of bits that are taken for lost, beside those that were, when a rate is chosen
# For each group of carriers, which layer each bit of its words is in; and how layers are joined in a picture
# of fewer blocks, so that something fits into each
LAYERS_OF = "1123", "3234", "3234", "444", "545", "55"
JOINED = {1024: "12345", 256: "11223", 128: "11222", 0: "11111"}

Lane = tuple[int, int]  # carrier, and bit of its words, the first one 0


def _bits_at() -> np.ndarray:
    """What each bit is at each place of a dial, for words of 0 to 4 bits: (5, 4, DIAL)."""
    longest = DIAL.bit_length() - 1
    table = np.zeros((longest + 1, longest, DIAL), bool)
    for bits in range(1, longest + 1):
        index = np.arange(DIAL) >> longest - bits
        for bit in range(bits):
            table[bits, bit] = (index ^ index >> 1) >> bits - 1 - bit & 1
    return table


BITS_AT = _bits_at()


def layers_of(blocks: int) -> list[list[Lane]]:
    """The lanes of each layer of a picture of so many blocks."""
    joined = next(names for least, names in JOINED.items() if blocks >= least)
    layers: list[list[Lane]] = [[] for _ in set(joined)]
    numbers = [names for group, names in zip(GROUPS, LAYERS_OF, strict=True) for _ in group.carriers]
    for carrier, names in enumerate(numbers):
        for bit, name in enumerate(names):
            layers[int(joined[int(name) - 1]) - 1].append((carrier, bit))
    return layers


def capacity(bits: int, rate: int) -> int:
    """How many bytes so many bits of lanes hold."""
    words, length = _shape(bits)
    return words * max(0, length * rate // RATES // 8 - CHECK)


def protect(data: bytes, bits: int, rate: int) -> np.ndarray:
    """The bits of a layer's lanes, (bits,) uint8, that hold `data`; what is left over is zeros."""
    if not rate:
        return np.zeros(bits, np.uint8)
    words, length = _shape(bits)
    each = capacity(bits, rate) // words
    data = data.ljust(words * each, b"\0")
    chunks = [data[each * word : each * (word + 1)] for word in range(words)]
    checked = b"".join(chunk + _check(chunk) for chunk in chunks)
    code = polar.encode(np.unpackbits(np.frombuffer(checked, np.uint8)).reshape(words, -1), length)
    lanes = np.empty(bits, np.uint8)
    lanes[_order(bits)] = np.resize(code, bits)  # those left over repeat the first ones
    return lanes


def recover(llrs: np.ndarray, rate: int) -> bytes | None:
    """What `protect` was given, from LLRs of the bits of a layer's lanes; None if too little arrived."""
    each = capacity(len(llrs), rate) // _shape(len(llrs))[0]
    decoded = polar.decode(_gathered(llrs), 8 * (each + CHECK))
    words = [row.tobytes() for row in np.packbits(decoded, axis=1)]
    if any(_check(word[:each]) != word[each:] for word in words):
        return None
    return b"".join(word[:each] for word in words)


def first_rate(llrs: np.ndarray) -> int | None:
    """The rate of the first layer, found by trying; None if its first code word cannot be read at any."""
    first = _gathered(llrs)[:1]
    for rate in FIRST_RATES:
        each = first.shape[1] * rate // RATES // 8 - CHECK
        if each > 0:
            word = np.packbits(polar.decode(first, 8 * (each + CHECK))).tobytes()
            if _check(word[:each]) == word[each:]:
                return rate
    return None


def best_rate(llrs: np.ndarray, true: np.ndarray) -> int:
    """About the highest rate at which bits still arrive if a few more of them are lost; 0 if there is none.

    Args:
        llrs: of the bits of a layer's lanes, after the trip.
        true: the bits that were sent. They need not be code words: an error has the same effect on all.
    """
    right = llrs * (1 - 2.0 * true)  # positive where a bit arrived as it was sent
    arrived = 1 - np.logaddexp(0, -right).mean() / np.log(2)
    tried = _gathered(right)[:TRIED]
    random = np.random.RandomState(0)
    lost = random.random_sample(tried.shape) < LOST
    tried[lost] = random.choice([-0.01, 0.01], lost.sum())  # not 0, by which the right bit would be guessed
    expected = (1 - LOST) * arrived - 0.02 - 0.24 * arrived * (1 - arrived)  # what polar codes usually carry
    for rate in range(int(expected * RATES), 0, -2):
        if not polar.decode(tried, tried.shape[1] * rate // RATES // 8 * 8).any():
            return rate - 1 - min(rate // 4, FEW // len(llrs))
    return 0


def llrs_of(beliefs: np.ndarray, lanes: list[Lane]) -> np.ndarray:
    """LLRs of the bits of these lanes, (lanes x blocks,) float32."""
    llrs = np.empty((len(lanes), beliefs.shape[2]), np.float32)
    for row, (carrier, bit) in zip(llrs, lanes, strict=True):
        one = BITS_AT[BITS[carrier], bit]
        row[:] = np.log(beliefs[carrier, ~one].sum(0) + LEAST) - np.log(beliefs[carrier, one].sum(0) + LEAST)
    return llrs.reshape(-1)


def narrow(beliefs: np.ndarray, lanes: list[Lane], bits: np.ndarray) -> None:
    """Leaves only places that agree with the bits of these lanes, (lanes x blocks,), once they are known."""
    for (carrier, bit), row in zip(lanes, bits.reshape(len(lanes), -1), strict=True):
        beliefs[carrier] *= BITS_AT[BITS[carrier], bit][:, None] == row


def places_of(layers: list[list[Lane]], bits: list[np.ndarray]) -> np.ndarray:
    """The places of all hands, (carriers, blocks) uint8, from the bits of all layers' lanes."""
    blocks = len(bits[0]) // len(layers[0])
    possible = np.ones((len(BITS), DIAL, blocks), bool)
    for lanes, told in zip(layers, bits, strict=True):
        narrow(possible, lanes, told)
    return possible.argmax(1).astype(np.uint8)


def _shape(bits: int) -> tuple[int, int]:
    """How many code words go into so many bits, and their length.

    Long ones hold more (about as the formula says), short ones fit better.
    """
    longest = min(LONGEST, bits.bit_length() - 1)
    held = {e: (bits >> e << e) * (1 - 2 ** (1.5 - e / 4)) for e in range(longest + 1)}
    best = max(held, key=held.get)
    return bits >> best, 1 << best


@functools.lru_cache(8)
def _order(bits: int) -> np.ndarray:
    """Where the bits of code words are; NumPy promises never to change what this generator gives."""
    return np.random.RandomState(bits).permutation(bits)


def _gathered(llrs: np.ndarray) -> np.ndarray:
    """LLRs of the code words, (words, length); what is said of repeated bits is added up."""
    words, length = _shape(len(llrs))
    in_order = llrs[_order(len(llrs))]
    code, repeated = in_order[: words * length], in_order[words * length :]
    code[: len(repeated)] += repeated
    return code.reshape(words, length)


def _check(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "big")[:CHECK]
