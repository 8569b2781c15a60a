"""Blocks: compact, without the header, and neighbours in different groups."""

import numpy as np
import pytest

from steg.embedding import blocks, header

SIZES = [(16, 16), (64, 64), (512, 512), (301, 203), (17, 400), (2000, 16)]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_blocks_share_no_sample_and_leave_the_header_alone(size):
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    places = blocks.places(pixels)
    assert places.shape == (blocks.samples_each(size), blocks.count(size))
    used = np.zeros(pixels.size, np.uint8)
    used[places] += 1
    assert used.sum() == places.size and not used[header.place(pixels)].any()
    assert pixels.size - header.BITS - places.size < blocks.count(size)


def test_samples_of_a_picture_are_those_at_their_places():
    pixels = np.random.default_rng(0).integers(0, 256, (203, 301, 3), np.uint8)
    assert np.array_equal(blocks.samples_of(pixels), pixels.reshape(-1)[blocks.places(pixels)])


def test_blocks_are_compact():
    rows, columns, _ = np.unravel_index(blocks.places(np.zeros((512, 512, 3), np.uint8)), (512, 512, 3))
    heights, widths = np.ptp(rows, axis=0), np.ptp(columns, axis=0)
    within = (heights < 8) & (widths <= 17)
    assert within.mean() > 0.96  # the others begin in one band of rows and end in the next


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_interleaved_blocks_use_the_same_samples(size):
    places = blocks.places(np.zeros((size[1], size[0], 3), np.uint8))
    first = len(places) // 4
    interleaved = blocks.interleave(places, first, blocks.shifts(size))
    assert np.array_equal(np.sort(interleaved, axis=None), np.sort(places, axis=None))
    owner = np.empty(3 * size[0] * size[1], int)
    owner[places] = np.arange(places.shape[1])
    assert (owner[interleaved[:first]] == np.arange(places.shape[1])).all()


def test_from_the_first_on_every_other_sample_is_of_a_block_half_the_height_away():
    rows, columns, _ = np.unravel_index(blocks.places(np.zeros((512, 512, 3), np.uint8)), (512, 512, 3))
    rows, columns = (blocks.interleave(each, 100, blocks.shifts((512, 512))) for each in (rows, columns))
    assert (np.ptp(rows[:100], axis=0) < 16).all()
    away = np.abs(rows[101::2].mean(0) - rows[100::2].mean(0))
    across = np.abs(columns[101::2].mean(0) - columns[100::2].mean(0))
    assert np.median(away) == pytest.approx(256, abs=9) and (across > 100).mean() > 0.9


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_groups_hold_each_block_once_and_are_of_about_equal_size(size):
    groups = blocks.groups(size, 100)
    assert sorted(groups[groups >= 0]) == list(range(blocks.count(size)))
    assert (groups[1:] >= 0).all() and len(groups) <= 100


@pytest.mark.parametrize("size", [(512, 512), (1024, 768), (1000, 1000)], ids=str)
def test_damage_to_a_square_spreads_evenly_over_the_groups(size):
    groups = blocks.groups(size, 250)
    painted = np.zeros((size[1], size[0], 3), bool)
    painted[60:160, 50:150] = True
    hit = painted.reshape(-1)[blocks.places(painted)].any(0)
    counts = (hit[groups] & (groups >= 0)).sum(0)
    assert counts.max() <= counts.mean() + 3
