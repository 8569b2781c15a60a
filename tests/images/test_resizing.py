"""Resizing: the wanted size, and the size in which a secret comes back."""

import numpy as np

from steg.images.resizing import resized, returned_size


def test_a_picture_of_the_wanted_size_is_left_as_it_is(photo):
    pixels = np.asarray(photo("cat.png", (60, 40)))
    assert resized(pixels, (60, 40)) is pixels
    assert resized(pixels, (30, 50)).shape == (50, 30, 3)


def test_a_secret_with_more_pixels_than_the_cover_comes_back_smaller_in_its_own_shape():
    assert returned_size((100, 100), (200, 50)) == (200, 50)
    assert returned_size((100, 100), (400, 100)) == (200, 50)
    assert returned_size((16, 16), (65535, 1))[1] == 1
