"""Hiding a picture in a picture: the tasks of the predictive, invertible and prep-hide-reveal networks.

Pictures are (B, 3, H, W) floats on 8-bit levels in [0, 1]. Rounding to 8 bits is always inside the loss.
"""

from abc import abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import torch
from torch import Tensor

from steg.networks.invertible import InvertibleConfig, InvertibleNetwork, quantise
from steg.networks.predictive import PredictiveConfig, PredictiveNetwork
from steg.networks.prep_hide_reveal import PrepHideRevealConfig, PrepHideRevealNetwork
from train import augment, data
from train.config import TrainConfig
from train.metrics import psnr, squared_error
from train.synthetic import synthetic_pictures
from train.tasks.task import Batch, Network, Task, Validation

SYNTHETIC = 4000  # pictures


class Hiding(Task[Network]):
    """Pairs of cover and secret, trained on thumbnails, validated on them and on whole photographs.

    A subclass names its networks and says what a pair costs (`loss`) and how the receiver sees it
    (`round_trip`).
    """

    own_settings: ClassVar[tuple[str, ...]] = ("photos", "pairs", *augment.SETTINGS)
    pictures_per_example = 2

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        training, validation = data.load_or_generate(sources, config.seed)
        synthetic = synthetic_pictures(10 if config.dry_run else SYNTHETIC, data.SIDE, config.seed)
        self.pictures, self.synthetic = torch.cat([training, synthetic]).to(device), len(synthetic)
        self.sets = {"validation": validation[: 2 * config.pairs].to(device)}
        if config.photos:
            self.sets["photos"] = data.whole(config.photos).to(device)
        self.network = self.network_class(self.network_config(config.shape))
        self.data = f"{len(training):,} pictures of 64x64"

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Covers, secrets, and a random number in [0, 1) for each pair."""
        shares = augment.of_config(self.config)
        size, part = 2 * self.config.batch, slice(2 * part.start, 2 * part.stop)
        for pictures, uniform in augment.batches(
            self.pictures, size, shares, generator, part, self.synthetic
        ):
            yield pictures[::2], pictures[1::2], uniform[::2]

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss of the pairs, and the PSNR in dB of cover and secret."""
        cover, secret, uniform = batch
        loss, *errors = self.loss(cover, secret, uniform, step)
        names = "cover_psnr", "secret_psnr"
        return loss, {name: psnr(error) for name, error in zip(names, errors, strict=False)}

    @abstractmethod
    def loss(self, cover: Tensor, secret: Tensor, uniform: Tensor, step: int) -> tuple[Tensor, ...]:
        """The loss, and the mean squared error of each cover and, if there is one, each revealed secret.

        Args:
            cover: (B, 3, H, W).
            secret: likewise.
            uniform: (B,) random numbers in [0, 1), from which everything random has to come.
            step: of the training.

        Returns:
            The loss, and once or twice (B,) in squared 8-bit levels.
        """

    @abstractmethod
    def round_trip(self, network: Network, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Stego picture and revealed secret by a network like this task's, both on 8-bit levels."""

    def validate(self, network: Network) -> Validation:
        """PSNR in dB through 8-bit pictures, of each set of pictures."""
        figures: dict[str, dict[str, float]] = {}
        examples: dict[str, Tensor] = {}
        for name, pictures in self.sets.items():
            figures[name], shown = self._measure(network, *pictures.chunk(2))
            examples |= {f"{name}: {caption}": rows for caption, rows in shown.items()}
        return Validation(figures, examples)

    def _measure(
        self, network: Network, covers: Tensor, secrets: Tensor
    ) -> tuple[dict[str, float], dict[str, Tensor]]:
        """Figures of pairs (N, 3, H, W) uint8, and the first of them as examples."""
        errors: list[Tensor] = []
        examples: dict[str, Tensor] = {}
        at_once = max(1, 64 * data.SIDE**2 // (covers.shape[2] * covers.shape[3]))
        for cover, secret in zip(covers.split(at_once), secrets.split(at_once), strict=True):
            cover, secret = ((x / 255).contiguous(memory_format=torch.channels_last) for x in (cover, secret))
            stego, revealed = self.round_trip(network, cover, secret)
            errors.append(torch.stack([squared_error(stego, cover), squared_error(revealed, secret)]))
            examples = examples or _examples(cover[:4], stego[:4], secret[:4], revealed[:4])
        figures: dict[str, float] = {"pairs": len(covers)}
        for name, db in zip(("cover", "secret"), psnr(torch.cat(errors, 1)), strict=True):
            figures[f"{name}_psnr"] = round(db.mean().item(), 2)
            figures[f"{name}_psnr_min"] = round(db.min().item(), 2)
        return figures, examples


RESIDUAL_GAIN = 20


def _examples(cover: Tensor, stego: Tensor, secret: Tensor, revealed: Tensor) -> dict[str, Tensor]:
    residual = (0.5 + RESIDUAL_GAIN * (stego - cover)).clamp(0, 1)
    rows = torch.cat([cover, stego, secret, revealed], 3)
    return {"cover, stego, secret, revealed": rows, f"residual x{RESIDUAL_GAIN}": residual}


class PredictiveTask(Hiding[PredictiveNetwork]):
    """Error of the cover plus that of the secret, once before and once after the last network.

    The balance of the two is another one for each picture, over the whole range of the strength control.
    Their logarithm is taken, so that easy pictures count as much as hard ones, as they do in a mean PSNR. The
    digits are chosen for the least sum of both errors; therefore (the envelope theorem) the gradient with
    digits held fixed is the true one, and nothing has to be approximated.
    """

    network_class, config_class = PredictiveNetwork, PredictiveConfig
    tiny_shape = "width=8,depth=1"
    log_weights = -3.0, 3.0  # of the secret's error, powers of two
    cycle = 5, 3, 5, 7  # the base of the digits in every fourth step

    def loss(self, cover: Tensor, secret: Tensor, uniform: Tensor, step: int) -> tuple[Tensor, ...]:
        """At a random balance of the errors for each pair, with digits of this step's base."""
        lowest, highest = self.log_weights
        base = self.cycle[step % len(self.cycle)]
        weight = torch.exp2(lowest + (highest - lowest) * uniform)
        stego, revealed, unsmoothed = self.network(cover, secret, weight.view(-1, 1, 1, 1), base)
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        sums = cover_error + weight * secret_error, cover_error + weight * unsmoothed
        after, before = ((s + 0.05).log().mean() for s in sums)
        return after + before, cover_error, secret_error

    def round_trip(self, network: PredictiveNetwork, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """In the middle of the strength control."""
        weight, base = 2 ** (sum(self.log_weights) / 2), self.cycle[0]
        stego = network.hide(cover, secret, cover.new_full((len(cover), 1, 1, 1), weight), base)
        return stego, quantise(network.reveal(stego, base))


class InvertibleTask(Hiding[InvertibleNetwork]):
    """The logarithms of both errors, which is what PSNR measures, once a secret can be recognised.

    Before that, plain errors: the logarithm from the start ends in a perfect cover and no secret at all.
    """

    network_class, config_class = InvertibleNetwork, InvertibleConfig
    tiny_shape = "blocks=2,width=8,guess_width=8"
    knee = 20.0  # errors far below this (PSNR far above 35 dB) count linearly
    recognisable = 650.0  # 20 dB

    def loss(self, cover: Tensor, secret: Tensor, uniform: Tensor, step: int) -> tuple[Tensor, ...]:
        """After rounding to 8 bits."""
        stego = self.network.hide(cover, secret)
        revealed = self.network.reveal(quantise(stego))
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        logs = (cover_error + self.knee).log() + (secret_error + self.knee).log()
        plain = (cover_error + secret_error) / self.recognisable
        loss = torch.where(secret_error > self.recognisable, 10 + plain, logs)
        return loss.mean(), cover_error, secret_error

    def round_trip(self, network: InvertibleNetwork, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Through 8-bit pictures."""
        stego = quantise(network.hide(cover, secret))
        return stego, quantise(network.reveal(stego))


class PrepHideRevealTask(Hiding[PrepHideRevealNetwork]):
    """The weighted sum of both squared errors, with noise before reveal, as Baluja trained it, and rounding.

    The logarithm of the sum, so that easy pictures count as much as hard ones, as they do in a mean PSNR.
    """

    network_class, config_class = PrepHideRevealNetwork, PrepHideRevealConfig
    presets: ClassVar = {
        "steps": 8000,
        "batch": 4,
        "lr": 0.006,
        "bias_lr": 5e-4,
        "ema": 0.995,
        "enlarged": 0.3,
        "dimmed": 0.05,
        "saturated": 0.3,
        "synthetic": 0.05,
    }
    tiny_shape = "share=5"
    noise = 0.01  # standard deviation
    secret_weight = 0.85  # Baluja's beta; at 1, the cover ended up 1.9 dB behind the secret

    def loss(self, cover: Tensor, secret: Tensor, uniform: Tensor, step: int) -> tuple[Tensor, ...]:
        """After rounding to 8 bits, and noise."""
        stego = self.network.hide(cover, secret)
        generator = torch.Generator(stego.device).manual_seed(int(uniform[0] * 2**24))
        noise = torch.randn(stego.shape, generator=generator, device=stego.device)
        revealed = self.network.reveal(quantise(stego) + self.noise * noise)
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        loss = (cover_error + self.secret_weight * secret_error + 1).log().mean()
        return loss, cover_error, secret_error

    def round_trip(
        self, network: PrepHideRevealNetwork, cover: Tensor, secret: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Through 8-bit pictures, without noise."""
        stego = quantise(network.hide(cover, secret))
        return stego, quantise(network.reveal(stego))
