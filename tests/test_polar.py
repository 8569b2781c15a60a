"""Polar codes: nothing is lost on a clean channel, much is made up for on a bad one."""

import numpy as np
import pytest

from steg import polar


def noisy(words: np.ndarray, deviation: float, seed: int) -> np.ndarray:
    """LLRs of bits sent as 1 and -1 with Gaussian noise."""
    sent = 1 - 2.0 * words
    return 2 * (sent + np.random.RandomState(seed).normal(0, deviation, words.shape)) / deviation**2


@pytest.mark.parametrize(
    ("length", "count"), [(1, 1), (2, 1), (8, 5), (64, 1), (64, 63), (256, 256), (1024, 300)]
)
def test_bits_come_back_from_a_clean_channel(length, count):
    bits = np.random.RandomState(0).randint(0, 2, (5, count)).astype(np.uint8)
    words = polar.encode(bits, length)
    assert words.shape == (5, length)
    assert np.array_equal(polar.decode(8 - 16.0 * words, count), bits)


def test_it_corrects_what_single_bits_get_wrong():
    bits = np.random.RandomState(1).randint(0, 2, (8, 1024)).astype(np.uint8)
    words = polar.encode(bits, 4096)
    llrs = noisy(words, 1.0, 2)
    assert 0.12 < ((llrs < 0) != words).mean() < 0.2  # one in six
    assert np.array_equal(polar.decode(llrs, 1024), bits)


def test_bits_that_do_not_arrive_are_made_up_for():
    bits = np.random.RandomState(3).randint(0, 2, (8, 1024)).astype(np.uint8)
    llrs = 8 - 16.0 * polar.encode(bits, 4096)
    llrs[np.random.RandomState(4).random_sample(llrs.shape) < 0.6] = 0
    assert np.array_equal(polar.decode(llrs, 1024), bits)


def test_more_than_the_channel_carries_does_not_arrive():
    bits = np.random.RandomState(5).randint(0, 2, (4, 3500)).astype(np.uint8)
    assert not np.array_equal(polar.decode(noisy(polar.encode(bits, 4096), 1.0, 6), 3500), bits)


def test_sums_of_code_words_are_code_words():
    bits = np.random.RandomState(7).randint(0, 2, (2, 100)).astype(np.uint8)
    one, other = polar.encode(bits, 256)
    assert np.array_equal(polar.encode((bits[0] ^ bits[1])[None], 256)[0], one ^ other)


def test_the_best_places_are_those_of_most_sums():
    assert polar.places(8, 4).tolist() == [False, False, False, True, False, True, True, True]
    for count in (1, 100, 511):
        assert polar.places(512, count).sum() == count and polar.places(512, count)[-1]
