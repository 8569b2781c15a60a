"""Numbers that are told of a secret: all of them, and enough to give it back."""

import pytest
import torch

from steg.networks.blocks import to_planes, to_rgb
from steg.networks.numbers import COMMON, coefficients_of, numbers_of, plan


def test_every_number_is_told_and_the_most_important_first():
    told = plan(48)
    assert len(told) == 4 * 48
    numbers = [number for number, _ in told]
    assert set(numbers) == set(range(max(numbers) + 1))
    assert {number for number, _ in told[:8]} == {0, 1, 2, 3, 4, 12}  # means of blocks and of both colours
    for number in range(4):  # three hands each, every one twice as fast as the one before
        assert [turns for n, turns in told if n == number] == [1, 2, 4]


def test_numbers_give_the_secret_back_where_all_is_told():
    """Brightness by all its coefficients; colours that change little by their coarse ones."""
    rows, columns = torch.meshgrid(torch.arange(32.0), torch.arange(64.0), indexing="ij")
    grey = 0.5 + 0.2 * torch.sin(rows / 3) * torch.cos(columns / 5) + 0.1 * ((rows + columns) % 2)
    secret = torch.stack([grey + 0.1, grey, grey - 0.1])[None]
    numbers = numbers_of(secret, 63)
    assert numbers.shape == (1, COMMON + 4 * 63, 2, 4)
    back = to_rgb(to_planes(coefficients_of(numbers))) / 255 + 0.5
    assert torch.allclose(back, secret, atol=1e-3)
    assert coefficients_of(numbers[:, : COMMON + 4 * 5])[:, 0, 6:].abs().max() == 0


def test_the_first_number_is_the_mean_of_a_unit():
    secret = torch.full((1, 3, 16, 32), 0.5)
    secret[..., 16:] = 0.75
    # orthonormal: the mean in levels from the middle, times the side of a unit
    assert numbers_of(secret, 1)[0, 0, 0].tolist() == pytest.approx([0, 0.25 * 255 * 16], abs=1e-2)
    assert numbers_of(secret, 1)[0, 1:4].abs().max() < 1e-2
