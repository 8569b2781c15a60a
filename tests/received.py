"""What a channel leaves of known bits and symbols: LLRs and posteriors, for tests without a network."""

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


def noisy(codewords: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    """LLRs of bits sent as 1 and -1 with Gaussian noise (BPSK)."""
    sent = 1 - 2.0 * codewords
    return 2 * (sent + np.random.RandomState(seed).normal(0, deviation, codewords.shape)) / deviation**2
