"""Polar codes: bits that can be read although many of them arrive wrong or not at all.

A code word of N = 2^n bits is made of K bits and N - K zeros by sums (modulo 2) of pairs, n times over. By
that, the places of the N bits differ: those that end up in many sums can hardly be lost, others hardly be
read. The K bits take the best places, the zeros the others, which the reader knows to be zeros. Of a code
word the first bits can be left out (punctured), so that it has any length; the reader takes them for lost.

A log-likelihood ratio (LLR) says what is known of a bit: the logarithm of how much likelier it is 0 than 1.

Sources: Arikan, "Channel polarization", IEEE Trans. Information Theory 2009 (code, choice of places, decoding
one after the other); He et al., "Beta-expansion: a theoretical framework for fast and recursive construction
of polar codes", GLOBECOM 2017; Niu et al., "Beyond turbo codes: rate-compatible punctured polar codes", ICC
2013; Sarkis et al., "Fast polar decoders", IEEE J. Selected Areas in Communications 2014
(shortcuts).
"""

import functools
import itertools
import math

import numpy as np

UNSURE = 4  # bits of which some may be wrong where words are read as a whole
LEVELS = 32  # for which places are chosen, of how much may arrive


def places(length: int, count: int) -> np.ndarray:
    """Which places of a code word of `length` bits hold its `count` bits; bool, one for each of its N."""
    arrives = 1.15 * count / length + 0.04  # more than it holds, about as such codes need
    order = _order(length, max(1, min(LEVELS - 1, round(LEVELS * arrives))))
    held = np.zeros(len(order), bool)
    held[order[len(order) - count :]] = True
    return held


@functools.lru_cache(128)
def _order(length: int, level: int) -> np.ndarray:
    """The places from the worst to the best, for a channel by which level / LEVELS of what is sent arrives.

    One formula is exact for channels that lose bits, the other made for noise; the sum of the ranks that they
    give does better than either for what arrives of pictures. Places of which nothing is sent come first.
    """
    full = 1 << (length - 1).bit_length()
    lost = np.full((1, full), math.log1p(-level / LEVELS), np.float32)  # logarithms of shares: they come near
    comes = np.full((1, full), math.log(level / LEVELS), np.float32)  # to both 0 and 1
    lost[:, : full - length], comes[:, : full - length] = 0, -math.inf
    weights = np.zeros(1)
    while lost.shape[1] > 1:
        (l1, l2), (c1, c2) = (np.split(each, 2, 1) for each in (lost, comes))
        lost = np.stack([np.logaddexp(l1, c1 + l2), l1 + l2], 1).reshape(-1, l1.shape[1])
        comes = np.stack([c1 + c2, np.logaddexp(c1, l1 + c2)], 1).reshape(-1, l1.shape[1])
        weights = np.concatenate([weights, weights + len(weights) ** 0.25])
    ranks = 2 * _ranks((comes - lost)[:, 0]) + _ranks(weights)
    ranks[np.isneginf(comes[:, 0])] = -1
    return np.argsort(ranks, kind="stable").astype(np.int32)


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks


def encode(bits: np.ndarray, length: int) -> np.ndarray:
    """(words, K) bits, uint8 0 or 1 -> (words, length) bits of code words."""
    held = places(length, bits.shape[1])
    words = np.zeros((len(bits), len(held)), np.uint8)
    words[:, held] = bits
    return _summed(words)[:, len(held) - length :]


def in_turn(llrs: np.ndarray) -> np.ndarray:
    """What arrives of each place if all places before it are known.

    Args:
        llrs: of the bits of code words, (words, length), times -1 where a bit was 1.

    Returns:
        LLRs of the places, (words, N), times -1 where they held a 1: positive where `decode` gets it right.
    """
    arrived = _whole(llrs)[:, None]
    while arrived.shape[2] > 1:
        a, b = np.split(arrived, 2, 2)
        arrived = np.stack([_agree(a, b), a + b], 2).reshape(len(llrs), -1, a.shape[2])
    return arrived[:, :, 0]


def decode(llrs: np.ndarray, count: int) -> np.ndarray:
    """(words, length) LLRs of code words, floats -> (words, count) bits; wrong where too little arrived."""
    held = places(llrs.shape[1], count)
    return _summed(_decode(_whole(llrs), 0, _before(held)))[:, held]


def decode_list(llrs: np.ndarray, count: int, paths: int) -> np.ndarray:
    """One code word, (length,) LLRs, with several ways of reading it pursued at once.

    It reads what `decode` just fails to read, for five to fifteen times its time.

    Returns:
        The likeliest ones, (up to `paths`, count) bits, the first the likeliest; a checksum may choose.
    """
    held = places(len(llrs), count)
    words, unlikely, _ = _decode_list(_whole(llrs[None]), np.zeros(1), 0, _before(held), paths)
    return _summed(words)[np.argsort(unlikely, kind="stable")][:, held]


def _before(held: np.ndarray) -> list[int]:
    """How many places before each one hold bits, and at last how many do in all."""
    return [0, *np.cumsum(held).tolist()]


def _whole(llrs: np.ndarray) -> np.ndarray:
    """(words, N) LLRs, of which those that were left out are 0."""
    left_out = (1 << (llrs.shape[1] - 1).bit_length()) - llrs.shape[1]
    return np.pad(llrs.astype(np.float32), ((0, 0), (left_out, 0)))


