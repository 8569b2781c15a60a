"""Restoration of what JPEG 2000 lost: wavelet coefficients from those that were decoded."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from steg.images.metrics import psnr
from steg.networks.restoration import Bands, RestorationConfig, RestorationNetwork, to_bands
from steg.payload import klt
from steg.payload.klt import SCALE
from steg.payload.restoration import MARGIN, error_weights, fit_gains, restore
from train import data
from train.config import TrainConfig
from train.evaluate.hard_cases import pairs
from train.synthetic import synthetic_pictures
from train.tasks.after_decoding import HELD_OUT, ROUNDING, AfterDecoding, photographs
from train.tasks.coded_pictures import CELL, SHEET, kept_coded_pictures, sheet
from train.tasks.task import Batch

CROP = 128  # pixels a side of a training example


class RestorationTask(AfterDecoding[RestorationNetwork]):
    """The squared error after restoration, relative to that of the whole sheet before it.

    Errors are those of wavelet coefficients, weighted by what they cause in pixels.
    """

    network_class, config_class = RestorationNetwork, RestorationConfig
    tiny_shape = "width=8,blocks=1"
    rates = 3.0, 4.86, 6.18  # bits a pixel of the method file at strengths 0, 0.5 and 1

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        thumbnails, unseen = data.load_or_generate(sources, config.seed)
        kept = config.folder / "sheets.pt"  # a resumed run needs the same
        self.sheets = kept_coded_pictures(kept, thumbnails, config.sheets, config.seed)
        random, synthetic = np.random.default_rng(config.seed), synthetic_pictures(20, CELL, config.seed + 1)
        held_out = [sheet(unseen, synthetic, random) for _ in range(min(HELD_OUT, config.sheets))]
        self.pictures = {"held-out sheets": held_out}
        if config.photos:
            hard = [np.asarray(secret) for _, secret in pairs().values()]
            self.pictures |= {config.photos.name: photographs(config.photos), "hard cases": hard}
        self.originals, self.planes, self.steps = (each.to(device) for each in self.sheets)
        self.weights = [weights.to(device) for weights in error_weights()]
        self.errors = torch.stack([_error(*both) for both in zip(self.planes, self.originals, strict=True)])
        self.network = self.network_class(self.network_config(config.shape))
        self.data = f"{len(self.planes):,} coded sheets of {SHEET}x{SHEET} of {len(thumbnails):,} pictures"

    def kernels(self) -> list[nn.Parameter]:
        """Those between the first layers and the last."""
        return [p for p in self.network.blocks.parameters() if p.ndim == 4]

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Decoded and original planes with a margin, typical steps, errors of the whole sheets."""
        side = CROP + 2 * MARGIN
        while True:
            random = torch.rand(self.config.batch, 5, generator=generator)[part]
            examples = []
            for which, down, across, turn, sign in random.tolist():
                at = int(which * len(self.planes))
                top, left = (4 * int(place * ((SHEET - side) // 4 + 1)) for place in (down, across))
                window = at, ..., slice(top, top + side), slice(left, left + side)
                both = torch.stack([self.planes[window], self.originals[window]]).float() / SCALE
                both = both.mT if turn < 0.5 else both
                examples.append((both if sign < 0.5 else -both, self.steps[at], self.errors[at]))
            planes, steps, errors = map(torch.stack, zip(*examples, strict=True))
            yield planes[:, 0], planes[:, 1], steps, errors

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean relative error, and the gain in dB of the batch."""
        planes, originals, steps, errors = batch
        decoded, target = (_without_margin(to_bands(each)) for each in (planes, originals))
        corrections = self.network.corrections(decoded, steps)
        lost = Bands(*map(torch.sub, target, decoded))
        before = self._error(lost)
        after = self._error(Bands(*map(torch.sub, lost, corrections)))
        loss = (after / (errors + ROUNDING)).mean()
        relative = (before / (errors + ROUNDING)).mean()
        return loss, {"gain": 10 * (relative / loss).log10()}

    def measure(self, network: RestorationNetwork, picture: np.ndarray, rate: float) -> tuple[float, float]:
        """PSNR in dB of a picture coded with so many bits a pixel, and what restoration adds to it."""
        size = picture.shape[1::-1]
        layers = klt.to_layers(Image.fromarray(picture), [int(rate * size[0] * size[1] / 8)])
        planes = klt.decode(layers, size)
        before = psnr(klt.to_pixels(planes), picture)
        gains = fit_gains(planes, picture, network)
        return before, psnr(restore(planes, network, gains), picture) - before

    def _error(self, bands: Bands) -> Tensor:
        """The mean squared error of each example, (B,), from the errors of its coefficients."""
        sums = [
            (weights * band.square()).sum((1, 2, 3))
            for weights, band in zip(self.weights, bands, strict=True)
        ]
        return torch.stack(sums).sum(0) / (3 * CROP**2)


def _error(planes: Tensor, originals: Tensor) -> Tensor:
    """The mean squared error of planes in 1/`SCALE` of a level."""
    return ((planes.float() - originals.float()) / SCALE).square().mean()


def _without_margin(bands: Bands) -> Bands:
    """Without the coefficients of a margin, which depend on what is beyond it."""
    margins = (MARGIN // 2, MARGIN // 4, MARGIN // 4)
    return Bands(*(band[..., m:-m, m:-m] for band, m in zip(bands, margins, strict=True)))
