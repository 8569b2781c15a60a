"""A detector looks at every square of a picture, and at nothing else."""

import numpy as np
import pytest
import torch

from steg.errors import StegError
from steg.steganalysis.learned import detect


class Brightness(torch.nn.Module):
    """The logit is how much brighter than middle grey a square is, in levels."""

    def forward(self, pictures):
        return 255 * pictures.mean((1, 2, 3)) - 128


def test_the_result_is_the_mean_over_squares_in_the_middle():
    pixels = np.full((64 * 2 + 10, 64 * 3 + 20, 3), 255, np.uint8)  # the margin counts for nothing
    levels = np.array([[128, 130, 126], [128, 128, 134]])
    for row in range(2):
        for column in range(3):
            top, left = 5 + 64 * row, 10 + 64 * column
            pixels[top : top + 64, left : left + 64] = levels[row, column]
    found = detect(Brightness(), pixels)
    assert found.squares.shape == (2, 3)
    assert np.allclose(found.squares, 1 / (1 + np.exp(128.0 - levels)), atol=1e-4)
    assert found.logit == pytest.approx((levels - 128).mean(), abs=1e-4)
    assert found.probability == pytest.approx(1 / (1 + np.exp(-found.logit)))


def test_many_squares_and_certain_answers():
    white = detect(Brightness(), np.full((64 * 9, 64 * 9, 3), 255, np.uint8))
    assert white.squares.size == 81 and white.probability == pytest.approx(1)


def test_a_picture_smaller_than_a_square_is_refused():
    with pytest.raises(StegError, match=r"200x63 pixels.*larger one"):
        detect(Brightness(), np.zeros((63, 200, 3), np.uint8))
