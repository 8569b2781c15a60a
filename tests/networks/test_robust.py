"""The robust network: symbols as phases, a coefficient left to the watermark, posteriors of the symbols."""

import itertools
import math

import pytest
import torch

from steg.images.dct import to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.networks.carriers import ALPHABET_SIZES, CARRIERS, GAIN_OF, GROUPS, OFFSETS, WATERMARK
from steg.networks.gains import EVEN_GAIN, LEAST_GAIN, texture_gains
from steg.networks.robust import COMPENSATION, ChannelClass, RobustConfig, RobustNetwork, block_dct

EQUAL = torch.ones(2, 2, 4, 16)  # gains
CLASSES = torch.tensor([ChannelClass.DIRECT, ChannelClass.HALVED])  # of the two pictures
TINY = RobustConfig(width=16, depth=1)


@pytest.fixture(scope="module")
def cover() -> torch.Tensor:
    return 0.3 + 0.4 * torch.rand(2, 3, 32, 128, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def symbols() -> torch.Tensor:
    random = torch.randint(16, (2, len(CARRIERS), 4, 16), generator=torch.Generator().manual_seed(1))
    return random % torch.tensor(ALPHABET_SIZES)[:, None, None]


@pytest.fixture
def network() -> RobustNetwork:
    """Untrained, with every parameter away from zero, so that all parts do something."""
    network = RobustNetwork(TINY)
    generator = torch.Generator().manual_seed(2)
    for parameter in network.parameters():
        parameter.data += 0.02 * torch.randn(parameter.shape, generator=generator)
    return network.eval().requires_grad_(False)


def phase_errors(network: RobustNetwork, picture: torch.Tensor, symbols: torch.Tensor) -> torch.Tensor:
    """How far the phases of a picture are from those of the symbols, in periods."""
    errors = block_dct(picture)[:, CARRIERS] / network.steps() - symbols / network.alphabet_sizes
    return errors - errors.round()


def test_all_of_luma_but_dc_and_watermark_and_low_frequencies_of_chroma_are_carriers():
    assert zigzag()[WATERMARK] == (1, 1)
    assert sorted([0, WATERMARK, *CARRIERS]) == [*range(64 + 21), *range(128, 128 + 21)]


def test_any_cover_takes_on_the_phases_of_the_symbols(network, cover, symbols):
    for before in (cover, cover.flip(3)):
        errors = phase_errors(network, network.modulate(before, symbols, EQUAL), symbols)
        # distortion compensation leaves so much of a step, either way
        assert errors.abs().max() < (1 - COMPENSATION) / 2 + 1e-3


def test_clipping_is_made_up_for_by_several_passes(network, cover, symbols):
    """A cover with black and white areas, which the first pass cannot modulate without clipping."""
    contrasty = (3 * cover - 1).clamp(0, 1)
    errors = phase_errors(network, network.modulate(contrasty, symbols, EQUAL), symbols)
    assert errors[:, : len(GROUPS[0].carriers)].abs().mean() < 0.1  # chance has 0.25


def test_moves_are_the_shortest_there_are(network, cover, symbols):
    moves = block_dct(network.modulate(cover, symbols, EQUAL) - cover)[:, CARRIERS]
    share = (moves / network.steps()).abs()
    assert share.max() <= 0.501 and share.mean() > 0.2  # uniformly distributed, it is a quarter


def test_the_watermarks_coefficient_is_neither_modulated_nor_demodulated(network, cover, symbols):
    stego = network.modulate(cover, symbols, EQUAL)
    change = block_dct(stego - cover)
    assert change[:, WATERMARK].abs().max() < 1e-3 and change[:, WATERMARK - 1].abs().max() > 0.3
    other = to_coefficients(to_ycbcr(stego))
    other[:, 0, WATERMARK] += 0.05
    other = network.demodulate(to_rgb(to_planes(other)), CLASSES, EQUAL)
    assert torch.allclose(other, network.demodulate(stego, CLASSES, EQUAL), atol=1e-3)


def test_step_lengths_are_scaled_to_the_covers_psnr(network, cover, symbols):
    error = (255 * (network.modulate(cover, symbols, EQUAL) - cover)).square().mean()
    assert 10 * math.log10(255**2 / error) == pytest.approx(TINY.cover_db, abs=0.3)
    longer, usual = (RobustNetwork(RobustConfig(cover_db=db)).steps() for db in (30.0, 36.0))
    assert torch.allclose(longer, usual * 10**0.3)


def test_untrained_the_symbols_that_were_modulated_are_the_most_probable(cover, symbols):
    network = RobustNetwork(TINY).eval()
    with torch.inference_mode():
        posteriors = network.demodulate(network.modulate(cover, symbols, EQUAL), CLASSES, EQUAL)
    assert posteriors.shape == (2, sum(ALPHABET_SIZES), 4, 16)
    for carrier, (offset, size) in enumerate(zip(OFFSETS, ALPHABET_SIZES, strict=True)):
        of_carrier = posteriors[:, offset : offset + size]
        assert torch.allclose(of_carrier.sum(1), torch.ones(2, 4, 16))
        assert torch.equal(of_carrier.argmax(1), symbols[:, carrier])


def test_posteriors_depend_on_the_channel_class(network, cover):
    each = [network.demodulate(cover[:1], torch.tensor([c]), EQUAL[:1]) for c in ChannelClass]
    assert all((a - b).abs().max() > 1e-3 for a, b in itertools.combinations(each, 2))


def test_posteriors_depend_on_the_blocks_around(network, cover):
    other = cover.clone()
    other[..., :8] = 0.5
    change = network.demodulate(other, CLASSES, EQUAL) - network.demodulate(cover, CLASSES, EQUAL)
    change = change.abs().amax((0, 1, 2))
    assert change[0] > 1e-3 and change[1] > 1e-5


def test_step_lengths_follow_the_gains(network, cover, symbols):
    gains = torch.tensor([0.5, 2.0])[None, :, None, None].expand(2, 2, 4, 16)
    stego = network.modulate(cover, symbols, gains)
    phases = block_dct(stego)[:, CARRIERS] / (network.steps() * gains[:, GAIN_OF])
    errors = phases - symbols / network.alphabet_sizes
    assert (errors - errors.round()).abs().max() < (1 - COMPENSATION) / 2 + 2e-3


def test_gains_are_small_in_flat_blocks_and_a_receiver_computes_nearly_the_same(network, symbols):
    generator = torch.Generator().manual_seed(3)
    blocks = torch.rand(2, 1, 4, 16, generator=generator)
    blocks[..., 8:] = 0.5  # the right half is flat
    cover = torch.nn.functional.interpolate(blocks, scale_factor=8).expand(-1, 3, -1, -1) * 0.5 + 0.25
    gains = texture_gains(cover)
    assert (gains[:, 0, :, 9:] == LEAST_GAIN).all() and gains[:, 0, :, :7].mean() > 1.5 * LEAST_GAIN
    assert (gains[:, 1] == EVEN_GAIN).all() and gains.max() <= 1
    received = (255 * network.modulate(cover, symbols, gains)).round() / 255
    assert (texture_gains(received) / gains - 1).abs().max() < 0.01
