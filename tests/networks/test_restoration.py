"""The restoration network: intervals read off coefficients, corrections within them, reach."""

import pytest
import torch

from steg.networks.restoration import (
    GROUPS,
    STEPS,
    Bands,
    RestorationConfig,
    RestorationNetwork,
    from_bands,
    half_intervals,
    to_bands,
)


@pytest.fixture
def network() -> RestorationNetwork:
    """A small network in float64 whose every layer does something."""
    torch.manual_seed(0)
    network = RestorationNetwork(RestorationConfig(width=8, blocks=2)).double()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return network


def decoded_bands() -> Bands:
    """Coefficients as a decoder gives them, of a picture of 64x64: some zeros, some of few bit planes."""
    generator = torch.Generator().manual_seed(0)

    def some(side: int, level: int) -> torch.Tensor:
        numbers = torch.randint(-9, 10, (1, 9, side, side), generator=generator)
        planes = torch.randint(0, 3, (1, 9, side, side), generator=generator)
        units = torch.tensor(STEPS[level], dtype=torch.float64).repeat_interleave(3)[:, None, None]
        return (numbers + 0.5 * numbers.sign()) * 2**planes * units

    low = 100 * torch.randn(1, 3, 16, 16, dtype=torch.float64, generator=generator)
    return Bands(some(32, 1), some(16, 2), low)


def test_bands_give_the_planes_back():
    planes = torch.randn(2, 3, 24, 16, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    bands = to_bands(planes)
    assert [tuple(band.shape) for band in bands] == [(2, 9, 12, 8), (2, 9, 6, 4), (2, 3, 6, 4)]
    assert torch.allclose(from_bands(bands), planes, atol=1e-10)


@pytest.mark.parametrize("level", [1, 2])
def test_half_intervals_are_what_the_decoder_left_open(level):
    """Of 3 and a half steps nothing is open but half a step; of 6 (binary 1.5 times 4) twice the step."""
    step = torch.tensor(STEPS[level])[:, None, None]
    decoded = torch.tensor([[[[0.0, 1.5, -3.5, 6.0, -3.0, 14.0]]]]) * step.repeat_interleave(3, 0)
    expected = torch.tensor([[[[0.0, 0.5, 0.5, 2.0, 1.0, 2.0]]]]) * step.repeat_interleave(3, 0)
    assert torch.allclose(half_intervals(decoded, level), expected)


def test_a_fresh_network_changes_nothing():
    network = RestorationNetwork(RestorationConfig(width=8, blocks=1))
    planes = 20 * torch.randn(1, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(network(planes, torch.tensor([0.5]), torch.ones(1, GROUPS)), planes, atol=1e-4)


def test_no_correction_leaves_its_interval(network):
    bands, step = decoded_bands(), torch.tensor([0.5], dtype=torch.float64)
    corrections = network.corrections(bands, step)
    for level, decoded, correction in zip((1, 2), bands, corrections, strict=False):
        half = half_intervals(decoded, level)
        bound = torch.where(half > 0, half, 2 * step)
        assert (correction.abs() <= bound).all()
        assert (correction.abs() == bound).any() and (correction.abs() < bound).any()


def test_reach_covers_all_that_a_pixel_depends_on(network):
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.02)  # so that hardly a correction is at its bound
    size = 4 * network.reach
    random = torch.Generator().manual_seed(0)
    x = torch.randn(1, 3, 4, size, dtype=torch.float64, generator=random).requires_grad_()
    middle = slice(size // 2, size // 2 + 4)
    ones = torch.ones(1, GROUPS, dtype=torch.float64)
    network(x, ones[:, 0], ones)[..., middle].sum().backward()
    touched = x.grad.abs().sum((0, 1, 2)).nonzero().flatten()
    assert middle.start - network.reach <= touched.min() and touched.max() < middle.stop + network.reach
    assert touched.max() - touched.min() > network.reach  # and it is not a wild overestimate
