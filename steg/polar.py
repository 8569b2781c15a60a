"""Polar codes: bits that can be read although many of them arrive wrong or not at all.

A code word of N = 2^n bits is made of K bits and N - K zeros by sums (modulo 2) of pairs, n times over. By
that, the places of the N bits differ: those that end up in many sums can hardly be lost, others hardly be
read. The K bits take the best places, the zeros the others, which the reader knows to be zeros.

A log-likelihood ratio (LLR) says what is known of a bit: the logarithm of how much likelier it is 0 than 1.

Source: Arikan, "Channel polarization", IEEE Trans. Information Theory 2009 (code, choice of places, decoding
one after the other); Sarkis et al., "Fast polar decoders", IEEE J. Selected Areas in Communications 2014
(shortcuts).
"""

import functools

import numpy as np

SPARE = 0.06  # bits of information that a bit of a code word should bring beyond those it holds


@functools.lru_cache(64)
def places(length: int, count: int) -> np.ndarray:
    """Which places, (length,) bool, of a code word hold its `count` bits; length is a power of two.

    They are chosen as for a channel that loses bits, where what each place brings has a simple formula.
    """
    brings = np.array([min(1.0, count / length + SPARE)])
    while len(brings) < length:
        brings = np.stack([brings**2, 2 * brings - brings**2], 1).reshape(-1)
    held = np.zeros(length, bool)
    held[np.argsort(brings, kind="stable")[length - count :]] = True
    return held


def encode(bits: np.ndarray, length: int) -> np.ndarray:
    """(words, K) bits, uint8 0 or 1 -> (words, length) bits of code words."""
    words = np.zeros((len(bits), length), np.uint8)
    words[:, places(length, bits.shape[1])] = bits
    return _summed(words)


def decode(llrs: np.ndarray, count: int) -> np.ndarray:
    """(words, length) LLRs of code words, floats -> (words, count) bits; wrong where too little arrived."""
    held = places(llrs.shape[1], count)
    before = [0, *np.cumsum(held).tolist()]
    return _summed(_decode(llrs.astype(np.float32), 0, before))[:, held]


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
        before: how many places before each one hold bits.
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
    agree = np.copysign(np.minimum(np.abs(a), np.abs(b)), a * b)
    agree += np.log1p(np.exp(-np.abs(a + b))) - np.log1p(np.exp(-np.abs(a - b)))
    left = _decode(agree, first, before)
    right = _decode(b + np.where(left, -a, a), first + half, before)
    return np.concatenate([left ^ right, right], 1)
