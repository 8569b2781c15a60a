"""The robust network: places told by phases, a coefficient left to the mark, beliefs by the hands."""

import math

import pytest
import torch

from steg.images.dct import to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.networks.robust import (
    CARRIERS,
    DIRECT,
    FIRST,
    GROUPS,
    HALVED,
    MARK,
    PART,
    PLACES,
    WAYS,
    RobustConfig,
    RobustNetwork,
    waves,
)

WAY = torch.tensor([DIRECT, HALVED])  # of the two pictures
TINY = RobustConfig(width=16, depth=1, restore_width=8, restore_depth=1)


@pytest.fixture(scope="module")
def cover() -> torch.Tensor:
    return 0.3 + 0.4 * torch.rand(2, 3, 32, 128, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def places() -> torch.Tensor:
    words = torch.randint(16, (2, len(PLACES), 4, 16), generator=torch.Generator().manual_seed(1))
    return words % torch.tensor(PLACES)[:, None, None]


@pytest.fixture
def network() -> RobustNetwork:
    """Untrained, with every parameter away from zero, so that all parts do something."""
    network = RobustNetwork(TINY)
    generator = torch.Generator().manual_seed(2)
    for parameter in network.parameters():
        parameter.data += 0.02 * torch.randn(parameter.shape, generator=generator)
    return network.eval().requires_grad_(False)


def hands(network: RobustNetwork, picture: torch.Tensor) -> torch.Tensor:
    """Where the hands of a picture are, in turns."""
    return waves(picture)[:, CARRIERS] / network.steps()


def missed(network: RobustNetwork, picture: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """How far the hands of a picture are from these places, in turns."""
    off = hands(network, picture) - places / network.places
    return off - off.round()


def test_every_wave_of_brightness_but_the_mean_and_the_marks_carries_and_the_coarse_ones_of_colours():
    assert zigzag()[MARK] == (1, 1)
    assert sorted([0, MARK, *CARRIERS]) == [*range(64 + 21), *range(128, 128 + 21)]


def test_a_cover_takes_on_the_places_that_were_asked_for_whatever_it_was(network, cover, places):
    for before in (cover, cover.flip(3)):
        off = missed(network, network.write(before, places), places)
        # a move that is not made in whole misses by so much of a step, either way
        assert off.abs().max() < (1 - PART) / 2 + 1e-3


def test_clipping_is_made_up_for_by_writing_again(network, cover, places):
    """A cover with black and white areas, which the first pass cannot write to without clipping."""
    contrasty = (3 * cover - 1).clamp(0, 1)
    off = missed(network, network.write(contrasty, places), places)[:, : len(GROUPS[0].carriers)]
    assert off.abs().mean() < 0.1  # chance has 0.25


def test_moves_are_the_least_there_are(network, cover, places):
    moves = waves(network.write(cover, places) - cover)[:, CARRIERS]
    share = (moves / network.steps()).abs()
    assert share.max() <= 0.501 and share.mean() > 0.2  # spread evenly, it is a quarter


def test_the_marks_coefficient_is_neither_written_nor_read(network, cover, places):
    stego = network.write(cover, places)
    change = waves(stego - cover)
    assert change[:, MARK].abs().max() < 1e-3 and change[:, MARK - 1].abs().max() > 0.3
    other = to_coefficients(to_ycbcr(stego))
    other[:, 0, MARK] += 0.05
    assert torch.allclose(network.read(to_rgb(to_planes(other)), WAY), network.read(stego, WAY), atol=1e-3)


def test_step_lengths_are_scaled_to_the_covers_psnr(network, cover, places):
    error = (255 * (network.write(cover, places) - cover)).square().mean()
    assert 10 * math.log10(255**2 / error) == pytest.approx(TINY.cover_db, abs=0.3)
    longer, usual = (RobustNetwork(RobustConfig(cover_db=db)).steps() for db in (30.0, 36.0))
    assert torch.allclose(longer, usual * 10**0.3)


def test_untrained_it_believes_in_the_places_that_were_written(cover, places):
    network = RobustNetwork(TINY).eval()
    with torch.inference_mode():
        likely = network.read(network.write(cover, places), WAY)
    assert likely.shape == (2, sum(PLACES), 4, 16)
    for carrier, (first, count) in enumerate(zip(FIRST, PLACES, strict=True)):
        dial = likely[:, first : first + count]
        assert torch.allclose(dial.sum(1), torch.ones(2, 4, 16))
        assert torch.equal(dial.argmax(1), places[:, carrier])


def test_what_is_believed_depends_on_the_way(network, cover):
    one = cover[:1]
    direct, resized, halved = (network.read(one, torch.tensor([way])) for way in WAYS)
    assert min((direct - resized).abs().max(), (resized - halved).abs().max()) > 1e-3


def test_the_blocks_around_are_looked_at(network, cover):
    other = cover.clone()
    other[..., :8] = 0.5
    change = (network.read(other, WAY) - network.read(cover, WAY)).abs().amax((0, 1, 2))
    assert change[0] > 1e-3 and change[1] > 1e-5


def test_untrained_it_restores_nothing_and_else_something(network, cover):
    assert torch.equal(RobustNetwork(TINY).restore(cover), cover)
    restored = network.restore(cover)
    assert restored.shape == cover.shape and not torch.equal(restored, cover)
