"""The autoencoder's network: its bottleneck is as narrow as one says."""

import torch

from steg.networks.autoencoder import Autoencoder, AutoencoderConfig


def network() -> Autoencoder:
    torch.manual_seed(0)
    return Autoencoder(AutoencoderConfig(channels=6, width=16, depth=1)).eval()


@torch.no_grad()
def test_only_the_open_channels_pass():
    net, pictures = network(), torch.rand(3, 3, 32, 48)
    code = net.encode(pictures)
    assert code.shape == (3, 6, 4, 6)
    passed = net(pictures, torch.tensor([1, 4, 6]))
    for number, kept in enumerate((1, 4, 6)):
        closed = code[number : number + 1].clone()
        closed[:, kept:] = 0
        assert torch.allclose(passed[number], net.decode(closed)[0], atol=1e-5)
    assert passed.shape == pictures.shape
    assert not torch.allclose(passed[0], net(pictures, torch.tensor([6, 6, 6]))[0])


def test_every_part_is_trained():
    net = network()
    for parameter in net.parameters():  # what starts at zero would hide what lies behind it
        torch.nn.init.normal_(parameter, std=0.1) if not parameter.any() else None
    net(torch.rand(2, 3, 32, 32), torch.tensor([3, 6])).square().mean().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())
