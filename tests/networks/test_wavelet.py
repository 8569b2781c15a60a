"""The 9/7 transform: exactly invertible, with the gains that a codec's quantiser steps assume."""

import pytest
import torch

from steg.networks.wavelet import analyse, synthesise


def test_inverse_gives_the_picture_back():
    x = torch.rand(2, 3, 12, 20, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    low, high = analyse(x)
    assert low.shape == (2, 3, 6, 10) and high.shape == (2, 9, 6, 10)
    assert torch.allclose(synthesise(low, high), x, atol=1e-12)


def test_gains_are_1_at_the_lowest_and_the_highest_frequency():
    flat = torch.full((1, 1, 32, 32), 100.0, dtype=torch.float64)
    low, high = analyse(flat)
    assert low.flatten().tolist() == pytest.approx([100] * 256) and high.abs().max() < 1e-9
    stripes = flat * torch.tensor([1.0, -1.0]).repeat(16)
    low, high = analyse(stripes)
    assert low.abs().max() < 1e-9
    assert high[0, 0].abs().flatten().tolist() == pytest.approx([100] * 256)  # HL: high pass along rows
    assert high[0, 1:].abs().max() < 1e-9
