"""The robust network: numbers told by phases, a coefficient left to the mark, beliefs by the hands."""

import math

import pytest
import torch

from steg.networks.blocks import BLOCK, to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.networks.robust import (
    COMMON,
    LIMIT,
    MARK,
    PART,
    RobustConfig,
    RobustNetwork,
    _least_move,
    numbers_of,
    plan,
)

TINY = RobustConfig(width=16, depth=1, carriers=24, grid=32, smooth=8)


@pytest.fixture(scope="module")
def pictures() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(2, 3, 32, 128, generator=generator), torch.rand(2, 3, 32, 128, generator=generator)


@pytest.fixture
def network() -> RobustNetwork:
    """Untrained, with every parameter away from zero, so that all parts do something."""
    network = RobustNetwork(TINY)
    generator = torch.Generator().manual_seed(1)
    for parameter in network.parameters():
        parameter.data += 0.02 * torch.randn(parameter.shape, generator=generator)
    return network.eval().requires_grad_(False)


def carried(network: RobustNetwork, picture: torch.Tensor) -> torch.Tensor:
    """The carriers of a picture, in levels."""
    return to_coefficients(255 * to_ycbcr(picture)[:, :1])[:, 0, network.luma]


def test_the_mark_has_the_second_wave_of_the_diagonal(network):
    assert zigzag()[MARK] == (1, 1) and MARK not in network.luma and len(set(network.luma)) == TINY.carriers


def test_squeezing_is_undone_and_gives_small_numbers_most_room(network):
    levels = network._levels()  # (numbers, grid)
    squeezed = network._squeezed(levels.T[:, :, None, None])[..., 0, 0]
    assert torch.allclose(squeezed, network.values[:, None].expand_as(squeezed), atol=1e-4)
    steps, middle = levels.diff(dim=1), TINY.grid // 2
    assert (steps[1:, middle] < 0.5 * steps[1:, 0]).all()  # the mean of a unit is spread evenly
    assert network._squeezed(torch.full((1, len(steps), 1, 1), 1e6)).max() == pytest.approx(LIMIT)


def test_hide_and_reveal_keep_shape_and_range(network, pictures):
    stego = network.hide(*pictures)
    assert stego.shape == pictures[0].shape and 0 <= stego.min() and stego.max() <= 1
    assert network.reveal(stego).shape == stego.shape


def test_the_secret_and_the_cover_both_matter(network, pictures):
    cover, secret = 0.25 + pictures[0] / 2, pictures[1]
    change = network.hide(cover, secret) - cover
    assert change.abs().max() > 1e-3
    assert not torch.allclose(change, network.hide(cover, secret.flip(3)) - cover, atol=1e-4)


def test_the_marks_coefficient_is_neither_written_nor_read(network, pictures):
    cover, secret = 0.25 + pictures[0] / 2, pictures[1]
    stego = network.hide(cover, secret)
    change = to_coefficients(to_ycbcr(stego - cover))[:, 0]
    assert change[:, MARK].abs().max() < 1e-5
    assert change[:, MARK - 1].abs().max() > 1e-3
    other = to_coefficients(to_ycbcr(stego))
    other[:, 0, MARK] += 0.05
    assert torch.allclose(network.reveal(to_rgb(to_planes(other))), network.reveal(stego), atol=1e-3)


def test_a_cover_takes_on_the_phases_that_were_asked_for_whatever_it_was(network, pictures):
    secret, steps = pictures[1], network.steps()
    covers = 0.3 + 0.4 * pictures[0], 0.3 + 0.4 * pictures[0].flip(3)
    one, other = (carried(network, network.hide(cover, secret)) / steps for cover in covers)
    difference = one - other
    # a move that is not made in whole misses by so much of a step, either way
    assert (difference - difference.round()).abs().max() < (1 - PART) + 1e-3


def test_clipping_is_made_up_for_by_writing_again(network, pictures):
    """A cover with black and white areas, which the first pass cannot write to without clipping."""
    covers = 0.25 + pictures[0] / 2, (3 * pictures[0] - 1).clamp(0, 1)
    middle, clipped = (carried(network, network.hide(c, pictures[1])) / network.steps() for c in covers)
    off = clipped - middle
    assert (off - off.round()).abs().mean() < 0.1  # chance has 0.25


