"""Autoencoder whose bottleneck width can be chosen after training (nested dropout).

Each 8x8 block of a picture (192 samples) becomes a code of at most `channels` numbers. In training only a
random number of the first channels is kept and the rest set to zero, so the first channels learn what matters
most, as principal components do.

Sources: Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 2006;
Rippel, Gelbart and Adams, "Learning ordered representations with nested dropout", ICML 2014.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import ResidualBlock, start_at_zero

BLOCK = 8  # pixels a side of what becomes one position of the code


@dataclass(frozen=True)
class AutoencoderConfig:
    """The shape of the network, stored in the card of its weights."""

    channels: int = 64  # of the bottleneck at its widest
    width: int = 96  # filters of the layers around it
    depth: int = 2  # of these layers on either side


class Autoencoder(nn.Module):
    """Encodes and decodes pictures: (B, 3, H, W) floats in [0, 1], H and W multiples of 8."""

    def __init__(self, config: AutoencoderConfig):
        super().__init__()
        self.config = config
        self.squeeze = nn.Conv2d(3, config.width, BLOCK, stride=BLOCK)
        self.before = nn.Sequential(*(ResidualBlock(config.width, kernel=1) for _ in range(config.depth)))
        self.to_code = nn.Conv2d(config.width, config.channels, 1)
        self.from_code = nn.Conv2d(config.channels, config.width, 1)
        self.after = nn.Sequential(*(ResidualBlock(config.width, kernel=1) for _ in range(config.depth)))
        self.spread = nn.Conv2d(config.width, 3 * BLOCK**2, 3, padding=1)
        self.smooth = nn.Sequential(nn.Conv2d(3, 12, 3, padding=1), nn.GELU(), nn.Conv2d(12, 3, 3, padding=1))
        start_at_zero(self.smooth[-1])

    def encode(self, pictures: Tensor) -> Tensor:
        """The code at its widest, (B, channels, H/8, W/8)."""
        return self.to_code(self.before(self.squeeze(pictures - 0.5)))

    def decode(self, code: Tensor) -> Tensor:
        """The reconstructed pictures, neither clipped nor rounded."""
        x = F.pixel_shuffle(self.spread(self.after(self.from_code(code))), BLOCK)
        return (x + self.smooth(x) + 0.5).float()

    def forward(self, pictures: Tensor, kept: Tensor) -> Tensor:
        """Reconstructs from the first `kept` channels of the code, (B,) from 1 to `channels`."""
        code = self.encode(pictures)
        mask = torch.arange(self.config.channels, device=code.device) < kept[:, None]
        return self.decode(code * mask[:, :, None, None])
