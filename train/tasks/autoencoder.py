"""Through a bottleneck and back, with a random width of the bottleneck for each picture.

Training starts at the best that a network without activation functions could do, which needs no training:
the principal components of 8x8 blocks (Baldi and Hornik, "Neural networks and principal component analysis",
Neural Networks 1989).
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.autoencoder import BLOCK, Autoencoder, AutoencoderConfig
from train import augment, data
from train.classify.config import ClassifyConfig
from train.loop import mean_psnr
from train.tasks.hiding import squared_error
from train.tasks.task import Task

HOW = augment.Augmentation(enlarged=0.6, dimmed=0.1, saturated=0.1, shuffled=0.1)
WIDTHS = (1, 2, 4, 8, 16, 32, 64)  # that are measured
UNSEEN = 500  # pictures
SAMPLED = 1000  # pictures whose principal components are taken


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
    start_at_principal_components(network, pictures[: len(pictures) : max(1, len(pictures) // SAMPLED)])
    batches = augment.batches(pictures, pictures[:0], config.batch, HOW, generator, slice(None))

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


@torch.no_grad()
def start_at_principal_components(network: Autoencoder, pictures: Tensor) -> None:
    """Sets the weights so that the code's channels are the principal components of blocks, largest first.

    Args:
        network: a fresh one, whose residual layers still pass on what comes in.
        pictures: (N, 3, 64, 64) uint8.
    """
    x = pictures.float() / 255 - 0.5
    blocks = F.unfold(x, BLOCK, stride=BLOCK).transpose(1, 2).flatten(0, 1)
    mean = blocks.mean(0)
    _, directions = torch.linalg.eigh((blocks - mean).T @ (blocks - mean))
    kept = directions.flip(1)[:, : network.config.width].T.contiguous()  # eigh begins with the smallest
    network.squeeze.weight.copy_(kept.view_as(network.squeeze.weight))
    network.squeeze.bias.copy_(-kept @ mean)
    for layer in (network.to_code, network.from_code):
        layer.weight.copy_(torch.eye(*layer.weight.shape[:2])[..., None, None])
        layer.bias.zero_()
    network.spread.weight.zero_()
    network.spread.weight[:, :, 1, 1] = kept.T
    network.spread.bias.copy_(mean)


def widths(draw: Tensor, most: int) -> Tensor:
    """Random numbers in [0, 1) -> how many channels stay open, from 1 to `most`, small ones more often."""
    return (most**draw).ceil().clamp(1, most)
