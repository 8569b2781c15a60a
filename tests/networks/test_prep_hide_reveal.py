"""The prep-hide-reveal network: its shape, its size, and where training starts."""

import torch
import torch.nn.functional as F

from steg.networks.prep_hide_reveal import MultiKernel, PrepHideRevealConfig, PrepHideRevealNetwork


def test_it_has_the_filters_and_layers_of_the_tutorial():
    network = PrepHideRevealNetwork(PrepHideRevealConfig())
    stacks = network.preparation, network.hiding, network.revealing
    assert [len(stack) for stack in stacks] == [2, 5, 5]
    for layer in (layer for stack in stacks for layer in stack):
        shapes = {(conv.out_channels, *conv.kernel_size) for conv in layer.branches}
        assert shapes == {(50, 3, 3), (10, 4, 4), (5, 5, 5)}
    assert network.hiding[0].branches[0].in_channels == 3 + 65
    assert 4 * sum(p.numel() for p in network.parameters()) < 4e6  # bytes


def test_training_starts_with_a_stego_picture_near_the_cover():
    torch.manual_seed(0)
    network = PrepHideRevealNetwork(PrepHideRevealConfig(share=5))
    cover, secret = torch.rand(2, 1, 3, 24, 32)
    with torch.no_grad():
        assert torch.allclose(network.hide(cover, secret), cover, atol=1e-6)


def test_sizes_stay_and_nothing_farther_than_its_reach_matters():
    torch.manual_seed(0)
    network = PrepHideRevealNetwork(PrepHideRevealConfig(share=5))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    x = torch.rand(1, 3, 50, 51)
    changed = x.clone()
    changed[..., 0] = 0
    with torch.no_grad():
        assert network.reveal(x).shape == network.hide(x, x).shape == x.shape
        moved = (network.hide(x, changed) - network.hide(x, x)).abs().amax((0, 1, 2))
        assert moved[: network.receptive_radius // 2].max() > 0
        assert moved[network.receptive_radius + 1 :].max() == 0


def test_two_windows_in_one_convolution_see_what_each_would_see_alone():
    torch.manual_seed(0)
    layer, x = MultiKernel(3, share=1), torch.rand(1, 3, 9, 10)
    for branch in layer.branches:
        torch.nn.init.normal_(branch.bias)
    margins = (1, 1, 1, 1), (1, 2, 1, 2), (2, 2, 2, 2)
    alone = [branch(F.pad(x, margin)) for branch, margin in zip(layer.branches, margins, strict=True)]
    assert torch.allclose(layer(x), torch.cat(alone, 1).relu(), atol=1e-5)
