"""Interleaved Reed-Solomon codes: damaged places are located together and repaired."""

import numpy as np
import pytest

from steg.coding import reed_solomon

SHAPES = [(228, 15, 18), (228, 103, 2), (228, 2, 52), (255, 30, 1), (40, 6, 7)]  # symbols, parity, codewords


@pytest.fixture(params=SHAPES, ids=str)
def code(request) -> tuple[np.ndarray, int]:
    symbols, parity, codewords = request.param
    data = np.random.RandomState(0).randint(0, 256, (symbols - parity, codewords)).astype(np.uint8)
    return reed_solomon.encode(data, parity), parity


def _damaged(word: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(count)
    places = np.sort(random.choice(len(word), count, replace=False))
    damaged = word.copy()
    damaged[places] ^= random.randint(1, 256, (count, word.shape[1])).astype(np.uint8)
    return damaged, places


def test_nothing_is_found_where_nothing_is_damaged(code):
    word, parity = code
    assert len(reed_solomon.locate(word, parity)) == 0


def test_as_many_places_are_located_as_the_paper_promises(code):
    word, parity = code
    codewords = word.shape[1]
    for count in {1, codewords * parity // (codewords + 1)}:
        damaged, places = _damaged(word, count)
        located = reed_solomon.locate(damaged, parity)
        assert np.array_equal(located, places)
        assert np.array_equal(reed_solomon.repair(damaged, parity, located), word)


def test_known_places_are_repaired_up_to_the_parity(code):
    word, parity = code
    damaged, places = _damaged(word, parity)
    assert np.array_equal(reed_solomon.repair(damaged, parity, places), word)


def test_too_many_damaged_places_are_not_located(code):
    word, parity = code
    assert reed_solomon.locate(_damaged(word, parity)[0], parity) is None


def test_a_single_byte_in_one_codeword_is_located():
    data = np.random.RandomState(0).randint(0, 256, (200, 9)).astype(np.uint8)
    word = reed_solomon.encode(data, 12)
    damaged = word.copy()
    damaged[17, 3] ^= 1
    damaged[150, 3] ^= 128
    assert reed_solomon.locate(damaged, 12).tolist() == [17, 150]


def test_the_data_come_first_unchanged():
    data = np.arange(50, dtype=np.uint8).reshape(10, 5)
    assert np.array_equal(reed_solomon.encode(data, 4)[:10], data)
