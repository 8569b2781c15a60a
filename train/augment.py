"""The random crops and changes of pictures that a training step sees, made on the device they live on."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from train.data import SIDE

COARSEST_GRAIN = 5.0  # standard deviation in 8-bit levels


@dataclass(frozen=True)
class Augmentation:
    """Shares of the pictures that are changed in some way; described in `train.config`."""

    enlarged: float = 0.0
    dimmed: float = 0.0
    saturated: float = 0.0
    shuffled: float = 0.0
    shrunk: float = 0.0
    grainy: float = 0.0
    drawn: float = 0.0
    smallest: int = 24  # side in pixels of the smallest square that is enlarged


def batches(
    pictures: Tensor, drawn: Tensor, size: int, how: Augmentation, generator: torch.Generator, part: slice
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of this process.

    Args:
        pictures: (N, 3, 64, 64) uint8, on any device; batches are made there.
        drawn: likewise, taken with probability `how.drawn`.
        size: pictures per batch in all processes together.
        how: what is done to them.
        generator: of all random numbers, on the CPU. Each process draws those of the whole batch, so that
            one process sees what many would.
        part: the pictures of the batch that this process makes.

    Yields:
        (size, 3, 64, 64) floats in [0, 1] on 8-bit levels, and a random number for each in [0, 1).
    """
    pool = torch.cat([pictures, drawn])
    while True:
        random = torch.rand(size, 16, generator=generator)
        chosen = (random[:, 0] * len(pictures)).long()
        if len(drawn):
            other = len(pictures) + (random[:, 0] * len(drawn)).long()
            chosen = torch.where(random[:, 1] < how.drawn, other, chosen)
        random = random[part].to(pool.device, non_blocking=True)
        yield augment(pool[chosen[part].to(pool.device)], how, random[:, 2:15]), random[:, 15]


def augment(pictures: Tensor, how: Augmentation, random: Tensor) -> Tensor:
    """A random window, mirroring, order of channels, saturation and brightness for each picture.

    Photographs are smoother at pixel scale than 64x64 thumbnails, so a share `how.enlarged` is a random
    square of `how.smallest` (24) to 64 pixels, enlarged to 64.

    Args:
        pictures: (B, 3, 64, 64) uint8.
        how: the shares.
        random: (B, 13) in [0, 1), where everything random comes from.

    Returns:
        (B, 3, 64, 64) floats in [0, 1] on 8-bit levels.
    """
    n, device = len(pictures), pictures.device
    size, across, down, mirror, shuffle, dim, colour = random[:, :7].unbind(1)
    shrink, grainy, seed = random[:, 10:].unbind(1)
    x = pictures.float() / 255
    order = random[:, 7:10].argsort(1)
    order = torch.where((shuffle < how.shuffled)[:, None], order, torch.arange(3, device=device))
    x = x[torch.arange(n, device=device)[:, None], order]
    # one random number says whether and, stretched to [0, 1) again, how much
    side = how.smallest + (SIDE - how.smallest) * size / max(how.enlarged, 1e-9)
    scale = torch.where(size < how.enlarged, side / SIDE, 1.0)
    # affine maps from the crop's coordinates to the picture's, both in [-1, 1]
    windows = x.new_zeros(n, 2, 3)
    windows[:, 0, 0] = scale * torch.where(mirror < 0.5, -1.0, 1.0)
    windows[:, 1, 1] = scale
    windows[:, :, 2] = (2 * torch.stack([across, down], 1) - 1) * (1 - scale)[:, None]
    grid = F.affine_grid(windows, [n, 3, SIDE, SIDE], align_corners=False)
    x = F.grid_sample(x, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    x = torch.where((shrink < how.shrunk)[:, None, None, None], mirrored(F.avg_pool2d(x, 2)), x)
    colour = torch.where(colour < how.saturated, 1 + 3 * colour / max(how.saturated, 1e-9), 1.0)
    grey = x.mean(1, keepdim=True)
    x = grey + colour[:, None, None, None] * (x - grey)
    x = x * torch.where(dim < how.dimmed, 0.1 + 0.7 * dim / max(how.dimmed, 1e-9), 1.0)[:, None, None, None]
    if how.grainy:
        deviation = torch.where(grainy < how.grainy, COARSEST_GRAIN * grainy / how.grainy, 0.0)
        grain = torch.stack([_noise(picture, number) for picture, number in zip(x, seed, strict=True)])
        x = x + deviation[:, None, None, None] / 255 * grain
    return ((x.clamp(0, 1) * 255).round() / 255).contiguous(memory_format=torch.channels_last)


def _noise(like: Tensor, seed: Tensor) -> Tensor:
    """Normal noise that depends on `seed` alone, a number in [0, 1), so that processes agree on it."""
    generator = torch.Generator(like.device).manual_seed(int(seed * 2**24))
    return torch.randn(like.shape, generator=generator, device=like.device)


def mirrored(pictures: Tensor) -> Tensor:
    """Twice as high and wide: mirrored at the right and at the lower edge."""
    wide = torch.cat([pictures, pictures.flip(3)], 3)
    return torch.cat([wide, wide.flip(2)], 2)
