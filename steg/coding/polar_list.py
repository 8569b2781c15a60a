"""List decoding of polar codes: several paths of successive cancellation, the most likely ones, side by side.

Source: Tal and Vardy, "List decoding of polar codes", IEEE Trans. Information Theory 2015; the nodes that are
decoded at once are those of `steg.coding.polar`.
"""

import functools
import itertools

import numpy as np

from steg.coding.polar import check_node, counts_of, depunctured, information_set, transform

FLIPPED = 4  # least reliable bits of a node, for whose values candidates are made


def decode_list(llrs: np.ndarray, count: int, paths: int) -> np.ndarray:
    """Successive-cancellation list decoding of one codeword.

    It decodes most of what `decode` narrowly fails to decode, for five to fifteen times its time.

    Args:
        llrs: (length,) floats.
        count: of message bits.
        paths: the size of the list.

    Returns:
        Candidates for the message, (up to `paths`, count) bits, the most likely first; a CRC may choose.
    """
    chosen = information_set(len(llrs), count)
    codewords, metric, _ = _decode_list(depunctured(llrs[None]), np.zeros(1), 0, counts_of(chosen), paths)
    return transform(codewords)[np.argsort(metric, kind="stable")][:, chosen]


@functools.lru_cache
def _flips(bits: int) -> tuple[np.ndarray, np.ndarray]:
    """All patterns of an even number of flips of so many bits, (patterns, bits) bool, and of an odd one."""
    patterns = np.array(list(itertools.product([False, True], repeat=bits)))
    return patterns[patterns.sum(1) % 2 == 0], patterns[patterns.sum(1) % 2 == 1]


def _decode_list(
    llrs: np.ndarray, metric: np.ndarray, first: int, counts: list[int], paths: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decodes one node for all paths of one codeword.

    Args:
        llrs: (paths so far, n); each path has its own.
        metric: of each path, its negative log-likelihood up to a constant.
        first: the first of the n inputs below this node.
        counts: as `steg.coding.polar.counts_of` gives them.
        paths: how many survive at most.

    Returns:
        Of each surviving path the node's codeword, (survivors, n) bits, the metric, and the path that it
        continues.
    """
    size = llrs.shape[1]
    last = first + size
    count = counts[last] - counts[first]
    if count == 0:  # all are frozen
        zeros = np.zeros(llrs.shape, np.uint8)
        return zeros, metric + _penalty(llrs, zeros), np.arange(len(zeros))
    if count == 1 and counts[last] > counts[last - 1]:  # repetition code
        metrics = [metric + _penalty(llrs, bit) for bit in (0, 1)]
        origin, bit, metric = _survivors(np.stack(metrics, 1), paths)
        return np.repeat(bit.astype(np.uint8)[:, None], size, 1), metric, origin
    if count == size or (count == size - 1 and counts[first + 1] == counts[first]):
        codewords = (llrs < 0).astype(np.uint8)
        least = np.argsort(np.abs(llrs), 1)[:, :FLIPPED]
        even, odd = _flips(least.shape[1])
        if count == size:  # no redundancy
            flips = np.concatenate([even, odd])[None].repeat(len(codewords), 0)
        else:  # single parity check
            flips = np.where(np.bitwise_xor.reduce(codewords, 1)[:, None, None], odd, even)
        metrics = (np.take_along_axis(np.abs(llrs), least, 1)[:, None] * flips).sum(2)
        origin, chosen, metric = _survivors((metric + _penalty(llrs, codewords))[:, None] + metrics, paths)
        flipped = np.zeros((len(origin), size), np.uint8)
        np.put_along_axis(flipped, least[origin], flips[origin, chosen], 1)
        return codewords[origin] ^ flipped, metric, origin
    half = size // 2
    a, b = llrs[:, :half], llrs[:, half:]
    left, metric, origin = _decode_list(check_node(a, b), metric, first, counts, paths)
    a, b = a[origin], b[origin]
    right, metric, then = _decode_list(b + np.where(left, -a, a), metric, first + half, counts, paths)
    left = left[then]
    return np.concatenate([left ^ right, right], 1), metric, origin[then]


def _penalty(llrs: np.ndarray, codewords: np.ndarray | int) -> np.ndarray:
    """What these codewords add to the path metric."""
    return np.logaddexp(0, np.where(codewords, llrs, -llrs)).sum(-1)


def _survivors(metrics: np.ndarray, paths: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of (paths so far, candidates) metrics the least: their paths, candidates and metrics."""
    order = np.argsort(metrics, None, kind="stable")[:paths]
    return *np.divmod(order, metrics.shape[1]), metrics.reshape(-1)[order]
