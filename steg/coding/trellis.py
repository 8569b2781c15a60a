"""Trellis codes for embedding: a syndrome former, and the Viterbi search for the cheapest stego samples.

A block of L samples carries B bits, for any B up to 3 L: sample t carries n = floor((t + 1) B / L) - floor(t
B / L) of them. Its label, the sample modulo 2^(n + 1), has one bit more than that. Each label bit that is 1
adds (XOR) its column to a register of 5 + n bits; then the lowest n bits of the register are the message bits
of this sample, and are shifted out. So the receiver needs a few integer operations a sample and knows neither
cover nor weights, and a changed sample disturbs only the message bits of itself and of a few samples after
it.

The spare label bit leaves the sender two ways from each of the 32 states of the register. Of all samples with
the wanted syndrome, the Viterbi algorithm finds those with the least sum of weighted squared changes. Blocks
are independent of each other: the search runs over thousands of them side by side.

Sources: Ungerboeck, "Channel coding with multilevel/phase signals", IEEE Trans. Information Theory 1982 (the
code for n = 1); Filler, Judas and Fridrich, "Minimizing additive distortion in steganography using
syndrome-trellis codes", IEEE Trans. Information Forensics and Security 2011 (syndromes of a sliding register,
weights). The columns were found by a random search for the least squared error over rates from 0.1 to 2.7
bits a sample: it is 0.4 to 0.6 dB above the bound of Willems and van Dijk ("Capacity and codes for embedding
information in gray-scale signals", IEEE Trans. Information Theory 2005) from 1 to 2.7 bits a sample.
"""

import functools
from itertools import pairwise

import numpy as np

STATE_BITS = 5
STATES = 1 << STATE_BITS
COLUMNS = ((29,), (33, 22), (42, 87, 16), (110, 189, 156, 8))  # for n = 0, 1, 2, 3; lowest label bit first
MOST_BITS = len(COLUMNS) - 1  # a sample
BATCH = 4096  # blocks that are searched side by side
LARGEST_WEIGHT = 16
LARGEST_COST = 1000  # of one sample: so that sums of costs stay below 2^15
UNREACHED = 16000  # sum of costs of a state that no path leads to
RESCALE = 8  # steps after which the least sum of costs is subtracted


