"""Polar codes: encoding and successive-cancellation decoding; list decoding is in `steg.coding.polar_list`.

A codeword of N = 2^n bits is the polar transform (n stages of sums of pairs modulo 2) of K message bits and
N - K frozen bits, which are zero. The transform polarises the channel: decoded one after the other, some of
the N inputs become nearly free of errors, the others nearly useless. The information set is the K most
reliable ones. The first bits of a codeword can be punctured, which gives any length below N; the decoder
takes a punctured bit for an erasure.

Everywhere an LLR (log-likelihood ratio) is log P(bit = 0) - log P(bit = 1). "Codewords" of shape (codewords,
length) are decoded side by side, since they have the same information set.

Sources: Arikan, "Channel polarization", IEEE Trans. Information Theory 2009 (code, information set,
successive cancellation); He et al., "Beta-expansion: a theoretical framework for fast and recursive
construction of polar codes", GLOBECOM 2017; Niu et al., "Beyond turbo codes: rate-compatible punctured polar
codes", ICC 2013; Sarkis et al., "Fast polar decoders", IEEE J. Selected Areas in Communications 2014 (nodes
that are decoded at once).
"""

import functools
import math

import numpy as np

DESIGN_LEVELS = 32  # of channel quality, for each of which inputs are ordered by reliability


def information_set(length: int, count: int) -> np.ndarray:
    """Which inputs hold the `count` message bits of a codeword of `length` bits, (N,) bool."""
    quality = 1.15 * count / length + 0.04  # somewhat above the code rate, where the code is used
    order = _reliability_order(length, max(1, min(DESIGN_LEVELS - 1, round(DESIGN_LEVELS * quality))))
    chosen = np.zeros(len(order), bool)
    chosen[order[len(order) - count :]] = True
    return chosen


@functools.lru_cache(128)
def _reliability_order(length: int, level: int) -> np.ndarray:
    """The inputs from the least to the most reliable, for a channel that erases 1 - level / DESIGN_LEVELS.

    Density evolution is exact for erasures; the beta-expansion was made for noise. The sum of the ranks that
    both give, the former counted twice, does better than either on what pictures go through. Inputs that are
    useless because of puncturing come first.
    """
    full = 1 << (length - 1).bit_length()
    # logarithms of the probabilities that a bit is erased and that it is not: they come near both 0 and 1
    erased = np.full((1, full), math.log1p(-level / DESIGN_LEVELS), np.float32)
    known = np.full((1, full), math.log(level / DESIGN_LEVELS), np.float32)
    erased[:, : full - length], known[:, : full - length] = 0, -math.inf
    weights = np.zeros(1)
    while erased.shape[1] > 1:
        (e1, e2), (k1, k2) = (np.split(each, 2, 1) for each in (erased, known))
        erased = np.stack([np.logaddexp(e1, k1 + e2), e1 + e2], 1).reshape(-1, e1.shape[1])
        known = np.stack([k1 + k2, np.logaddexp(k1, e1 + k2)], 1).reshape(-1, e1.shape[1])
        weights = np.concatenate([weights, weights + len(weights) ** 0.25])
    ranks = 2 * _ranks((known - erased)[:, 0]) + _ranks(weights)
    ranks[np.isneginf(known[:, 0])] = -1
    return np.argsort(ranks, kind="stable").astype(np.int32)


def _ranks(values: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(values), np.int64)
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    return ranks


def encode(message: np.ndarray, length: int) -> np.ndarray:
    """Encodes messages.

    Args:
        message: (codewords, K) bits, uint8.
        length: of the codewords, at least K.

    Returns:
        (codewords, length) bits, uint8.
    """
    chosen = information_set(length, message.shape[1])
    inputs = np.zeros((len(message), len(chosen)), np.uint8)
    inputs[:, chosen] = message
    return transform(inputs)[:, len(chosen) - length :]


