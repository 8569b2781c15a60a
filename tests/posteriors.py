"""Posteriors of known symbols with a chosen certainty, for tests without a network."""

import numpy as np

from steg.networks.carriers import ALPHABET_SIZES, OFFSETS


def posteriors_of(symbols: np.ndarray, certainty: float) -> np.ndarray:
    """Posteriors of all carriers' symbols, (sum of alphabet sizes, blocks) float32.

    Args:
        symbols: (carriers, blocks) uint8.
        certainty: probability of these; all symbols of an alphabet share the rest.
    """
    rest = (1 - certainty) / np.array(ALPHABET_SIZES, np.float32)
    posteriors = rest.repeat(ALPHABET_SIZES)[:, None].repeat(symbols.shape[1], 1)
    posteriors[np.array(OFFSETS)[:, None] + symbols, np.arange(symbols.shape[1])] += np.float32(certainty)
    return posteriors