def embed(samples: np.ndarray, message: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Changes samples so that each block carries its message, at the least sum of weighted squared changes.

    Args:
        samples: (L, blocks) uint8; the samples of a block are a column.
        message: (blocks, K) uint8, the bytes that each block is to carry; 8 K is at most 3 L.
        weights: (L, blocks), integers from 1 to 16: what changing a sample costs; None for equal weights.

    Returns:
        (L, blocks) uint8, from which `extract` reads `message`. No sample moves past 0 or 255.
    """
    steps = bits_of_samples(len(samples), message.shape[1])
    if weights is None:
        weights = np.ones(samples.shape, np.int16)
    random = np.random.default_rng(0)
    stego = np.empty_like(samples)
    for begin in range(0, samples.shape[1], BATCH):
        part = np.s_[:, begin : begin + BATCH]
        labels = _any_labels(_to_syndromes(message[part[1]], steps), steps)
        changes = _search(samples[part], labels, weights[part].astype(np.int16), steps)
        for t, n in enumerate(steps):
            coin = random.integers(0, 2, changes.shape[1], np.uint8)
            stego[t, part[1]] = (
                samples[t, part[1]] + _moves(n)[coin, changes[t] ^ labels[t], samples[t, part[1]]]
            )
    return stego


def extract(samples: np.ndarray, length: int, first: int | None = None) -> np.ndarray:
    """The message of each block, or its first bytes.

    Args:
        samples: (L, blocks) uint8.
        length: bytes that each block carries.
        first: how many of them to extract; None for all.

    Returns:
        (blocks, length) uint8, or (blocks, first).
    """
    count = length if first is None else first
    steps = bits_of_samples(len(samples), length)
    steps = steps[: -(-8 * count * len(samples) // (8 * length))]
    syndromes = np.empty((len(steps), samples.shape[1]), np.uint8)
    register = np.zeros(samples.shape[1], np.uint16)
    for t, n in enumerate(steps):
        register ^= _sums(n)[samples[t] & ((2 << n) - 1)]
        syndromes[t] = register & ((1 << n) - 1)
        register >>= n
    return _from_syndromes(syndromes, steps)[:, :count]


def bits_of_samples(samples: int, length: int) -> list[int]:
    """How many message bits each sample of a block carries that has so many bytes."""
    ends = [t * 8 * length // samples for t in range(samples + 1)]
    return [after - before for before, after in pairwise(ends)]


def _to_syndromes(message: np.ndarray, steps: list[int]) -> np.ndarray:
    """(blocks, K) bytes -> (L, blocks) message bits of each sample as a number, the first bit the lowest."""
    bits = np.ascontiguousarray(np.unpackbits(message, axis=1).T)
    syndromes, at = np.zeros((len(steps), len(message)), np.uint8), 0
    for t, n in enumerate(steps):
        for j in range(n):
            syndromes[t] |= bits[at + j] << j
        at += n
    return syndromes


def _from_syndromes(syndromes: np.ndarray, steps: list[int]) -> np.ndarray:
    """The inverse of `_to_syndromes`."""
    bits = np.stack([row >> j & 1 for row, n in zip(syndromes, steps, strict=True) for j in range(n)])
    return np.packbits(bits, axis=0).T


@functools.cache
def _sums(n: int) -> np.ndarray:
    """For each label of a sample that carries n bits, the sum (XOR) of its bits' columns."""
    labels = np.arange(2 << n)
    sums = np.zeros(2 << n, np.uint16)
    for j, column in enumerate(COLUMNS[n]):
        sums ^= (column * (labels >> j & 1)).astype(np.uint16)
    return sums


@functools.cache
def _moves(n: int) -> np.ndarray:
    """The least change of a sample that gives it a label: (2, labels, 256) int16.

    The two entries differ where a move up is as good as a move down.
    """
    count = 2 << n
    labels, samples = np.arange(count)[:, None], np.arange(256)
    up = (labels - samples) % count
    down = up - count
    up_fits, down_fits = samples + up <= 255, samples + down >= 0
    prefers = [np.where(2 * up < count + tie, up, down) for tie in (0, 1)]
    return np.stack([np.where(~up_fits, down, np.where(~down_fits, up, move)) for move in prefers]).astype(
        np.int16
    )


@functools.cache
def _branches(n: int) -> np.ndarray:
    """The two branches by which a sample with syndrome 0 leads to each state: (2, 2, STATES) integers.

    Of each branch, first the states before it, then its labels.
    """
    sums = _sums(n).tolist()
    branches = [
        [(state << n ^ total, label) for label, total in enumerate(sums) if state << n ^ total < STATES]
        for state in range(STATES)
    ]
    return np.array(branches).transpose(1, 2, 0).copy()


def _any_labels(syndromes: np.ndarray, steps: list[int]) -> np.ndarray:
    """Some labels, (L, blocks) uint8, with these syndromes: others differ by labels with syndrome 0."""
    labels = np.empty(syndromes.shape, np.uint8)
    register = np.zeros(syndromes.shape[1], np.uint16)
    for t, n in enumerate(steps):
        lowest = (1 << n) - 1
        label_of = np.zeros(1 << n, np.uint8)
        label_of[_sums(n) & lowest] = np.arange(2 << n)
        labels[t] = label_of[(register ^ syndromes[t]) & lowest]
        register = (register ^ _sums(n)[labels[t]]) >> n
    return labels


def _search(samples: np.ndarray, labels: np.ndarray, weights: np.ndarray, steps: list[int]) -> np.ndarray:
    """The labels of syndrome 0, (L, blocks) uint8, that added (XOR) to `labels` make the cheapest change."""
    blocks = samples.shape[1]
    sums, following = np.full((STATES, blocks), UNREACHED, np.int16), np.empty((STATES, blocks), np.int16)
    sums[0] = 0
    second_is_cheaper = np.empty((len(steps), STATES, blocks), bool)
    first, second, added = np.empty((3, STATES, blocks), np.int16)
    for t, n in enumerate(steps):
        costs = _costs(samples[t], labels[t], weights[t], n)
        for total, (before, label) in zip((first, second), _branches(n), strict=True):
            np.take(sums, before, 0, out=total, mode="clip")  # this mode needs no buffer
            total += np.take(costs, label, 0, out=added, mode="clip")
        np.less(second, first, out=second_is_cheaper[t])
        np.minimum(first, second, out=following)
        sums, following = following, sums
        if t % RESCALE == RESCALE - 1:
            sums -= sums.min(0)
            np.minimum(sums, UNREACHED, out=sums)
    chosen, every, state = np.empty(samples.shape, np.uint8), np.arange(blocks), sums.argmin(0)
    for t in reversed(range(len(steps))):
        befores, of_labels = _branches(steps[t]).swapaxes(0, 1)
        branch = second_is_cheaper[t, state, every].astype(np.intp)
        chosen[t], state = of_labels[branch, state], befores[branch, state]
    return chosen


def _costs(samples: np.ndarray, labels: np.ndarray, weights: np.ndarray, n: int) -> np.ndarray:
    """What it costs to give each sample the sum (XOR) of its label and each label: (labels, blocks) int16."""
    squares = np.square(_moves(n)[0])
    costs = np.empty((2 << n, len(samples)), np.int16)
    places = labels.astype(np.intp) << 8 | samples
    for label in range(2 << n):
        np.take(squares[np.arange(2 << n) ^ label], places, out=costs[label], mode="clip")
    costs *= weights
    return np.minimum(costs, LARGEST_COST, out=costs)