def test_moves_are_the_least_there_are(network, pictures):
    cover = 0.3 + 0.4 * pictures[0]
    moves = carried(network, network.hide(cover, pictures[1])) - carried(network, cover)
    share = (moves / network.steps()).abs()
    assert share.max() <= 0.501 and share.mean() > 0.2  # spread evenly, it is a quarter


def test_step_lengths_are_scaled_to_the_covers_psnr(network, pictures):
    cover = 0.3 + 0.4 * pictures[0]
    error = (255 * (network.hide(cover, pictures[1]) - cover)).square().mean()
    assert 10 * math.log10(255**2 / error) == pytest.approx(TINY.cover_db, abs=0.5)
    longer = RobustNetwork(RobustConfig(cover_db=28.0)).steps()
    usual = RobustNetwork(RobustConfig(cover_db=34.0)).steps()
    assert torch.allclose(longer, usual * 10**0.3)


def test_the_least_move_has_a_gradient_to_the_phase():
    old, phase, step = (
        torch.tensor([3.0, -7.0]),
        torch.tensor([0.5, -0.2], requires_grad=True),
        torch.tensor(8.0),
    )
    moved = old + _least_move(old, phase, step)
    assert ((moved / step - phase.detach() / 2) % 1).tolist() == pytest.approx([0, 0], abs=1e-6)
    moved.sum().backward()
    assert phase.grad.tolist() == [4.0, 4.0]


def test_untrained_it_tells_and_reads_the_secrets_own_numbers(pictures):
    """Before training, hands tell numbers as they are, and the reader believes what agrees with them."""
    network = RobustNetwork(TINY).eval()
    small = torch.nn.functional.interpolate(pictures[1], (2, 8), mode="bilinear")
    smooth = torch.nn.functional.interpolate(small, (32, 128), mode="bicubic").clamp(0.1, 0.9)
    with torch.inference_mode():
        stego = network.hide(0.3 + 0.4 * pictures[0], smooth)
        hands = torch.nn.functional.pixel_unshuffle(2 * carried(network, stego) / network.steps(), 2)
        told = network._squeezed(numbers_of(smooth, network.kinds))
        for plane, (number, turns) in enumerate(plan(TINY.carriers)):
            off = (hands[:, plane] - turns * told[:, number]) / 2
            assert (off - off.round()).abs().max() < (1 - PART) / 2 + 1e-3
        assert (network.reveal(stego) - smooth).square().mean() < 0.1 * smooth.var()


def test_values_that_agree_with_all_hands_are_likely(network):
    hands = torch.zeros(1, 4 * TINY.carriers, 1, 1)
    likely = network._agreement(hands, torch.full_like(hands, math.log(0.1)))
    assert likely.shape == (1, COMMON + 4 * network.kinds, 1, TINY.grid)
    nearest = network.values[likely[0, :, 0].argmax(1)].abs()
    assert nearest.max() < 0.05
    doubtful = network._agreement(hands, torch.full_like(hands, math.log(1.0)))
    assert (doubtful.amax(3) - doubtful.amin(3) < likely.amax(3) - likely.amin(3)).all()


def test_what_lies_blocks_away_does_not_matter(network, pictures):
    wide = torch.cat([pictures[0]] * 3, 3)
    stego = network.hide(wide, torch.cat([pictures[1]] * 3, 3))
    other = stego.clone()
    other[..., 368:] = 0
    # blocks that the large network and the judge of noise see, units that the other judge sees, the last one
    reach = BLOCK * (1 + 2 * TINY.depth) + BLOCK * 3 + 2 * BLOCK * 3 + 2 * 3
    same = slice(0, 368 - reach - 2 * BLOCK)
    assert torch.allclose(network.reveal(other)[..., same], network.reveal(stego)[..., same], atol=1e-4)
    assert not torch.allclose(network.reveal(other)[..., :368], network.reveal(stego)[..., :368], atol=1e-4)


def test_a_gradient_reaches_every_parameter(pictures):
    network = RobustNetwork(TINY)
    for parameter in network.parameters():
        parameter.data += 0.01
    stego = network.hide(*pictures)
    ((stego - pictures[0]).square().mean() + (network.reveal(stego) - pictures[1]).square().mean()).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum()] == []
