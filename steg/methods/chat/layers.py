"""What the hands of the robust network tell: layers of bytes, each protected for the trip it must outlive.

A *lane* is one bit of one carrier's words, over all blocks of a picture. Lanes that outlive the same trip
make up a layer. Its bytes are cut into code words (`steg.coding.polar`), each with a checksum, whose bits are
scattered over all its lanes, so that no code word depends on one part of the picture. How many bytes they
hold is set by a rate, which suits the cover; a short code word of its own tells it.

What is believed of a picture's hands is (places, blocks): how likely each place is, all carriers' in a row.
"""

import bisect
import functools
import itertools
import zlib

import numpy as np

from steg.coding import polar
from steg.networks.robust import ALPHABET_SIZES, BITS, GROUPS, OFFSETS

RATES = 256  # a rate is so many of 256 bits of an endless code word; short ones hold less
LONGEST, SHORTEST = 1 << 16, 1 << 8  # bits of code words, as far as there are so many
FULL = 0.85  # share of a power of two; a code word is not made longer than one by less
PATHS = 16  # on which a code word is read that cannot be read on one
CHECK = 3  # bytes of a code word's checksum, of which the one that tells the rate has one less
TELLING = 1024  # bits of that at most
LEAST = 1e-9  # likelihood
TRIED = 2  # code words by which a rate is chosen
WRONG = 0.5  # how many of its places may be read wrong, each by itself; on several paths it is still read

# For each group of carriers, which layer each bit of its words is in; and how layers are joined in a picture
# of fewer blocks, so that something fits into each
LAYERS_OF = "1123", "3234", "3234", "434", "445", "55", "55"
JOINED = {1024: "12345", 256: "11223", 128: "11222", 0: "11111"}

Lane = tuple[int, int]  # carrier, and bit of its words, the first one 0
DIALS = [slice(first, first + places) for first, places in zip(OFFSETS, ALPHABET_SIZES, strict=True)]


def _bits_at(bits: int) -> np.ndarray:
    """What each bit of a Gray code is at each place of a dial: (bits, places) bool."""
    index = np.arange(1 << bits)
    return np.stack([(index ^ index >> 1) >> bits - 1 - bit & 1 for bit in range(bits)]) == 1


BITS_AT = {bits: _bits_at(bits) for bits in set(BITS)}


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
    return sum(_held(length, rate) for length in _lengths(bits))


def protect(data: bytes, bits: int, rate: int) -> np.ndarray:
    """The bits of a layer's lanes, (bits,) uint8, that hold its rate and `data`; those left over are 0."""
    code = [_encoded(bytes([rate]), CHECK - 1, _telling(bits))]
    data = data.ljust(capacity(bits, rate), b"\0")
    for length in _lengths(bits):
        held = _held(length, rate)
        chunk, data = data[:held], data[held:]
        code.append(_encoded(chunk, CHECK, length) if held else np.zeros(length, np.uint8))
    told = np.concatenate(code)
    lanes = np.zeros(bits, np.uint8)
    lanes[_order(bits)[: len(told)]] = told
    return lanes


def recover(llrs: np.ndarray) -> tuple[bytes, int] | None:
    """What `protect` was given, data and rate, from LLRs of the bits; None if too little arrived."""
    told, *words = _gathered(llrs)
    said = _decoded(told[None], 1, CHECK - 1)
    data = b""
    for length, alike in itertools.groupby(words if said else (), len):
        held = _held(length, said[0])
        read = _decoded(np.stack(list(alike)), held, CHECK) if held else b""
        if read is None:
            return None
        data += read
    return said and (data, said[0])


def recover_layers(beliefs: np.ndarray, layers: list[list[Lane]]) -> list[bytes]:
    """The bytes of the layers that can be read, each with all those before it.

    Args:
        beliefs: (places, rows, columns); narrowed by each layer that is read.
        layers: their lanes.
    """
    beliefs = beliefs.reshape(len(beliefs), -1)
    arrived: list[bytes] = []
    for lanes in layers:
        found = recover(llrs_of(beliefs, lanes))
        if found is None or not (arrived or found[0]):  # the first one is never empty
            break
        data, rate = found
        arrived.append(data)
        narrow(beliefs, lanes, protect(data, len(lanes) * beliefs.shape[1], rate))
    return arrived


def best_rate(llrs: np.ndarray, true: np.ndarray, bits: int) -> int:
    """About the highest rate at which bits arrive; 0 if there is none.

    Args:
        llrs: of the bits of a layer's lanes, after the trip.
        true: the bits that were sent. They need not be code words: an error has the same effect on all.
        bits: how many there are in the whole layer, if these are a part of it.
    """
    right = np.where(true, -llrs, llrs)  # positive where a bit arrived as it was sent
    length = _lengths(bits)[0]
    chosen = np.random.RandomState(0).randint(0, len(right), (TRIED, length))
    wrong = (polar.in_turn(right[chosen]) <= 0).mean(0)
    arrived = max(0, 1 - np.logaddexp(0, -right).mean() / np.log(2))
    rates = range(min(RATES, int(1.1 * arrived * RATES) + 1))
    rate = bisect.bisect_right(rates, WRONG, key=lambda rate: wrong[_places(length, rate)].sum()) - 1
    return rate if rate * _telling(bits) > 12 * CHECK * RATES else 0  # the rate has to arrive, too


