"""Placement: turned and mirrored pictures, and those with a plain border around them."""

import numpy as np
import pytest

from steg.images.placement import Box, positions, within_borders

PICTURE = np.random.RandomState(0).randint(0, 256, (40, 60, 3)).astype(np.uint8)


def test_there_are_eight_positions_and_the_first_is_as_it_was():
    each = list(positions(PICTURE))
    assert np.array_equal(each[0], PICTURE)
    assert len({np.ascontiguousarray(position).tobytes() for position in each}) == 8


@pytest.mark.parametrize("colour", [0, 255, 40])
@pytest.mark.parametrize("border", [(20, 20, 20, 20), (0, 30, 0, 30), (1, 0, 0, 0), (0, 0, 0, 7)])
def test_a_plain_border_is_found(colour, border):
    left, top, right, bottom = border
    whole = np.pad(PICTURE, ((top, bottom), (left, right), (0, 0)), constant_values=colour)
    assert within_borders(whole)[0] == Box(left, top, left + 60, top + 40)


def test_a_picture_in_a_window_is_found_beside_other_things():
    screen = np.full((200, 300, 3), 30, np.uint8)
    screen[:20] = np.random.RandomState(1).randint(0, 256, (20, 300, 3))  # a title
    screen[100:140, 100:160] = PICTURE
    screen[150:180, 10:40] = 90  # a button
    assert Box(100, 100, 160, 140) in within_borders(screen)


def test_what_has_no_border_has_no_parts():
    assert within_borders(PICTURE) == within_borders(np.zeros((40, 60, 3), np.uint8)) == []


def test_a_border_of_a_jpeg_file_is_not_quite_plain():
    whole = np.pad(PICTURE, ((20, 20), (20, 20), (0, 0)), constant_values=200)
    whole[5, 50], whole[70, 70] = 205, 196
    assert within_borders(whole, tolerance=8)[0] == Box(20, 20, 80, 60)


def test_division_ends_however_a_picture_is_made():
    nested = np.zeros((700, 700, 3), np.uint8)
    for inset in range(0, 340, 20):
        nested[inset : 700 - inset, inset : 700 - inset] = inset % 40 * 5
    assert len(within_borders(nested)) <= 4
