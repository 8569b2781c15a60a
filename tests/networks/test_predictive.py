"""The predictive network: both sides agree, digits carry what they should, every sample is decoded once."""

import pytest
import torch

from steg.networks.predictive import PredictiveConfig, PredictiveNetwork, dither
from steg.networks.sublattices import BLUE, CORNERS, SubLattice, merge_corners, plan

ONE = torch.ones(1, 1, 1, 1)


@pytest.fixture(scope="module")
def network() -> PredictiveNetwork:
    """A small network whose every layer does something."""
    torch.manual_seed(0)
    network = PredictiveNetwork(PredictiveConfig(width=8, depth=1))
    for parameter in network.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.05)
    return network.requires_grad_(False)


def random_picture(seed: int, height: int = 32, width: int = 48) -> torch.Tensor:
    """On 8-bit levels, black and white included."""
    generator = torch.Generator().manual_seed(seed)
    levels = torch.randint(-20, 276, (2, 3, height, width), generator=generator)
    return levels.clamp(0, 255) / 255


def test_the_receiver_decodes_what_the_sender_predicted(network):
    stego, expected, _ = network(random_picture(1), random_picture(2), ONE, 5)
    assert torch.equal(network.reveal(stego, 5), expected)


@pytest.mark.parametrize("trade", [0.01, 1.0, 1e6])
def test_stego_pictures_are_on_8_bit_levels_and_near_the_cover(network, trade):
    cover = random_picture(1)
    stego = network.hide(cover, random_picture(2), trade * ONE, 5) * 255
    assert torch.equal(stego, stego.round())
    assert stego.min() >= 0 and stego.max() <= 255
    change = (stego - cover * 255).abs().round()
    inside = (cover > 2.5 / 255) & (cover < 252.5 / 255)
    assert change[inside].max() <= 2 and change.max() <= 4  # at black and white, one has to go the long way


def test_trade_moves_the_error_from_one_picture_to_the_other(network):
    cover, secret = random_picture(1), random_picture(2)
    stingy, middle, generous = (network(cover, secret, trade * ONE, 5) for trade in (1e-4, 1e-3, 1e-2))
    errors = [(stego - cover).square().sum() for stego, _, _ in (stingy, middle, generous)]
    assert errors[0] < errors[1] < errors[2]
    assert stingy[2].sum() > middle[2].sum() > generous[2].sum()


def test_on_a_flat_cover_the_residual_is_noise(network):
    """Digits of a smooth secret are much alike; the dither must keep their sum from showing in the cover."""
    cover, secret = torch.full((1, 3, 64, 64), 128 / 255), torch.full((1, 3, 64, 64), 0.4)
    residual = (network.hide(cover, secret, 1e6 * ONE, 5) - cover) * 255
    assert residual.mean().abs() < 0.1
    assert residual.std() > 1.2  # of five equally likely moves it is 1.41


def test_the_dither_never_changes():
    assert dither(5, 2, 6)[0].tolist() == [[1, 1, 0, 2, 0, 1], [3, 0, 2, 2, 4, 4]]
    assert dither(5, 40, 70).shape == (3, 40, 70)


def test_where_trade_is_zero_the_cover_stays(network):
    cover, trade = random_picture(1), torch.ones(1, 1, 32, 48)
    trade[..., 20:, :] = 0
    stego = network.hide(cover, random_picture(2), trade, 5)
    assert torch.equal(stego[..., 20:, :].mul(255).round(), cover[..., 20:, :].mul(255).round())
    assert not torch.equal(stego[..., :20, :], cover[..., :20, :])


def test_every_sample_is_decoded_once_and_every_carrier_used_once():
    places, carriers = [], []
    for stride in (4, 2, 1):
        corners = range(4) if stride == 4 else range(1, 4)
        for corner in corners:
            for colour in range(3):
                place, digits = plan(corner, colour, stride)
                places.append(place)
                carriers += digits
    for grids in (places, carriers):
        count = torch.zeros(1, 3, 16, 16)
        for grid in grids:
            grid.of(count).add_(1)
        assert (count == 1).all()


def test_a_place_is_a_grid_of_one_colour():
    picture = torch.arange(3 * 8 * 8).view(1, 3, 8, 8)
    assert SubLattice(BLUE, 1, 2, 4).of(picture).flatten().tolist() == [
        128 + 8 + 2,
        128 + 8 + 6,
        128 + 42,
        128 + 46,
    ]


def test_corners_are_interleaved_into_a_picture():
    picture = random_picture(3)
    corners = [picture[:, :, row::2, column::2] for row, column in CORNERS]
    assert torch.equal(merge_corners(torch.cat(corners, 1)), picture)


def test_a_digit_of_the_wanted_level_is_found(network):
    """With all weight on the secret, a sample ends within half a level of where the digits can bring it."""
    secret = random_picture(4)
    exact, one_off = (network(random_picture(s), secret, 1e9 * ONE, 5)[1] for s in (5, 6))
    assert torch.allclose(exact, one_off, atol=1e-6)  # whatever the cover, the best digits are the same


def test_gradients_reach_every_weight():
    torch.manual_seed(0)
    network = PredictiveNetwork(PredictiveConfig(width=8, depth=1))
    for parameter in network.parameters():
        if parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.05)
    _, revealed, unsmoothed = network(random_picture(1), random_picture(2), ONE, 5)
    (unsmoothed.sum() + (revealed - random_picture(2)).square().sum()).backward()
    idle = [n for n, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert idle == ["coarsest.0.linear.weight", "coarsest.0.network.0.weight"]  # the first knows nothing yet
