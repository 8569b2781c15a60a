"""Through a bottleneck and back, with a random width of the bottleneck for each picture."""

from pathlib import Path

import torch
from torch import Tensor, nn

from steg.networks.autoencoder import Autoencoder, AutoencoderConfig
from train import data
from train.classify.config import ClassifyConfig
from train.classify.task import Task
from train.loop import mean_psnr
from train.objectives import squared_error

HOW = data.Augmentation(enlarged=0.6, dimmed=0.1, saturated=0.1, shuffled=0.1)
WIDTHS = (1, 2, 4, 8, 16, 32, 64)  # that are measured
UNSEEN = 500  # pictures


def task(config: ClassifyConfig, sources: list[Path]) -> Task:
    """The task; arguments as in `train.classify.loop.train`.

    Raises:
        StegError: if the pictures cannot be read.
    """
    generator = torch.Generator().manual_seed(config.seed)
    if config.dry_run and not sources:
        pictures, unseen = data.generated(32, generator), data.generated(8, generator)
    else:
        pictures, unseen = data.load_all(sources)
    network = Autoencoder(AutoencoderConfig())
    batches = data.batches(pictures, pictures[:0], config.batch, HOW, generator, slice(None))

    def loss() -> Tensor:
        batch, draw = next(batches)
        error = squared_error(network(batch, widths(draw, network.config.channels)), batch)
        return (error + 1).log().mean()  # easy pictures and wide bottlenecks count as much as hard ones

    @torch.no_grad()
    def measure(network: nn.Module) -> dict[str, dict]:
        x = unseen[:UNSEEN].float() / 255
        found = {}
        for width in WIDTHS:
            result = (network(x, torch.full((len(x),), width)).clamp(0, 1) * 255).round() / 255
            found[f"psnr_at_{width}"] = round(mean_psnr(squared_error(result, x)), 2)
        return {"tiny-imagenet-val": {"pictures": len(x), **found}}

    return Task(network, loss, measure, f"{len(pictures):,} pictures of 64x64")


def widths(draw: Tensor, most: int) -> Tensor:
    """Random numbers in [0, 1) -> how many channels stay open, from 1 to `most`, small ones more often."""
    return (most**draw).ceil().clamp(1, most)
