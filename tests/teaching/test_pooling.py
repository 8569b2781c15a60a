"""Pooling: PyTorch's numbers, and what a shift keeps."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from steg.teaching.pooling import pool, shifted_views, unchanged_share


@pytest.mark.parametrize("size", [2, 3, 8])
@pytest.mark.parametrize("stride", [1, 2, 5])
def test_it_is_what_pytorch_computes(size, stride):
    pixels = np.random.default_rng(0).normal(size=(19, 24))
    x = torch.from_numpy(pixels)[None, None]
    assert np.allclose(pool(pixels, size, stride, "max"), functional.max_pool2d(x, size, stride)[0, 0])
    assert np.allclose(pool(pixels, size, stride, "average"), functional.avg_pool2d(x, size, stride)[0, 0])


def test_two_views_of_one_picture():
    pixels = np.arange(12.0).reshape(2, 6)
    first, second = shifted_views(pixels, 1, 2)
    assert first.tolist() == [[2, 3, 4, 5], [8, 9, 10, 11]]
    assert second.tolist() == [[1, 2, 3, 4], [7, 8, 9, 10]]
    assert np.array_equal(*shifted_views(pixels, 0, 2))
    assert shifted_views(pixels, 2, 2)[1][0].tolist() == [0, 1, 2, 3]


def test_a_single_bright_pixel_survives_a_shift_within_its_window():
    pixels = np.zeros((4, 10))
    pixels[1, 6] = 255  # in the left column of its window, so that a shift by one leaves it there
    before, after = shifted_views(pixels, 1, 4)
    assert unchanged_share(before, after) == 22 / 24
    assert unchanged_share(pool(before, 2, 2, "max"), pool(after, 2, 2, "max")) == 1
    shifted = shifted_views(pixels, 2, 4)[1]
    assert np.argwhere(pool(shifted, 2, 2, "max") == 255).tolist() == [[0, 2]]
    assert np.argwhere(pool(before, 2, 2, "max") == 255).tolist() == [[0, 1]]
