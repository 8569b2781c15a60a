"""The restoration network: estimates what JPEG 2000's quantiser took from each wavelet coefficient.

A JPEG 2000 decoder puts every coefficient in the middle of the interval that its decoded bit planes leave.
How wide that is can be read off the coefficient, which is an odd multiple of half of it, unless it is zero.
The network sees the coefficients of the two finest levels and their intervals, in units of the picture's
typical one, and estimates the conditional mean: a residual network at half resolution, to which the second
level is shuffled up. No correction leaves its coefficient's interval.

Source: the residual blocks without normalisation are those of Lim et al., "Enhanced Deep Residual Networks
for Single Image Super-Resolution", CVPR workshops 2017.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import ResidualBlock, start_at_zero
from steg.networks.wavelet import analyse, synthesise

STRIDE = 4  # pixels: the sides of what is restored are multiples of this
STEPS = {  # OpenJPEG's quantiser steps of HL, LH, HH in `steg.payload.klt`, in 8-bit levels, by wavelet level
    1: (0.123626708984375, 0.123626708984375, 0.12017822265625),
    2: (0.062652587890625, 0.062652587890625, 0.064666748046875),
}
LARGEST = 4.0  # half intervals of more typical ones than this look alike to the network
RANGE = 64.0  # 8-bit levels that low-pass samples are divided by
WAVELET_REACH = 21  # pixels to each side, of two levels of the transform and of its inverse together


@dataclass(frozen=True)
class RestorationConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 32  # channels at half resolution
    blocks: int = 3  # residual blocks


class Bands(NamedTuple):
    """Two levels of the wavelet transform of three planes, in 8-bit levels; or corrections to them."""

    fine: Tensor  # HL, LH, HH of the first level, (B, 9, H/2, W/2)
    coarse: Tensor  # of the second, (B, 9, H/4, W/4)
    low: Tensor  # low-pass, (B, 3, H/4, W/4)


GROUPS = 4  # of coefficients, whose corrections have a gain each:
GROUPS_OF = ((0, 1, 1) * 3, (2, 3, 3) * 3, (2, 3, 3))  # by the field of `Bands`, and its channels


def to_bands(planes: Tensor) -> Bands:
    """(B, C, H, W), H and W multiples of `STRIDE` -> wavelet coefficients."""
    half, fine = analyse(planes)
    low, coarse = analyse(half)
    return Bands(fine, coarse, low)


def from_bands(bands: Bands) -> Tensor:
    """Inverse of `to_bands`."""
    return synthesise(synthesise(bands.low, bands.coarse), bands.fine)


def half_intervals(coefficients: Tensor, level: int) -> Tensor:
    """Half the width of the interval that each decoded coefficient stands for; 0 where it was decoded as 0.

    Args:
        coefficients: HL, LH, HH of a level, (B, 3 C, h, w), decoded.
        level: 1 or 2.
    """
    steps = coefficients.new_tensor(STEPS[level]).repeat_interleave(coefficients.shape[1] // 3)
    halves = steps[:, None, None] / 2
    multiples = (coefficients / halves).round().int()
    return (multiples & -multiples) * halves


def log_half_intervals(coefficients: Tensor, level: int) -> Tensor:
    """Binary logarithms of `half_intervals`; not a number where they are 0."""
    half = half_intervals(coefficients, level)
    return torch.where(half > 0, half, torch.nan).log2()


class RestorationNetwork(nn.Module):
    """Restores decoded planes, (B, 3, H, W), decorrelated colours in 8-bit levels around 0, not rounded."""

    def __init__(self, config: RestorationConfig):
        super().__init__()
        self.config = config
        width = config.width
        self.stem = nn.Conv2d(9 + 9 + 1, width, 3, padding=1)
        self.coarse_stem = nn.Conv2d(9 + 9 + 3, 4 * width, 1)
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(config.blocks)))
        self.head = nn.Conv2d(width, 9, 3, padding=1)
        self.coarse_head = nn.Conv2d(4 * width, 12, 1)
        start_at_zero(self.head)
        start_at_zero(self.coarse_head)

    def forward(self, planes: Tensor, step: Tensor, gains: Tensor) -> Tensor:
        """Restored planes.

        Args:
            planes: as decoded, H and W multiples of `STRIDE`.
            step: the typical half interval of each picture, (B,); see `steg.payload.restoration`.
            gains: by which the corrections of each group are multiplied, (B, GROUPS).
        """
        bands = to_bands(planes)
        return from_bands(corrected(bands, self.corrections(bands, step), gains))

    def corrections(self, bands: Bands, step: Tensor) -> Bands:
        """What is to be added to decoded coefficients; arguments as in `forward`."""
        step = step[:, None, None, None]
        fine, coarse = half_intervals(bands.fine, 1), half_intervals(bands.coarse, 2)
        logarithm = step.log2().expand(-1, 1, *bands.fine.shape[2:])
        x = self.stem(torch.cat([*_relative(bands.fine, fine, step), logarithm], 1))
        y = self.coarse_stem(torch.cat([*_relative(bands.coarse, coarse, step), bands.low / RANGE], 1))
        x = self.blocks(x + F.pixel_shuffle(y, 2))
        to_fine = self.head(x).float() * step
        to_coarse, to_low = (self.coarse_head(F.pixel_unshuffle(x, 2)).float() * step).split([9, 3], 1)
        return Bands(
            _bounded(to_fine, fine, step), _bounded(to_coarse, coarse, step), to_low.clamp(-step, step)
        )

    @property
    def reach(self) -> int:
        """Pixels to each side that a restored pixel depends on: by wavelets, twice, and by convolutions."""
        return WAVELET_REACH + 2 * (2 + 2 * len(self.blocks))


def corrected(bands: Bands, corrections: Bands, gains: Tensor) -> Bands:
    """Decoded coefficients plus corrections, multiplied by the gains of their groups, (B, GROUPS)."""
    factors = (gains[:, list(groups), None, None] for groups in GROUPS_OF)
    return Bands(*map(torch.add, bands, map(torch.mul, corrections, factors)))


def _relative(coefficients: Tensor, half: Tensor, step: Tensor) -> tuple[Tensor, Tensor]:
    """Coefficients and half intervals as the network sees them."""
    return (coefficients / step).asinh(), (half / step).clamp(max=LARGEST)


def _bounded(correction: Tensor, half: Tensor, step: Tensor) -> Tensor:
    """Within the interval; zeros, whose interval is unknown, change by up to two typical half intervals."""
    bound = torch.where(half > 0, half, 2 * step)
    return correction.clamp(-bound, bound)
