"""Digits: placed at the least cost, and bytes to digits and back."""

import numpy as np
import pytest

from steg.embedding.digits import WORDS, capacity, from_digits, place_digits, to_digits


@pytest.mark.parametrize("base", [2, 3, 4, 5, 16])
def test_digits_are_placed_at_the_least_cost(base):
    samples = np.repeat(np.arange(256, dtype=np.uint8), base)
    digits = np.tile(np.arange(base, dtype=np.uint8), 256)
    placed = place_digits(samples, digits, base)
    assert np.array_equal(placed % base, digits)
    moves = np.abs(placed.astype(int) - samples)
    inside = (samples >= base) & (samples <= 255 - base)
    assert moves[inside].max() == base // 2 and moves.max() < base
    possible = np.array([v for v in range(256)])
    for sample, digit, move in list(zip(samples, digits, moves, strict=True))[:: base + 3]:
        assert move == np.abs(possible[possible % base == digit] - int(sample)).min()


@pytest.mark.parametrize("base", WORDS)
@pytest.mark.parametrize("length", [0, 1, 7, 29, 1000])
def test_bytes_come_back_from_their_digits(base, length):
    data = np.random.RandomState(length).bytes(length)
    digits = to_digits(data, base)
    assert digits.dtype == np.uint8 and (digits < base).all()
    assert capacity(len(digits), base) >= length
    assert from_digits(digits, base, length) == data


def test_known_digits():
    assert to_digits(b"\xa0", 2).tolist() == [1, 0, 1, 0, 0, 0, 0, 0]
    # 38 bits with the highest set: 2**37 in base 3
    digits = to_digits(b"\x80\0\0\0", 3)
    assert sum(int(d) * 3**i for i, d in enumerate(reversed(digits))) == 2**37


@pytest.mark.parametrize(("base", "bits_a_pixel"), [(2, 3), (3, 4.75), (5, 6.95)])
def test_capacity_is_close_to_the_limit(base, bits_a_pixel):
    assert 8 * capacity(3 * 10**6, base) / 10**6 >= bits_a_pixel


def test_digits_that_no_bytes_give_still_give_some():
    assert len(from_digits(np.full(100, 4, np.uint8), 5, 20)) == 20


def test_one_bit_is_plain_replacement():
    samples = np.arange(256, dtype=np.uint8)
    for digit in (0, 1):
        assert np.array_equal(place_digits(samples, np.full(256, digit), 2), samples & 254 | digit)
