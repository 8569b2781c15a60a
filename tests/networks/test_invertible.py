"""The network: exact inverse, near-identity start, and rounding inside."""

import pytest
import torch

from steg.networks.invertible import InvertibleConfig, InvertibleNetwork, haar, inverse_haar, quantise


@pytest.fixture
def network() -> InvertibleNetwork:
    """A small network in float64 whose every layer does something."""
    torch.manual_seed(0)
    network = InvertibleNetwork(InvertibleConfig(blocks=3, width=8, guess_width=8)).double()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return network


def random_picture(seed: int, height: int = 16, width: int = 24) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(2, 3, height, width, dtype=torch.float64, generator=generator)


def test_inverse_gives_both_pictures_back_exactly(network):
    cover, secret = random_picture(1), random_picture(2)
    stego, lost = network(cover, secret)
    assert (stego - cover).abs().max() > 0.1
    cover_again, secret_again = network.inverse(stego, lost)
    assert torch.allclose(cover_again, cover, atol=1e-10)
    assert torch.allclose(secret_again, secret, atol=1e-10)


def test_haar_of_a_known_block_and_back():
    block = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).expand(1, 3, 2, 2)
    assert haar(block)[0, ::3, 0, 0].tolist() == [5.0, -1.0, -2.0, 0.0]
    picture = random_picture(3)
    assert torch.allclose(inverse_haar(haar(picture)), picture)
    assert torch.isclose(haar(picture).norm(), picture.norm())  # orthonormal: errors keep their size


def test_quantise_gives_8_bit_levels_and_passes_gradients():
    x = torch.tensor([-0.2, 0.1234, 0.5, 1.3], requires_grad=True)
    y = quantise(x)
    assert y.tolist() == pytest.approx([0.0, 31 / 255, 128 / 255, 1.0])
    y.sum().backward()
    assert x.grad.tolist() == [0.0, 1.0, 1.0, 0.0]


def test_a_fresh_network_leaves_the_cover_almost_alone():
    torch.manual_seed(0)
    network = InvertibleNetwork(InvertibleConfig(blocks=2, width=8, guess_width=8)).double()
    cover = random_picture(4)
    assert (network.hide(cover, random_picture(5)) - cover).abs().mean() < 0.05


@pytest.mark.parametrize("direction", ["hide", "reveal"])
def test_reach_covers_all_that_a_pixel_depends_on(network, direction):
    size = 2 * network.receptive_radius + 40
    x = torch.rand(1, 3, 2, size, dtype=torch.float64, requires_grad=True)
    y = network.hide(x, x) if direction == "hide" else network.reveal(x)
    y[..., size // 2].sum().backward()
    touched = x.grad.abs().sum((0, 1, 2)).nonzero().flatten()
    assert size // 2 - network.receptive_radius <= touched.min()
    assert touched.max() <= size // 2 + network.receptive_radius
    assert touched.max() - touched.min() > network.receptive_radius  # and it is not a wild overestimate
