"""Hiding for a chat: what the robust network is trained for, through simulated channels (`chat_channel`)."""

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.channels import jpeg
from steg.errors import StegError
from steg.images.dct import BLOCK
from steg.images.tiling import to_pixels, to_tensor
from steg.methods.chat import Robust
from steg.networks.carriers import ALPHABET_SIZES, OFFSETS
from steg.networks.gains import texture_gains
from steg.networks.invertible import quantise
from steg.networks.robust import RobustConfig, RobustNetwork
from train.augment import mirrored
from train.config import TrainConfig
from train.metrics import squared_error
from train.tasks.chat_channel import Channel
from train.tasks.hiding import Hiding

SCALES = 0.6, 1.7
WITHOUT_GAINS = 0.25  # share of the pictures
MOST_ENLARGED = 3.0


class ChatTask(Hiding[RobustNetwork]):
    """Cross-entropy of the symbols after a random channel, in bits a carrier.

    The symbols are random, so that secrets are needed in validation only. The cover's error is set by the
    network's step lengths. Pictures are made larger and smoother, as photographs are (`larger`).
    """

    network_class, config_class = RobustNetwork, RobustConfig
    presets: ClassVar = {
        "steps": 15_000,
        "batch": 4,
        "lr": 0.006,
        "bias_lr": 3e-3,
        "floor": 0.02,
        "ema": 0.998,
        "pairs": 32,
        "half": True,
    }
    tiny_shape = "width=16,depth=1"

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        self.pool = ThreadPoolExecutor()  # Pillow's codecs run in parallel

    def loss(self, cover: Tensor, secret: Tensor, uniform: Tensor, step: int) -> tuple[Tensor, ...]:
        """After a random channel for each pair."""
        uniform = uniform.cpu()
        generator = torch.Generator(cover.device).manual_seed(int(uniform[0] * 2**24))
        cover = larger(cover, uniform)
        # all that is not learnt in float32: in bfloat16, JPEG's coefficients would be off by a level or so
        with torch.no_grad(), torch.autocast(cover.device.type, enabled=False):
            symbols = random_symbols(cover, generator)
            scales = [random_scale(seed) for seed in uniform.tolist()]
            stego = quantise(self.network.modulate(cover, symbols, gains(cover, scales)))
            channels = [Channel(int(seed * 2**24)) for seed in uniform]
            pixels = [to_pixels(picture) for picture in stego.cpu().split(1)]
            received = torch.from_numpy(np.stack(list(self.pool.map(Channel.__call__, channels, pixels))))
            received = received.to(cover.device).permute(0, 3, 1, 2) / 255
        classes = torch.tensor([channel.channel_class for channel in channels], device=cover.device)
        offsets = torch.tensor(OFFSETS, device=cover.device)[:, None, None]
        posteriors = self.network.demodulate(received, classes, gains(received, scales)).gather(
            1, offsets + symbols
        )
        return -posteriors.log2().mean(), squared_error(stego, cover)

    def round_trip(self, network: RobustNetwork, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Stego picture and what is revealed after Pillow's JPEG at quality 90, both on 8-bit levels.

        Where nothing can be decoded yet, that is the cover as it was, and grey.
        """
        method = Robust(network)
        stego, revealed = cover.clone(), torch.full_like(secret, 128 / 255)
        for number, pair in enumerate(zip(cover, secret, strict=True)):
            try:
                made = method.hide(*(Image.fromarray(to_pixels(picture[None])) for picture in pair))
                stego[number] = to_tensor(np.asarray(made), cover.device)[0]
                received = method.reveal(jpeg(made, 90)).image
                revealed[number] = to_tensor(np.asarray(received), cover.device)[0]
            except StegError:
                continue
        return stego, revealed


def random_scale(uniform: float) -> float | None:
    """A random scale of the step lengths; None for pictures of before, with the same ones everywhere."""
    chance = (uniform * 2**12 % 1 - WITHOUT_GAINS) / (1 - WITHOUT_GAINS)
    low, high = SCALES
    return low * (high / low) ** chance if chance >= 0 else None


def gains(pictures: Tensor, scales: list[float | None]) -> Tensor:
    """Of each picture, (B, 2, H / 8, W / 8)."""
    each = zip(texture_gains(pictures).split(1), scales, strict=True)
    return torch.cat([gain * scale if scale else torch.ones_like(gain) for gain, scale in each])


def random_symbols(cover: Tensor, generator: torch.Generator) -> Tensor:
    """A random symbol for each carrier in each block of a cover, (B, carriers, H / 8, W / 8) int64."""
    shape = len(cover), len(ALPHABET_SIZES), *(side // BLOCK for side in cover.shape[2:])
    sizes = torch.tensor(ALPHABET_SIZES, device=cover.device)[:, None, None]
    return torch.randint(max(ALPHABET_SIZES), shape, generator=generator, device=cover.device) % sizes


def larger(pictures: Tensor, uniform: Tensor) -> Tensor:
    """Twice as high and wide, with as much detail as photographs have, more or less.

    Thumbnails are eight blocks wide and full of detail: each is mirrored to the size that, enlarged by a
    random factor up to `MOST_ENLARGED`, is as large as wanted.
    """
    height, width = (2 * side for side in pictures.shape[2:])
    enlarged = []
    for picture, chance in zip(mirrored(pictures).split(1), uniform.tolist(), strict=True):
        factor = MOST_ENLARGED ** (chance * 2**6 % 1)
        part = picture[..., : math.ceil(height / factor), : math.ceil(width / factor)]
        enlarged.append(F.interpolate(part, (height, width), mode="bicubic", align_corners=False))
    return quantise(torch.cat(enlarged))
