"""List decoding of polar codes: what one path misses is found, the most likely message first."""

import numpy as np
import pytest
from received import noisy

from steg.coding import polar
from steg.coding.polar_list import decode_list


def test_list_decoding_finds_what_successive_cancellation_misses():
    """At a rate at which it misses most codewords; the first candidate is the right one."""
    missed = found = first = 0
    for seed in range(8):
        bits = np.random.RandomState(10 + seed).randint(0, 2, (1, 1700)).astype(np.uint8)
        llrs = noisy(polar.encode(bits, 4096), 1.0, 20 + seed)
        missed += not np.array_equal(polar.decode(llrs, 1700), bits)
        candidates = decode_list(llrs[0], 1700, 16)
        assert candidates.shape == (16, 1700) and len(np.unique(candidates, axis=0)) == 16
        found += (candidates == bits).all(1).any()
        first += np.array_equal(candidates[0], bits[0])
    assert missed >= 4 and found == first == 8


@pytest.mark.parametrize(
    ("length", "count"), [(1, 1), (2, 1), (8, 5), (8, 8), (64, 63), (70, 40), (1024, 300)]
)
def test_the_first_candidate_is_right_on_a_clean_channel(length, count):
    bits = np.random.RandomState(11).randint(0, 2, (1, count)).astype(np.uint8)
    candidates = decode_list(8 - 16.0 * polar.encode(bits, length)[0], count, 8)
    assert np.array_equal(candidates[0], bits[0])
