"""Augmentation: random batches of training pictures, changed at random, on the device they live on."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from train.config import TrainConfig
from train.data import SIDE

MAX_NOISE = 5.0  # largest standard deviation of additive noise, in 8-bit levels


@dataclass(frozen=True)
class Augmentation:
    """Shares of the pictures that are changed in some way; described in `train.config`."""

    enlarged: float = 0.0
    dimmed: float = 0.0
    saturated: float = 0.0
    shuffled: float = 0.0
    shrunk: float = 0.0
    grainy: float = 0.0
    synthetic: float = 0.0
    smallest: int = 24  # side in pixels of the smallest crop that is enlarged


SHARES = ("enlarged", "dimmed", "saturated", "shuffled", "shrunk", "grainy")  # settings for any pictures
SETTINGS = (*SHARES, "synthetic")


def of_config(config: TrainConfig) -> Augmentation:
    """The shares that the settings of a run name."""
    return Augmentation(**{name: getattr(config, name) for name in SETTINGS})


def batches(
    pictures: Tensor,
    size: int,
    shares: Augmentation,
    generator: torch.Generator,
    part: slice,
    synthetic: int = 0,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of this process.

    Args:
        pictures: (N, 3, 64, 64) uint8, on any device; batches are made there.
        size: pictures per batch in all processes together.
        shares: how they are augmented.
        generator: of all random numbers, on the CPU. Each process draws those of the whole batch, so that
            one process sees what many would.
        part: the pictures of the batch that this process makes.
        synthetic: how many of `pictures`, the last ones, are synthetic. They make up `shares.synthetic` of
            the batches.

    Yields:
        (size, 3, 64, 64) floats in [0, 1] on 8-bit levels, and a random number for each in [0, 1).
    """
    photographs = len(pictures) - synthetic
    while True:
        uniform = torch.rand(size, 16, generator=generator)
        chosen = (uniform[:, 0] * photographs).long()
        if synthetic:
            other = photographs + (uniform[:, 0] * synthetic).long()
            chosen = torch.where(uniform[:, 1] < shares.synthetic, other, chosen)
        uniform = uniform[part].to(pictures.device, non_blocking=True)
        batch = augment(pictures[chosen[part].to(pictures.device)], shares, uniform[:, 2:15])
        yield batch, uniform[:, 15]


def augment(pictures: Tensor, shares: Augmentation, uniform: Tensor) -> Tensor:
    """Random crop, mirroring, channel order, resolution, saturation, brightness and noise for each picture.

    Photographs are smoother at pixel scale than 64x64 thumbnails, so a share `shares.enlarged` is a
    random square of `shares.smallest` to 64 pixels, enlarged to 64.

    Args:
        pictures: (B, 3, 64, 64) uint8.
        shares: of pictures that are changed.
        uniform: (B, 13) random numbers in [0, 1), where everything random comes from.

    Returns:
        (B, 3, 64, 64) floats in [0, 1] on 8-bit levels.
    """
    n, device = len(pictures), pictures.device
    size, across, down, mirror, shuffle, dim, saturate = uniform[:, :7].unbind(1)
    shrink, grainy, seed = uniform[:, 10:].unbind(1)
    x = pictures.float() / 255
    order = uniform[:, 7:10].argsort(1)
    order = torch.where((shuffle < shares.shuffled)[:, None], order, torch.arange(3, device=device))
    x = x[torch.arange(n, device=device)[:, None], order]
    # one random number says whether and, stretched to [0, 1) again, how much
    side = shares.smallest + (SIDE - shares.smallest) * size / max(shares.enlarged, 1e-9)
    scale = torch.where(size < shares.enlarged, side / SIDE, 1.0)
    # affine maps from the crop's coordinates to the picture's, both in [-1, 1]
    windows = x.new_zeros(n, 2, 3)
    windows[:, 0, 0] = scale * torch.where(mirror < 0.5, -1.0, 1.0)
    windows[:, 1, 1] = scale
    windows[:, :, 2] = (2 * torch.stack([across, down], 1) - 1) * (1 - scale)[:, None]
    grid = F.affine_grid(windows, [n, 3, SIDE, SIDE], align_corners=False)
    x = F.grid_sample(x, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    x = torch.where((shrink < shares.shrunk)[:, None, None, None], mirrored(F.avg_pool2d(x, 2)), x)
    saturation = torch.where(saturate < shares.saturated, 1 + 3 * saturate / max(shares.saturated, 1e-9), 1.0)
    grey = x.mean(1, keepdim=True)
    x = grey + saturation[:, None, None, None] * (x - grey)
    x = (
        x
        * torch.where(dim < shares.dimmed, 0.1 + 0.7 * dim / max(shares.dimmed, 1e-9), 1.0)[
            :, None, None, None
        ]
    )
    if shares.grainy:
        deviation = torch.where(grainy < shares.grainy, MAX_NOISE * grainy / shares.grainy, 0.0)
        noise = torch.stack([_noise(picture, number) for picture, number in zip(x, seed, strict=True)])
        x = x + deviation[:, None, None, None] / 255 * noise
    return ((x.clamp(0, 1) * 255).round() / 255).contiguous(memory_format=torch.channels_last)


def _noise(like: Tensor, seed: Tensor) -> Tensor:
    """Gaussian noise that depends on `seed` alone, a number in [0, 1), so that processes agree on it."""
    generator = torch.Generator(like.device).manual_seed(int(seed * 2**24))
    return torch.randn(like.shape, generator=generator, device=like.device)


def mirrored(pictures: Tensor) -> Tensor:
    """Twice as high and wide: mirrored at the right and at the lower edge."""
    wide = torch.cat([pictures, pictures.flip(3)], 3)
    return torch.cat([wide, wide.flip(2)], 2)
