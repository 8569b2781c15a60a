"""A prep-hide-reveal network small enough to be trained within a minute on a CPU, one step at a time.

As Baluja, "Hiding images in plain sight: deep steganography", NeurIPS 2017: one stack of convolutions
prepares the secret, one hides the result in the cover, one reveals; all are trained together, on both errors.
Pictures are 64x64, and `steg.networks.prep_hide_reveal` is the network of the paper's size.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple, cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from steg.images.metrics import psnr
from steg.images.tiling import to_pixels, to_tensor

SIDE = 64  # pixels of the pictures
PATCH, BATCH = 32, 4  # pixels a side, and number, of the patches of one step
WIDTH = 16  # channels
LEARNING_RATE = 3e-3
DECAY = 0.95  # of the moving average of the weights


class Progress(NamedTuple):
    """The state of the training after a number of steps.

    Attributes:
        step: number of steps made.
        stego: (64, 64, 3) uint8, as a receiver would get it.
        revealed: (64, 64, 3) uint8, from these whole numbers.
        cover_psnr: of stego and cover, in dB.
        secret_psnr: of revealed and secret, in dB.
    """

    step: int
    stego: np.ndarray
    revealed: np.ndarray
    cover_psnr: float
    secret_psnr: float


def stack(inputs: int, layers: int, outputs: int) -> nn.Sequential:
    """3x3 convolutions, zero padded, with ReLU between them."""
    widths = [inputs, *[WIDTH] * layers]
    hidden = [
        part
        for before, after in pairwise(widths)
        for part in (nn.Conv2d(before, after, 3, padding=1), nn.ReLU())
    ]
    return nn.Sequential(*hidden, nn.Conv2d(WIDTH, outputs, 3, padding=1))


class SmallHidingNetwork(nn.Module):
    """Hides one picture in another. Pictures are (B, 3, H, W) floats in [0, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.preparation = stack(3, 1, WIDTH)
        self.hiding = stack(3 + WIDTH, 2, 3)
        self.revealing = stack(3, 3, 3)

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture, neither clipped nor rounded."""
        return self.hiding(torch.cat([cover, self.preparation(secret)], 1))

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the revealed secret, neither clipped nor rounded."""
        return self.revealing(stego)


def train_to_hide(
    cover: np.ndarray,
    secret: np.ndarray,
    others: list[np.ndarray],
    secret_weight: Callable[[], float],
    seed: int = 0,
) -> Iterator[Callable[[], Progress]]:
    """Trains a network by Adam on patches of cover and secret, and of any of the pictures in any other.

    The loss is `(1 - w) MSE(stego, cover) + w MSE(revealed, secret)`. Uniform noise of one level stands for
    the rounding of the stego picture to whole numbers, which has no gradient. What is measured is the network
    with the exponential moving average of the weights, as single steps on few patches lose several dB.

    Args:
        cover: (64, 64, 3) uint8.
        secret: (64, 64, 3) uint8.
        others: more pictures of this shape to train on.
        secret_weight: returns w, in [0, 1]; asked before each step.
        seed: of the weights and of the patches.

    Yields:
        After each step, a function that measures the network as it is then on cover and secret.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = SmallHidingNetwork()
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(DECAY))
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    pictures = torch.cat([to_tensor(picture, "cpu") for picture in (cover, secret, *others)])
    step = 0

    def measure() -> Progress:
        return _measure(cast(SmallHidingNetwork, averaged.module), step, cover, secret)

    while True:
        covers, secrets = (_patches(pictures, first, generator) for first in (0, 1))
        stego = network.hide(covers, secrets)
        noise = (torch.rand(stego.shape, generator=generator) - 0.5) / 255
        revealed = network.reveal(stego + noise)
        weight = secret_weight()
        loss = (1 - weight) * F.mse_loss(stego, covers) + weight * F.mse_loss(revealed, secrets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        averaged.update_parameters(network)
        step += 1
        yield measure


def _patches(pictures: Tensor, first: int, generator: torch.Generator) -> Tensor:
    """(BATCH, 3, PATCH, PATCH) from random places: of the picture `first`, then of random ones."""
    which = [first, *torch.randint(len(pictures), (BATCH - 1,), generator=generator).tolist()]
    corners = torch.randint(SIDE - PATCH + 1, (BATCH, 2), generator=generator).tolist()
    return torch.stack(
        [
            pictures[index, :, top : top + PATCH, left : left + PATCH]
            for index, (top, left) in zip(which, corners, strict=True)
        ]
    )


@torch.no_grad()
def _measure(network: SmallHidingNetwork, step: int, cover: np.ndarray, secret: np.ndarray) -> Progress:
    stego = to_pixels(network.hide(to_tensor(cover, "cpu"), to_tensor(secret, "cpu")))
    revealed = to_pixels(network.reveal(to_tensor(stego, "cpu")))
    return Progress(step, stego, revealed, psnr(stego, cover), psnr(revealed, secret))
