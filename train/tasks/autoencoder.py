"""The autoencoder: reconstruction of pictures at a random width of the bottleneck for each picture.

Training starts at the best that a network without activation functions could do, which needs no training:
the principal components of 8x8 blocks (Baldi and Hornik, "Neural networks and principal component analysis",
Neural Networks 1989).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from steg.networks.autoencoder import BLOCK, Autoencoder, AutoencoderConfig
from train import augment, data
from train.config import TrainConfig
from train.metrics import psnr, squared_error
from train.tasks.task import SHORT_RUN, Batch, Task, Validation

WIDTHS = (1, 2, 4, 8, 16, 32, 64)  # that are measured
UNSEEN = 500  # validation pictures
SAMPLED = 1000  # pictures whose principal components are taken


class AutoencoderTask(Task[Autoencoder]):
    """The logarithm of the squared error: easy pictures and wide bottlenecks count as much as hard ones."""

    network_class, config_class = Autoencoder, AutoencoderConfig
    own_settings = augment.SHARES
    presets: ClassVar = SHORT_RUN | {
        "steps": 2000,
        "batch": 32,
        "lr": 0.003,
        "saturated": 0.1,
        "shuffled": 0.1,
        "shrunk": 0.0,
        "grainy": 0.0,
    }

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        pictures, unseen = data.load_or_generate(sources, config.seed)
        self.network = self.network_class(self.network_config(config.shape))
        start_at_principal_components(self.network, pictures[:: max(1, len(pictures) // SAMPLED)])
        self.pictures, self.unseen = pictures.to(device), unseen[:UNSEEN].to(device)
        self.data = f"{len(pictures):,} pictures of 64x64"

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Pictures, and a number of open channels for each."""
        shares = augment.of_config(self.config)
        for batch, uniform in augment.batches(self.pictures, self.config.batch, shares, generator, part):
            yield batch, widths(uniform, self.network.config.channels)

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean logarithm of the squared errors, and the PSNR in dB."""
        pictures, kept = batch
        error = squared_error(self.network(pictures, kept), pictures)
        return (error + 1).log().mean(), {"psnr": psnr(error)}

    def validate(self, network: Autoencoder) -> Validation:
        """PSNR in dB on 8-bit levels, at several widths of the bottleneck."""
        x = self.unseen.float() / 255
        figures: dict[str, float] = {"pictures": len(x)}
        shown = [x[:4]]
        for width in WIDTHS:
            kept = torch.full((len(x),), width, device=x.device)
            result = (network(x, kept).clamp(0, 1) * 255).round() / 255
            figures[f"psnr_at_{width}"] = round(psnr(squared_error(result, x)).mean().item(), 2)
            shown.append(result[:4])
        caption = f"original, then {', '.join(map(str, WIDTHS))} channels"
        return Validation({"tiny-imagenet-val": figures}, {caption: torch.cat(shown, 3)})


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
    network.squeeze.load_state_dict({"weight": kept.view_as(network.squeeze.weight), "bias": -kept @ mean})
    for layer in (network.to_code, network.from_code):
        outputs, inputs = layer.weight.shape[:2]
        identity = torch.eye(outputs, inputs)[..., None, None]
        layer.load_state_dict({"weight": identity, "bias": torch.zeros(outputs)})
    centre = torch.zeros_like(network.spread.weight)
    centre[:, :, 1, 1] = kept.T
    network.spread.load_state_dict({"weight": centre, "bias": mean})


def widths(uniform: Tensor, most: int) -> Tensor:
    """Random numbers in [0, 1) -> how many channels stay open, from 1 to `most`, small ones more often."""
    return (most**uniform).ceil().clamp(1, most)