def genie_aided_llrs(llrs: np.ndarray) -> np.ndarray:
    """LLRs of all inputs in successive cancellation, were all inputs before each one known.

    Args:
        llrs: (codewords, length) floats, negated where a codeword has a 1.

    Returns:
        (codewords, N), negated where an input is 1: positive where `decode` would be right.
    """
    llrs = depunctured(llrs)[:, None]
    while llrs.shape[2] > 1:
        a, b = np.split(llrs, 2, 2)
        llrs = np.stack([check_node(a, b), a + b], 2).reshape(len(llrs), -1, a.shape[2])
    return llrs[:, :, 0]


def decode(llrs: np.ndarray, count: int) -> np.ndarray:
    """Successive-cancellation decoding.

    Args:
        llrs: (codewords, length) floats.
        count: of message bits in each.

    Returns:
        (codewords, count) bits, uint8; wrong where the channel was too bad.
    """
    chosen = information_set(llrs.shape[1], count)
    return transform(_decode(depunctured(llrs), 0, counts_of(chosen)))[:, chosen]


def counts_of(chosen: np.ndarray) -> list[int]:
    """How many message bits come before each input, and at last how many there are."""
    return [0, *np.cumsum(chosen).tolist()]


def depunctured(llrs: np.ndarray) -> np.ndarray:
    """(codewords, length) to (codewords, N) LLRs, 0 for punctured bits."""
    punctured = (1 << (llrs.shape[1] - 1).bit_length()) - llrs.shape[1]
    return np.pad(llrs.astype(np.float32), ((0, 0), (punctured, 0)))


def transform(bits: np.ndarray) -> np.ndarray:
    """Arikan's polar transform, which is its own inverse."""
    bits = bits.copy()
    half = 1
    while half < bits.shape[1]:
        pairs = bits.reshape(len(bits), -1, 2, half)
        pairs[:, :, 0] ^= pairs[:, :, 1]
        half *= 2
    return bits


def _decode(llrs: np.ndarray, first: int, counts: list[int]) -> np.ndarray:
    """Decodes one node of the tree of successive cancellation, for all codewords.

    Args:
        llrs: (codewords, n).
        first: the first of the n inputs below this node.
        counts: as `counts_of` gives them.

    Returns:
        The node's codewords, (codewords, n) bits.
    """
    size = llrs.shape[1]
    last = first + size
    count = counts[last] - counts[first]
    if count == 0:  # all are frozen
        return np.zeros(llrs.shape, np.uint8)
    if count == size:  # no redundancy
        return (llrs < 0).astype(np.uint8)
    if count == 1 and counts[last] > counts[last - 1]:  # repetition code
        return np.repeat(llrs.sum(1, keepdims=True) < 0, size, 1).astype(np.uint8)
    if (
        count == size - 1 and counts[first + 1] == counts[first]
    ):  # single parity check: flip the least reliable
        codewords = (llrs < 0).astype(np.uint8)
        codewords[np.arange(len(codewords)), np.abs(llrs).argmin(1)] ^= np.bitwise_xor.reduce(codewords, 1)
        return codewords
    half = size // 2
    a, b = llrs[:, :half], llrs[:, half:]
    if counts[first + half] == counts[first]:  # the left half is frozen: both halves are the same
        right = _decode(a + b, first + half, counts)
        return np.concatenate([right, right], 1)
    left = _decode(check_node(a, b), first, counts)
    right = _decode(b + np.where(left, -a, a), first + half, counts)
    return np.concatenate([left ^ right, right], 1)


def check_node(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Check-node update: LLRs of the sums of bits with LLRs a and b.

    log((1 + e^(a + b)) / (e^a + e^b)), in place for speed.
    """
    both, apart = np.abs(a + b), np.abs(a - b)
    llrs = both - apart
    llrs /= 2
    for each in both, apart:  # 1 + e^-|x|
        np.negative(each, out=each)
        np.exp(each, out=each)
        each += 1
    both /= apart
    llrs += np.log(both, out=both)
    return llrs
