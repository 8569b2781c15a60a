"""Polar codes: messages come back from a clean channel, and from noise and erasures below capacity."""

import numpy as np
import pytest
from received import noisy

from steg.coding import polar


@pytest.mark.parametrize(
    ("length", "count"),
    [(1, 1), (2, 1), (8, 5), (64, 1), (64, 63), (256, 256), (1024, 300), (3, 2), (70, 40), (1000, 300)],
)
def test_bits_come_back_from_a_clean_channel(length, count):
    bits = np.random.RandomState(0).randint(0, 2, (5, count)).astype(np.uint8)
    codewords = polar.encode(bits, length)
    assert codewords.shape == (5, length)
    assert np.array_equal(polar.decode(8 - 16.0 * codewords, count), bits)


def test_it_corrects_wrong_hard_decisions():
    bits = np.random.RandomState(1).randint(0, 2, (8, 1024)).astype(np.uint8)
    codewords = polar.encode(bits, 4096)
    llrs = noisy(codewords, 1.0, 2)
    assert 0.12 < ((llrs < 0) != codewords).mean() < 0.2  # one in six
    assert np.array_equal(polar.decode(llrs, 1024), bits)


def test_it_corrects_erasures():
    bits = np.random.RandomState(3).randint(0, 2, (8, 1024)).astype(np.uint8)
    llrs = 8 - 16.0 * polar.encode(bits, 4096)
    llrs[np.random.RandomState(4).random_sample(llrs.shape) < 0.6] = 0
    assert np.array_equal(polar.decode(llrs, 1024), bits)


def test_a_codeword_may_have_any_length():
    """Half as long as the next power of two, and a little more; noise as in the one before."""
    for length in (2100, 3000, 4000):
        bits = np.random.RandomState(8).randint(0, 2, (8, length // 5)).astype(np.uint8)
        llrs = noisy(polar.encode(bits, length), 1.0, 9)
        assert np.array_equal(polar.decode(llrs, length // 5), bits)


def test_a_rate_above_capacity_cannot_be_decoded():
    bits = np.random.RandomState(5).randint(0, 2, (4, 3500)).astype(np.uint8)
    assert not np.array_equal(polar.decode(noisy(polar.encode(bits, 4096), 1.0, 6), 3500), bits)


def test_genie_aided_llrs_say_whether_a_codeword_can_be_decoded():
    """Those of the information set are all positive if and only if the decoder is right."""
    bits = np.random.RandomState(12).randint(0, 2, (40, 1480)).astype(np.uint8)
    codewords = polar.encode(bits, 4096)
    llrs = noisy(codewords, 1.0, 13)
    chosen = polar.information_set(4096, 1480)
    positive = (polar.genie_aided_llrs(llrs * (1 - 2.0 * codewords))[:, chosen] > 0).all(1)
    right = (polar.decode(llrs, 1480) == bits).all(1)
    assert np.array_equal(positive, right) and 0 < right.sum() < 40


def test_the_code_is_linear():
    bits = np.random.RandomState(7).randint(0, 2, (2, 100)).astype(np.uint8)
    one, other = polar.encode(bits, 256)
    assert np.array_equal(polar.encode((bits[0] ^ bits[1])[None], 256)[0], one ^ other)


def test_the_information_set_holds_the_most_reliable_inputs():
    assert polar.information_set(8, 4).tolist() == [False, False, False, True, False, True, True, True]
    for count in (1, 100, 511):
        assert polar.information_set(512, count).sum() == count and polar.information_set(512, count)[-1]
