"""Prep-hide-reveal network of Baluja (2017), the first that hid a picture in a picture.

Three stacks of convolutions: one prepares the secret, one hides the result in the cover, one reveals. Each
layer has kernels of three sizes side by side: 50 of 3x3, 10 of 4x4 and 5 of 5x5.

Source: Baluja, "Hiding images in plain sight: deep steganography", NeurIPS 2017, section 2; the kernel sizes
are those of its authors' examples and of the Keras notebook "Deep_Steg".
"""

from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import start_for_relu

KERNELS = {3: 50, 4: 10, 5: 5}  # size: how many of them
PREPARATION, HIDING, REVEALING = 2, 5, 5  # layers


@dataclass(frozen=True)
class PrepHideRevealConfig:
    """The shape of the network, stored in the card of its weights."""

    share: int = 1  # each size has 1/share of its kernels; more than 1 only in tests


class MultiKernel(nn.Module):
    """Convolutions with kernels of three sizes side by side, each with ReLU; zero padding keeps the size."""

    def __init__(self, inputs: int, share: int):
        super().__init__()
        branches = [nn.Conv2d(inputs, count // share, side) for side, count in KERNELS.items()]
        self.branches = nn.ModuleList(branches)
        for branch in branches:
            start_for_relu(branch)

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) to (B, `filters(share)`, H, W)."""
        small, even, large = cast(list[nn.Conv2d], self.branches)
        # a 4x4 kernel is a 5x5 one whose first row and column are zero; one convolution is faster than two
        kernels = torch.cat([F.pad(even.weight, (1, 0, 1, 0)), large.weight])
        biases = torch.cat(cast(list[Tensor], [even.bias, large.bias]))
        wide = F.conv2d(x, kernels, biases, padding=2)
        return torch.cat([F.conv2d(x, small.weight, small.bias, padding=1), wide], 1).relu()


def filters(share: int) -> int:
    """How many feature maps a layer gives."""
    return sum(count // share for count in KERNELS.values())


def stack(inputs: int, layers: int, share: int) -> nn.Sequential:
    """Layers one after another."""
    return nn.Sequential(*(MultiKernel(filters(share) if i else inputs, share) for i in range(layers)))


@torch.no_grad()
def init_as_identity(convolutions: list[nn.Conv2d]) -> None:
    """Initialises the first three channels of 3x3 convolutions to the identity.

    So training starts with a stego picture that is nearly the cover, and need not learn to copy first.
    """
    for convolution in convolutions:
        convolution.weight[:3] = 0
        if convolution.bias is not None:
            convolution.bias[:3] = 0
        for channel in range(3):
            convolution.weight[channel, channel, 1, 1] = 1


class PrepHideRevealNetwork(nn.Module):
    """Hides one picture in another. Pictures are (B, 3, H, W) floats in [0, 1]."""

    receptive_radius = 2 * (PREPARATION + HIDING) + 2  # radius of the receptive field of `hide` in pixels

    def __init__(self, config: PrepHideRevealConfig):
        super().__init__()
        self.config = config
        self.preparation = stack(3, PREPARATION, config.share)
        outputs = filters(config.share)
        self.hiding = stack(3 + outputs, HIDING, config.share)
        self.revealing = stack(3, REVEALING, config.share)
        self.to_stego = nn.Conv2d(outputs, 3, 3, padding=1)
        self.to_secret = nn.Conv2d(outputs, 3, 3, padding=1)
        layers = cast(list[MultiKernel], [*self.preparation, *self.hiding, *self.revealing])
        init_as_identity([*(cast(nn.Conv2d, layer.branches[0]) for layer in layers), self.to_stego])

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture, neither clipped nor rounded."""
        prepared = self.preparation(secret)
        return self.to_stego(self.hiding(torch.cat([cover, prepared], 1))).float()

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the revealed secret, neither clipped nor rounded."""
        return self.to_secret(self.revealing(stego)).float()
