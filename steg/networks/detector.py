"""Steganalysis network on noise residuals: high-pass filters first, then convolutions and a global mean.

The changes made by hiding are far smaller than the content of a photograph. So the first layer is initialised
with high-pass filters, whose outputs are clipped at a few levels, and the first convolutions keep full size,
because averaging would remove the stego signal. The mean over all positions makes it work at any size.

Sources: the filters are those of Fridrich and Kodovsky, "Rich models for steganalysis of digital images",
IEEE TIFS 2012, section II; their use as a trainable first layer, and the clipping, are from Ye, Ni
and Yi, "Deep learning hierarchical representations for image steganalysis", IEEE TIFS 2017; no pooling at
first is from Boroumand, Chen and Fridrich, "Deep residual network for steganalysis", IEEE TIFS 2019 (SRNet).
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import start_for_relu

LIMIT = 8.0  # levels at which residuals are clipped
SQUARE = ((-1, 2, -2, 2, -1), (2, -6, 8, -6, 2), (-2, 8, -12, 8, -2), (2, -6, 8, -6, 2), (-1, 2, -2, 2, -1))
SMALL = ((0, 0, 0, 0, 0), (0, -1, 2, -1, 0), (0, 2, -4, 2, 0), (0, -1, 2, -1, 0), (0, 0, 0, 0, 0))


def high_pass_filters() -> Tensor:
    """(8, 5, 5): differences of first to third order across and down, and two square filters."""
    rows = ((0, 0, -1, 1, 0), (0, 1, -2, 1, 0), (0, 1, -3, 3, -1))
    filters = []
    for row, scale in zip(rows, (1, 2, 3), strict=True):
        across = torch.zeros(5, 5)
        across[2] = torch.tensor(row, dtype=torch.float32) / scale
        filters += [across, across.T]
    return torch.stack([*filters, torch.tensor(SMALL) / 4, torch.tensor(SQUARE) / 12])


@dataclass(frozen=True)
class DetectorConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 16  # filters of the first convolution after the residuals
    deepest: int = 64  # filters of the last ones


class Detector(nn.Module):
    """Classifies pictures as clean or stego; they are (B, 3, H, W) floats in [0, 1] of any size."""

    def __init__(self, config: DetectorConfig):
        super().__init__()
        self.config = config
        filters = high_pass_filters()
        self.residuals = nn.Conv2d(3, 3 * len(filters), 5, groups=3, bias=False)
        self.residuals.weight.data = filters.repeat(3, 1, 1).unsqueeze(1)
        widths = [
            3 * len(filters),
            config.width,
            config.width,
            2 * config.width,
            config.deepest,
            config.deepest,
        ]
        convolutions = [nn.Conv2d(inputs, outputs, 3, padding=1) for inputs, outputs in pairwise(widths)]
        self.convolutions = nn.ModuleList(convolutions)
        self.output = nn.Linear(config.deepest, 1)
        for layer in convolutions:
            start_for_relu(layer)

    def forward(self, pictures: Tensor) -> Tensor:
        """The logit of stego for each picture, (B,)."""
        x = self.residuals(F.pad(255 * pictures, (2, 2, 2, 2), "replicate"))
        x = x.clamp(-LIMIT, LIMIT) / 2
        for number, convolution in enumerate(self.convolutions):
            x = convolution(x).relu()
            if number:  # the first two keep full size
                x = F.avg_pool2d(x, 2)
        return self.output(x.mean((2, 3))).squeeze(1).float()
