"""The robust network: JPEG's transform, phases as asked for, a coefficient left to the mark."""

import math

import numpy as np
import pytest
import torch

from steg.networks.robust import (
    BLOCK,
    LUMA_TURNS,
    MARK,
    RobustConfig,
    RobustNetwork,
    _least_move,
    cosines,
    to_coefficients,
    to_planes,
    to_rgb,
    to_ycbcr,
    zigzag,
)
from steg.tiles import to_tensor

TINY = RobustConfig(width=16, prepare=1, reveal=1, luma=20, chroma=6, smooth=8)


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


def test_the_zigzag_is_that_of_jpeg():
    assert zigzag()[:10] == [(0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1), (3, 0)]
    assert zigzag()[-1] == (7, 7) and len(set(zigzag())) == 64
    assert zigzag()[MARK] == (1, 1)


def test_the_transform_is_the_dct_by_its_formula(pictures):
    """ITU-T T.81, annex A.3.3: S(v, u) = C(u) C(v) / 4 * sum of s(y, x) cos(...) cos(...)."""
    plane = pictures[0][:, :1]
    found = to_coefficients(plane)
    assert found.shape == (2, 1, 64, 4, 16)
    block = plane[1, 0, 8:16, 40:48].double()
    for place in (0, 1, 4, 17, 63):
        v, u = zigzag()[place]
        across = torch.cos((2 * torch.arange(8).double() + 1) * u * math.pi / 16)
        down = torch.cos((2 * torch.arange(8).double() + 1) * v * math.pi / 16)
        scale = (1 if u else math.sqrt(0.5)) * (1 if v else math.sqrt(0.5)) / 4
        assert found[1, 0, place, 1, 5].item() == pytest.approx(
            scale * (block * down[:, None] * across).sum().item(), abs=1e-5
        )


def test_transforms_are_undone_by_their_inverses(pictures):
    picture = pictures[0]
    assert torch.allclose(to_planes(to_coefficients(picture)), picture, atol=1e-5)
    assert torch.allclose(to_rgb(to_ycbcr(picture)), picture, atol=1e-5)
    assert torch.allclose(cosines() @ cosines().T, torch.eye(8), atol=1e-6)


def test_colours_are_those_of_pillow(photo):
    image = photo("cat.png", (64, 48))
    ours = 255 * to_ycbcr(to_tensor(np.asarray(image), torch.device("cpu")))[0].permute(1, 2, 0).numpy()
    theirs = np.asarray(image.convert("YCbCr")) - np.array([0.0, 128, 128])
    assert np.abs(ours - theirs).max() < 1.01


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
    secret = pictures[1]
    luma_steps, chroma_steps = network.steps()
    phases = []
    for cover in (0.3 + 0.4 * pictures[0], 0.3 + 0.4 * pictures[0].flip(3)):
        luma, chroma = network._carriers(255 * to_ycbcr(network.hide(cover, secret)))
        phases.append((luma / luma_steps[:, None, None], chroma / chroma_steps[..., None, None]))
    for one, other in zip(*phases, strict=True):
        difference = one - other
        assert (difference - difference.round()).abs().max() < 1e-3


def test_moves_are_the_least_there_are(network, pictures):
    cover = 0.3 + 0.4 * pictures[0]
    change = 255 * to_ycbcr(network.hide(cover, pictures[1]) - cover)
    luma, chroma = network._carriers(change)
    luma_steps, chroma_steps = network.steps()
    for move, steps in ((luma, luma_steps[:, None, None]), (chroma, chroma_steps[..., None, None])):
        share = (move / steps).abs()
        assert share.max() <= 0.501 and share.mean() > 0.2  # spread evenly, it is a quarter


def test_step_lengths_are_scaled_to_the_covers_psnr(network, pictures):
    cover = 0.3 + 0.4 * pictures[0]
    error = (255 * (network.hide(cover, pictures[1]) - cover)).square().mean()
    assert 10 * math.log10(255**2 / error) == pytest.approx(TINY.cover_db, abs=0.5)
    longer = RobustNetwork(RobustConfig(cover_db=28.0)).steps()
    usual = RobustNetwork(RobustConfig(cover_db=34.0)).steps()
    assert all(torch.allclose(a, b * 10**0.3) for a, b in zip(longer, usual, strict=True))


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


def test_at_the_start_phases_are_fixed_turns_of_the_secrets_own_numbers(pictures):
    network = RobustNetwork(TINY).eval()
    for turn in (network.luma_turn, network.chroma_turn):
        turn.weight.data.zero_()
    cover, secret = 0.3 + 0.4 * pictures[0], pictures[1]
    with torch.inference_mode():
        luma, chroma = network._carriers(255 * to_ycbcr(network.hide(cover, secret)))
        luma_steps, chroma_steps = network.steps()
    wanted = to_coefficients(to_ycbcr(secret - 0.5))
    for carrier, (k, turns) in enumerate(LUMA_TURNS[: TINY.luma]):
        off = 2 * luma[:, carrier] / luma_steps[carrier] - turns * wanted[:, 0, k]  # in half turns
        assert (off / 2 - (off / 2).round()).abs().max() < 2e-3
    blue = wanted[:, 1, 0]  # the first hand: the mean of four blocks
    mean = (blue[:, ::2, ::2] + blue[:, ::2, 1::2] + blue[:, 1::2, ::2] + blue[:, 1::2, 1::2]) / 4
    off = 2 * chroma[:, 0, 0] / chroma_steps[0, 0] - 0.5 * mean
    assert (off / 2 - (off / 2).round()).abs().max() < 2e-3


def test_what_lies_blocks_away_does_not_matter(network, pictures):
    stego = network.hide(*pictures)
    other = stego.clone()
    other[..., 112:] = 0
    # colours at half resolution, convolutions on blocks, then three on pairs of pixels
    reach = BLOCK * (1 + 2 * TINY.reveal) + 2 * 3
    same = slice(0, 112 - reach)
    assert torch.allclose(network.reveal(other)[..., same], network.reveal(stego)[..., same], atol=1e-4)
    assert not torch.allclose(network.reveal(other)[..., :112], network.reveal(stego)[..., :112], atol=1e-4)


def test_a_gradient_reaches_every_parameter(pictures):
    network = RobustNetwork(TINY)
    for parameter in network.parameters():
        parameter.data += 0.01
    stego = network.hide(*pictures)
    ((stego - pictures[0]).square().mean() + (network.reveal(stego) - pictures[1]).square().mean()).backward()
    assert [name for name, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum()] == []
