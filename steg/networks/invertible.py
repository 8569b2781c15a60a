"""The invertible network: hiding is its forward pass, revealing its inverse.

Cover and secret are taken to the Haar wavelet domain (12 channels at half resolution each). In every
coupling block the cover branch is shifted by a function of the secret branch, then the secret branch is
scaled and shifted by a function of the cover branch, so each step can be undone exactly. The cover branch
becomes the stego picture; the secret branch is discarded, and a small network estimates it when the
secret is revealed. Rounding to 8 bits lies between the two and is part of the model.

Source: Jing et al., "HiNet: Deep Image Hiding by Invertible Network", ICCV 2021, sections 3.1 to 3.3, with
smaller subnetworks, a bounded exponent and a learnt estimate in place of HiNet's random one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import Gelu, start_at_zero


@dataclass(frozen=True)
class InvertibleConfig:
    """The shape of the network, stored in the card of its weights."""

    blocks: int = 8  # coupling blocks
    width: int = 32  # channels inside the subnetworks
    guess_width: int = 32  # channels inside the network that estimates the discarded branch
    exponent_bound: float = 1.0  # the secret branch is scaled by at most exp(+-this) per block


def haar(x: Tensor) -> Tensor:
    """Orthonormal Haar transform: (B, 3, H, W) with even H and W -> (B, 12, H/2, W/2)."""
    a, b, c, d = x[..., ::2, ::2], x[..., ::2, 1::2], x[..., 1::2, ::2], x[..., 1::2, 1::2]
    return torch.cat([a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d], 1) / 2


def inverse_haar(y: Tensor) -> Tensor:
    """Inverse of `haar`: (B, 12, H/2, W/2) -> (B, 3, H, W)."""
    low, hor, ver, dia = y.chunk(4, 1)
    pixels = [low + hor + ver + dia, low - hor + ver - dia, low + hor - ver - dia, low - hor - ver + dia]
    return F.pixel_shuffle(torch.stack(pixels, 2).flatten(1, 2) / 2, 2)


def quantise(x: Tensor) -> Tensor:
    """Clip to [0, 1] and round to 8 bits, as a PNG file does; the gradient of rounding is taken as 1."""
    x = x.clamp(0, 1)
    return x + ((x * 255).round() / 255 - x).detach()


def subnetwork(inputs: int, width: int, outputs: int, last_std: float) -> nn.Sequential:
    """Three 3x3 convolutions; the last one starts near zero, so that every block starts as the identity."""
    first, second = nn.Conv2d(inputs, width, 3, padding=1), nn.Conv2d(width, width, 3, padding=1)
    last = nn.Conv2d(width, outputs, 3, padding=1)
    start_at_zero(last)
    nn.init.normal_(last.weight, std=last_std)
    return nn.Sequential(first, Gelu(), second, Gelu(), last)


class Coupling(nn.Module):
    """One invertible step on the cover branch c and the secret branch s, both (B, 12, H/2, W/2)."""

    def __init__(self, config: InvertibleConfig):
        super().__init__()
        self.bound = config.exponent_bound
        self.shift_cover = subnetwork(12, config.width, 12, last_std=0.01)
        self.scale_secret = subnetwork(12, config.width, 24, last_std=0.0)

    def scale_and_shift(self, c: Tensor) -> tuple[Tensor, Tensor]:
        """What the cover branch makes of the secret branch: exponent of the scale, and shift."""
        scale, shift = self.scale_secret(c).to(c.dtype).chunk(2, 1)
        return self.bound * torch.tanh(scale / self.bound), shift

    def forward(self, c: Tensor, s: Tensor) -> tuple[Tensor, Tensor]:
        """Cover and secret branch after this step."""
        c = c + self.shift_cover(s)
        scale, shift = self.scale_and_shift(c)
        return c, s * scale.exp() + shift

    def inverse(self, c: Tensor, s: Tensor) -> tuple[Tensor, Tensor]:
        """Cover and secret branch before this step."""
        scale, shift = self.scale_and_shift(c)
        s = (s - shift) * (-scale).exp()
        return c - self.shift_cover(s), s


class InvertibleNetwork(nn.Module):
    """Hides one picture in another. Pictures are (B, 3, H, W) floats in [0, 1], H and W even."""

    def __init__(self, config: InvertibleConfig):
        super().__init__()
        self.config = config
        self.couplings = nn.ModuleList(Coupling(config) for _ in range(config.blocks))
        self.guess = subnetwork(12, config.guess_width, 12, last_std=0.0)

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture before it is quantised."""
        return self.forward(cover, secret)[0]

    def forward(self, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Returns the stego picture and the secret branch that a receiver does not get."""
        c, s = haar(cover - 0.5), haar(secret - 0.5)
        for coupling in self.couplings:
            c, s = coupling(c, s)
        return inverse_haar(c) + 0.5, s

    def inverse(self, stego: Tensor, s: Tensor) -> tuple[Tensor, Tensor]:
        """Undoes `forward`: from stego picture and secret branch back to cover and secret."""
        c = haar(stego - 0.5)
        for coupling in cast(Iterator[Coupling], reversed(self.couplings)):
            c, s = coupling.inverse(c, s)
        return inverse_haar(c) + 0.5, inverse_haar(s) + 0.5

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the secret in a quantised stego picture; the discarded branch is estimated."""
        return self.inverse(stego, self.guess(haar(stego - 0.5)))[1]

    @property
    def receptive_radius(self) -> int:
        """Radius of the receptive field in pixels: 3 convolutions a subnetwork at half size."""
        return 2 * (3 * 2 * len(self.couplings) + 3)
