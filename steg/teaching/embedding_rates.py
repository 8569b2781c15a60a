"""Rate and distortion of embedding in samples: replaced lowest bits, digits, trellis code, and their bound.

A rate is in message bits a sample, the distortion is the mean squared change of a sample in squared levels.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from steg.coding import trellis
from steg.embedding.digits import place_digits

REPLACED, DIGITS, TRELLIS = "replaced", "digits", "trellis"
MOST_BITS = 4  # that are replaced in a sample, as many as the method lsb has
BASES = range(2, 17)
TRELLIS_RATES = (0.125, 0.25, 0.5, 0.75, 1.0, 1.25, 1.6, 2.0, 2.6)


class Embedding(NamedTuple):
    """Samples that carry a random message.

    Attributes:
        code: `REPLACED`, `DIGITS` or `TRELLIS`.
        base: number of digits; 0 for the trellis code.
        rate: in bits a sample.
        stego: the samples, of the cover's shape.
    """

    code: str
    base: int
    rate: float
    stego: np.ndarray


def embeddings(cover: np.ndarray, seed: int = 0) -> Iterator[Embedding]:
    """A cover that carries random messages by each code and at each rate.

    Args:
        cover: uint8 of any shape; the blocks of the trellis code are its last axes, flattened.
        seed: of the messages.
    """
    random = np.random.default_rng(seed)
    for base in BASES:
        digits = random.integers(0, base, cover.shape, np.uint8)
        yield Embedding(DIGITS, base, float(np.log2(base)), place_digits(cover, digits, base))
    for bits in range(1, MOST_BITS + 1):
        lowest = random.integers(0, 1 << bits, cover.shape, np.uint8)
        yield Embedding(REPLACED, 1 << bits, bits, cover >> bits << bits | lowest)
    blocks = cover.reshape(len(cover), -1)
    for rate in TRELLIS_RATES:
        length = round(rate * blocks.shape[1] / 8)
        message = random.integers(0, 256, (len(blocks), length), np.uint8)
        stego = trellis.embed(np.ascontiguousarray(blocks.T), message).T
        yield Embedding(TRELLIS, 0, 8 * length / blocks.shape[1], stego.reshape(cover.shape))


def bound(rates: np.ndarray) -> np.ndarray:
    """The least distortion at which any code can embed at these rates.

    Changes of a sample have at most the entropy of whole numbers k with probabilities in proportion to
    exp(-a k^2), whose mean square is the distortion.

    Source: Willems and van Dijk, "Capacity and codes for embedding information in gray-scale signals", IEEE
    Trans. Information Theory 2005, section III.

    Args:
        rates: in bits a sample, above 0 and below 4.

    Returns:
        Distortions of the same shape.
    """
    change = np.arange(-100, 101)
    p = np.exp(-np.geomspace(50, 1e-3, 4000)[:, None] * change**2)
    p /= p.sum(1, keepdims=True)
    entropy = -(p * np.log2(np.maximum(p, 1e-300))).sum(1)
    return np.interp(rates, entropy, (p * change**2).sum(1))
