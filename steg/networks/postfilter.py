"""The postfilter: a U-Net that removes what a coarse JPEG 2000 picture shows of its compression.

At less than a bit a pixel, edges ring and textures are smeared, as far as the longest wavelets reach: up to
some tens of pixels. The network works at half, a quarter and an eighth of the resolution, and its output is
added to the decoded picture. The number of bits is no input, as the picture shows it.

Sources: Ronneberger et al., "U-Net: convolutional networks for biomedical image segmentation", MICCAI 2015;
Shi et al., "Real-time single image and video super-resolution", CVPR 2016 (samples moved to channels and
back in place of strides and interpolation).
"""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import ResidualBlock, start_at_zero

STRIDE = 8  # pixels: the sides of what is filtered are multiples of this
OUTPUT_GAIN = 0.1  # so that one training step does not change the picture much


@dataclass(frozen=True)
class PostfilterConfig:
    """The shape of the network, stored in the card of its weights."""

    half: int = 32  # channels at half the resolution
    quarter: int = 96  # at a quarter
    eighth: int = 128  # at an eighth
    blocks: int = 4  # residual blocks at an eighth; a quarter has as many, half of them on the way up


class Postfilter(nn.Module):
    """Filters decoded pictures, (B, 3, H, W) in [0, 1], sides multiples of `STRIDE`."""

    def __init__(self, config: PostfilterConfig):
        super().__init__()
        self.config = config
        half, quarter, eighth = config.half, config.quarter, config.eighth
        some = max(1, config.blocks // 2)
        self.stem = nn.Conv2d(12, half, 3, padding=1)
        self.to_quarter = nn.Conv2d(4 * half, quarter, 1)
        self.quarter_down = _blocks(quarter, some)
        self.to_eighth = nn.Conv2d(4 * quarter, eighth, 1)
        self.deepest = _blocks(eighth, config.blocks)
        self.from_eighth = nn.Conv2d(eighth, 4 * quarter, 1)
        self.quarter_up = _blocks(quarter, some)
        self.from_quarter = nn.Conv2d(quarter, 4 * half, 1)
        self.half_up = _blocks(half, some)
        self.head = nn.Conv2d(half, 12, 3, padding=1)
        start_at_zero(self.head)

    def forward(self, decoded: Tensor) -> Tensor:
        """The estimate of the picture before its compression, in [0, 1] but for small overshoots."""
        at_half = self.stem(F.pixel_unshuffle(decoded - 0.5, 2))
        at_quarter = self.quarter_down(self.to_quarter(F.pixel_unshuffle(at_half, 2)))
        deepest = self.deepest(self.to_eighth(F.pixel_unshuffle(at_quarter, 2)))
        at_quarter = self.quarter_up(at_quarter + F.pixel_shuffle(self.from_eighth(deepest), 2))
        at_half = self.half_up(at_half + F.pixel_shuffle(self.from_quarter(at_quarter), 2))
        return decoded + OUTPUT_GAIN * F.pixel_shuffle(self.head(at_half), 2).float()

    @property
    def reach(self) -> int:
        """Pixels to each side that a filtered pixel depends on, rounded up to whole multiples of `STRIDE`."""
        some = len(self.half_up)
        pixels = 2 * (2 + 2 * some) + 4 * 4 * some + 8 * 2 * len(self.deepest) + STRIDE
        return -(-pixels // STRIDE) * STRIDE


def _blocks(width: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(ResidualBlock(width) for _ in range(count)))
