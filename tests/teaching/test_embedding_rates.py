"""Rate and distortion of embedding."""

import numpy as np
import pytest

from steg.teaching.embedding_rates import BASES, DIGITS, MOST_BITS, REPLACED, TRELLIS, bound, embeddings


def distortion(stego: np.ndarray, cover: np.ndarray) -> float:
    return float(np.square(stego.astype(float) - cover).mean())


def test_no_code_beats_the_bound_and_the_trellis_code_comes_closest():
    cover = np.random.default_rng(1).integers(30, 220, (64, 32, 3), np.uint8)
    found = list(embeddings(cover))
    gaps = {
        (e.code, round(e.rate, 1)): 10 * np.log10(distortion(e.stego, cover) / bound(np.array(e.rate)))
        for e in found
    }
    assert min(gaps.values()) > 0
    assert gaps[TRELLIS, 1.0] < gaps[DIGITS, 1.0] - 2 and gaps[TRELLIS, 2.0] < 0.8
    assert gaps[DIGITS, 2.0] < gaps[REPLACED, 2.0] - 2
    assert [e.base for e in found if e.code == DIGITS] == list(BASES)
    assert [e.rate for e in found if e.code == REPLACED] == list(range(1, MOST_BITS + 1))


def test_the_bound_is_the_distortion_of_changes_with_the_largest_entropy():
    # at large distortions the best changes are nearly Gaussian, whose entropy is known
    far = np.array([3.0, 3.5])
    assert bound(far) == pytest.approx(4**far / (2 * np.pi * np.e), rel=0.01)
    # one bit a sample with changes of at most one level, if -1 and +1 are equally likely, costs more
    share = 0.227  # of changed samples, where entropy(share) + share is one bit
    assert 0.9 * share < bound(np.array(1.0)) < share
