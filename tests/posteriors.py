"""What a reader believes of hands that stand at known places, for tests without a network."""

import numpy as np

from steg.networks.robust import FIRST, PLACES


def believed(places: np.ndarray, sure: float) -> np.ndarray:
    """How likely each place of all dials in a row is, (places, blocks), if hands stand where they were put.

    Args:
        places: of the hands, (carriers, blocks) uint8.
        sure: likelihood of their places; all places of a dial share the rest.
    """
    likely = np.repeat((1 - sure) / np.array(PLACES, np.float32), PLACES)[:, None].repeat(places.shape[1], 1)
    rows = np.array(FIRST)[:, None] + places
    likely[rows, np.arange(places.shape[1])] += np.float32(sure)
    return likely
