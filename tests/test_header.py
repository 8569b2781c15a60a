"""The header: what is written is read, damage is noticed, and nothing is found where nothing is."""

import numpy as np
import pytest

from steg import header
from steg.header import Header
from steg.metrics import psnr

HEADER = Header(method=1, weights="deadbeef", size=(4032, 3024))


def noise(seed: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("shape", [(16, 16), (17, 33), (512, 512), (16, 4000), (999, 16)])
def test_round_trip_at_any_size(shape):
    marked = header.write(noise(0, *shape), HEADER)
    assert header.read(marked) == (HEADER, True)


def test_length_is_within_its_bounds():
    assert 100 <= header.BITS <= 200


def test_cost_is_nothing_measurable():
    picture = noise(1, 512, 512)
    marked = header.write(picture, HEADER)
    assert np.abs(marked.astype(int) - picture).max() <= 1
    assert psnr(marked, picture) > 80


def test_the_picture_handed_in_is_left_alone():
    picture = noise(2)
    before = picture.copy()
    header.write(picture, HEADER)
    assert (picture == before).all()


def test_every_single_changed_sample_is_noticed():
    marked = header.write(noise(3, 16, 16), HEADER)
    results = []
    for i in range(marked.size):
        damaged = marked.copy()
        damaged.reshape(-1)[i] ^= 1
        results.append(header.read(damaged))
    assert (HEADER, True) not in results
    assert results.count(None) == header.BITS
    assert results.count((HEADER, False)) == marked.size - header.BITS


def test_a_higher_bit_changed_under_the_header_is_noticed():
    marked = header.write(noise(4), HEADER)
    marked[header._place(marked).start // 3 // 64] ^= 128
    assert header.read(marked) == (HEADER, False)


def test_resized_cropped_and_flipped_pictures_have_none():
    marked = header.write(noise(5), HEADER)
    for other in (marked[:-1], marked[:, :-2], marked[::-1], np.repeat(marked, 2, axis=0)):
        assert header.read(np.ascontiguousarray(other)) is None


def test_no_false_find_on_10_000_unmarked_pictures():
    rng = np.random.default_rng(6)
    for i in range(10_000):
        height, width = rng.integers(16, 40, 2)
        picture = rng.integers(0, 256, (height, width, 3), dtype=np.uint8)
        if i % 4 == 0:
            picture[:] = picture[0, 0]  # flat colour: all least significant bits alike
        assert header.read(picture) is None


def test_a_forged_header_of_size_zero_is_none():
    assert header.read(header.write(noise(7), Header(1, "00000000", (0, 5)))) is None


def test_a_picture_too_small_for_a_header_has_none():
    assert header.read(noise(8, 4, 4)) is None