def llrs_of(beliefs: np.ndarray, lanes: list[Lane]) -> np.ndarray:
    """LLRs of the bits of these lanes, (lanes x blocks,) float32."""
    llrs = np.empty((len(lanes), beliefs.shape[1]), np.float32)
    for row, (carrier, bit) in zip(llrs, lanes, strict=True):
        one, dial = BITS_AT[BITS[carrier]][bit], beliefs[DIALS[carrier]]
        row[:] = np.log(dial[~one].sum(0) + LEAST) - np.log(dial[one].sum(0) + LEAST)
    return llrs.reshape(-1)


def narrow(beliefs: np.ndarray, lanes: list[Lane], bits: np.ndarray) -> None:
    """Leaves only places that agree with the bits of these lanes, (lanes x blocks,), once they are known."""
    for (carrier, bit), row in zip(lanes, bits.reshape(len(lanes), -1), strict=True):
        beliefs[DIALS[carrier]] *= BITS_AT[BITS[carrier]][bit][:, None] == row


def places_of(layers: list[list[Lane]], bits: list[np.ndarray]) -> np.ndarray:
    """The places of all hands, (carriers, blocks) uint8, from the bits of all layers' lanes."""
    words = np.zeros((len(BITS), len(bits[0]) // len(layers[0])), np.uint8)
    for lanes, told in zip(layers, bits, strict=True):
        for (carrier, bit), row in zip(lanes, told.reshape(len(lanes), -1), strict=True):
            words[carrier] |= row << BITS[carrier] - 1 - bit
    words ^= words >> 1  # from Gray code
    return words ^ words >> 2


def _places(length: int, rate: int) -> np.ndarray:
    """Which places of a code word hold bits."""
    return polar.places(length, 8 * (_held(length, rate) + CHECK))


def _telling(bits: int) -> int:
    """Length of the code word that tells the rate: up to a sixteenth of all bits."""
    return min(TELLING, 1 << max(0, bits.bit_length() - 5))


@functools.lru_cache(64)
def _lengths(bits: int) -> list[int]:
    """How long the code words are that go into so many bits beside that which tells the rate.

    The longer the better, but best are powers of two, or little less.
    """
    left, lengths = bits - _telling(bits), []
    while left >= max(SHORTEST, bits // 64) or not lengths:
        above = 1 << (left - 1).bit_length()
        lengths.append(min(LONGEST, left if left >= FULL * above else above // 2))
        left -= lengths[-1]
    return lengths


def _held(length: int, rate: int) -> int:
    """How many bytes a code word holds, beside its checksum."""
    return max(0, int(length * (1 - 1.5 * length**-0.25) * rate / RATES / 8) - CHECK)


@functools.lru_cache(8)
def _order(bits: int) -> np.ndarray:
    """Where the bits of code words are; NumPy promises never to change what this generator gives."""
    return np.random.RandomState(bits).permutation(bits)


def _gathered(llrs: np.ndarray) -> list[np.ndarray]:
    """LLRs of the code word that tells the rate, and of each of the others."""
    ends = np.cumsum([_telling(len(llrs)), *_lengths(len(llrs))])
    return np.split(llrs[_order(len(llrs))], ends)[:-1]


def _encoded(data: bytes, check: int, length: int) -> np.ndarray:
    """A code word of data and so many bytes of a checksum."""
    bits = np.unpackbits(np.frombuffer(_checked(data, check), np.uint8))
    return polar.encode(bits[None], length)[0]


def _decoded(llrs: np.ndarray, held: int, check: int) -> bytes | None:
    """So many bytes of data from each code word's LLRs, (words, length); None if one cannot be read."""
    count, data = 8 * (held + check), []
    for word, llr in zip(polar.decode(llrs, count), llrs, strict=True):
        read = _unchecked(word, check)
        if read is None:
            ways = (_unchecked(way, check) for way in polar.decode_list(llr, count, PATHS))
            read = next((way for way in ways if way is not None), None)
        if read is None:
            return None
        data.append(read)
    return b"".join(data)


def _unchecked(bits: np.ndarray, check: int) -> bytes | None:
    """The data of a code word; None if its checksum does not agree."""
    read = np.packbits(bits).tobytes()
    return read[:-check] if read == _checked(read[:-check], check) else None


def _checked(data: bytes, check: int) -> bytes:
    return data + zlib.crc32(data).to_bytes(4, "big")[:check]
