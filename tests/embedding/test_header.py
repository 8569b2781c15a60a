"""The header: what is written is read, damage is noticed, and nothing is found where nothing is."""

from dataclasses import replace

import numpy as np
import pytest

from steg.embedding import header
from steg.embedding.header import Header
from steg.images.metrics import psnr

HEADERS = [
    Header(1, "deadbeef", (4032, 3024), base=0, version=1),
    *(Header(2, "deadbeef", (4032, 3024), base) for base in (3, 5, 7)),
]
HEADER = HEADERS[2]


def noise(seed: int, height: int = 48, width: int = 64) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("shape", [(16, 16), (17, 33), (512, 512), (16, 4000), (999, 16)])
@pytest.mark.parametrize("wanted", HEADERS)
def test_round_trip_at_any_size(shape, wanted):
    marked = header.write(noise(0, *shape), wanted)
    assert header.read(marked) == wanted


def test_length_is_within_its_bounds():
    assert 100 <= header.BITS <= 200


@pytest.mark.parametrize(("wanted", "most", "floor"), [(HEADERS[0], 1, 80), (HEADERS[2], 5, 70)])
def test_cost_is_nothing_measurable(wanted, most, floor):
    picture = noise(1, 512, 512)
    marked = header.write(picture, wanted)
    assert np.abs(marked.astype(int) - picture).max() <= most
    assert psnr(marked, picture) > floor


@pytest.mark.parametrize("level", [0, 4, 128, 251, 255])
@pytest.mark.parametrize("wanted", HEADERS[1:])
def test_remainders_are_kept(level, wanted):
    picture = np.full((16, 16, 3), level, np.uint8)
    assert (header.write(picture, wanted) % wanted.base == level % wanted.base).all()


def test_the_picture_handed_in_is_left_alone():
    picture = noise(2)
    before = picture.copy()
    header.write(picture, HEADER)
    assert (picture == before).all()


@pytest.mark.parametrize("wanted", HEADERS)
def test_every_single_changed_sample_is_noticed(wanted):
    marked = header.write(noise(3, 16, 16), wanted)
    results = []
    for i in range(marked.size):
        damaged = marked.copy()
        damaged.reshape(-1)[i] ^= 1
        results.append(header.read(damaged))
    assert wanted not in results
    assert results.count(None) == header.BITS
    assert results.count(replace(wanted, intact=False)) == marked.size - header.BITS


@pytest.mark.parametrize("wanted", HEADERS)
def test_a_higher_bit_changed_under_the_header_is_noticed(wanted):
    marked = header.write(noise(4), wanted)
    marked[header.place(marked).start // 3 // 64] ^= 128
    assert header.read(marked) == replace(wanted, intact=False)


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
