"""The postfilter: the identity before training, and what a filtered pixel depends on."""

import pytest
import torch

from steg.networks.postfilter import STRIDE, Postfilter, PostfilterConfig

TINY = PostfilterConfig(half=8, quarter=8, eighth=8, blocks=2)


@pytest.fixture(scope="module")
def network() -> Postfilter:
    """A tiny network with random weights, also where it starts at zero."""
    torch.manual_seed(0)
    network = Postfilter(TINY).double()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return network


def test_untrained_it_changes_nothing():
    decoded = torch.rand(1, 3, 16, 24)
    assert torch.equal(Postfilter(TINY)(decoded), decoded)


def test_pixels_depend_on_others_within_reach_only(network):
    side = 2 * network.reach + 8 * STRIDE
    decoded = torch.rand(1, 3, STRIDE, side, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    other = decoded.clone()
    other[..., :STRIDE] += 1
    change = (network(other) - network(decoded)).abs().amax((0, 1, 2))
    last = int(change.nonzero().max())
    assert network.reach / 2 < last <= network.reach + STRIDE