def _summed(words: np.ndarray) -> np.ndarray:
    """The sums of Arikan's transform, which undoes itself."""
    words = words.copy()
    half = 1
    while half < words.shape[1]:
        pairs = words.reshape(len(words), -1, 2, half)
        pairs[:, :, 0] ^= pairs[:, :, 1]
        half *= 2
    return words


def _decode(llrs: np.ndarray, first: int, before: list[int]) -> np.ndarray:
    """The likely code word, (words, n), one place after the other.

    Args:
        llrs: (words, n).
        first: the place of the whole code word at which these n begin.
        before: as `_before` gives it.
    """
    size = llrs.shape[1]
    last = first + size
    known = before[last] - before[first]
    if known == 0:
        return np.zeros(llrs.shape, np.uint8)
    if known == size:
        return (llrs < 0).astype(np.uint8)
    if known == 1 and before[last] > before[last - 1]:  # one bit, repeated
        return np.repeat(llrs.sum(1, keepdims=True) < 0, size, 1).astype(np.uint8)
    if known == size - 1 and before[first + 1] == before[first]:  # their sum is 0: the least sure gives way
        word = (llrs < 0).astype(np.uint8)
        word[np.arange(len(word)), np.abs(llrs).argmin(1)] ^= np.bitwise_xor.reduce(word, 1)
        return word
    half = size // 2
    a, b = llrs[:, :half], llrs[:, half:]
    if before[first + half] == before[first]:  # the left half is zeros: both halves are the same
        right = _decode(a + b, first + half, before)
        return np.concatenate([right, right], 1)
    left = _decode(_agree(a, b), first, before)
    right = _decode(b + np.where(left, -a, a), first + half, before)
    return np.concatenate([left ^ right, right], 1)


def _agree(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """LLRs of the sums of bits, from theirs."""
    agree = np.copysign(np.minimum(np.abs(a), np.abs(b)), a * b)
    return agree + np.log1p(np.exp(-np.abs(a + b))) - np.log1p(np.exp(-np.abs(a - b)))


@functools.lru_cache
def _turns(bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of so many bits are turned around, all ways for an even number of them, and for an odd one."""
    ways = np.array(list(itertools.product([False, True], repeat=bits)))
    return ways[ways.sum(1) % 2 == 0], ways[ways.sum(1) % 2 == 1]


def _decode_list(
    llrs: np.ndarray, unlikely: np.ndarray, first: int, before: list[int], paths: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """As `_decode` for one word on several paths, each with its own LLRs, (paths before, n).

    Args:
        llrs: of each path before this node, (paths before, n).
        unlikely: of each path, the negative logarithm of its likelihood, as far as it differs from others'.
        first: as in `_decode`.
        before: as in `_decode`.
        paths: how many are pursued at most.

    Returns:
        Of each path from here its code word, how unlikely it is, and which of those before it goes on.
    """
    size = llrs.shape[1]
    last = first + size
    known = before[last] - before[first]
    if known == 0:
        word = np.zeros(llrs.shape, np.uint8)
        return word, unlikely + _against(llrs, word), np.arange(len(word))
    if known == 1 and before[last] > before[last - 1]:  # one bit, repeated
        costs = [unlikely + _against(llrs, np.uint8(bit)) for bit in (0, 1)]
        origin, bit, unlikely = _best(np.stack(costs, 1), paths)
        return np.repeat(np.uint8(bit)[:, None], size, 1), unlikely, origin
    if known == size or (known == size - 1 and before[first + 1] == before[first]):
        word = (llrs < 0).astype(np.uint8)
        least = np.argsort(np.abs(llrs), 1)[:, :UNSURE]
        even, odd = _turns(least.shape[1])
        if known == size:
            turns = np.concatenate([even, odd])[None].repeat(len(word), 0)
        else:  # their sum is 0
            turns = np.where(np.bitwise_xor.reduce(word, 1)[:, None, None], odd, even)
        costs = (np.take_along_axis(np.abs(llrs), least, 1)[:, None] * turns).sum(2)
        origin, way, unlikely = _best((unlikely + _against(llrs, word))[:, None] + costs, paths)
        word, turned = word[origin], np.zeros((len(origin), size), np.uint8)
        np.put_along_axis(turned, least[origin], turns[origin, way], 1)
        return word ^ turned, unlikely, origin
    half = size // 2
    a, b = llrs[:, :half], llrs[:, half:]
    left, unlikely, origin = _decode_list(_agree(a, b), unlikely, first, before, paths)
    a, b = a[origin], b[origin]
    right, unlikely, then = _decode_list(b + np.where(left, -a, a), unlikely, first + half, before, paths)
    left = left[then]
    return np.concatenate([left ^ right, right], 1), unlikely, origin[then]


def _against(llrs: np.ndarray, words: np.ndarray) -> np.ndarray:
    """How unlikely words are by these LLRs."""
    return np.logaddexp(0, np.where(words, llrs, -llrs)).sum(-1)


def _best(costs: np.ndarray, paths: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The least of (paths before, choices) costs: their paths, choices and costs."""
    order = np.argsort(costs, None, kind="stable")[:paths]
    return *np.divmod(order, costs.shape[1]), costs.reshape(-1)[order]
