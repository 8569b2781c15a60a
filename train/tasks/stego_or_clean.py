"""Stego or clean, the lesson of the tab Learn: every method's stego pictures against their very covers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor

from steg.networks.classifier import Classifier, ClassifierConfig
from train import data
from train.config import TrainConfig
from train.evaluate.classification import auc, logits
from train.tasks.examples import Classes, keep_examples, number_of_examples
from train.tasks.stego_pictures import kept_pictures
from train.tasks.task import SHORT_RUN, Batch, Task, Validation

HELD_OUT = 16  # one of so many covers is not trained on but measured during training


class StegoOrClean(Task[Classifier]):
    """Binary cross-entropy of covers and stego pictures, half of a batch each."""

    network_class, config_class = Classifier, ClassifierConfig
    hidden_matrices = ("network.dense.weight",)
    own_settings = ("covers", "stego")
    presets: ClassVar[dict[str, Any]] = SHORT_RUN | {"steps": 1000, "batch": 64, "lr": 0.005}

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        pictures, _ = data.load_or_generate(sources, config.seed)
        kept = config.stego or config.folder / "stego.pt"  # a resumed run needs the same
        made = kept_pictures(kept, pictures, config.covers, config.seed)
        clean = made.pop("clean").to(device)
        stego = torch.stack(list(made.values())).to(device)
        held_out = torch.arange(len(clean), device=device) % HELD_OUT == 0
        self.clean, self.stego = clean[~held_out], stego[:, ~held_out]
        self.unseen_clean, self.unseen_stego = (
            clean[held_out],
            dict(zip(made, stego[:, held_out], strict=True)),
        )
        self.data = f"{len(self.clean):,} covers, and what each of {', '.join(made)} makes of them"
        torch.manual_seed(config.seed)  # whether or not methods were loaded, which takes random numbers
        examples = number_of_examples(*self._examples())
        self.network = self.network_class(self.network_config(config.shape, examples=examples))

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Pictures, and for each whether it is a stego picture."""
        half = self.config.batch // 2
        labels = torch.cat([torch.zeros(half), torch.ones(half)]).to(self.device)
        while True:
            covers = torch.randint(len(self.clean), (half,), generator=generator).to(self.device)
            methods = torch.randint(len(self.stego), (half,), generator=generator).to(self.device)
            pictures = torch.cat([self.clean[covers], self.stego[methods, covers]])[part].float() / 255
            pictures = turned(pictures, generator).contiguous(memory_format=torch.channels_last)
            yield pictures, labels[part]

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss; no figures."""
        pictures, labels = batch
        return F.binary_cross_entropy_with_logits(self.network(pictures), labels), {}

    def validate(self, network: Classifier) -> Validation:
        """AUC of each method's stego pictures, of covers held out of training."""
        clean = logits(network, self.unseen_clean).numpy()
        figures = {
            name: round(auc(clean, logits(network, stego).numpy()), 3)
            for name, stego in self.unseen_stego.items()
        }
        return Validation({"held-out training covers": figures}, {})

    def finish(self, network: Classifier) -> None:
        """Keeps clean pictures, and stego pictures of one method after the other, as examples."""
        keep_examples(network, *self._examples())

    def _examples(self) -> tuple[Classes, Classes]:
        unseen = torch.stack(list(self.unseen_stego.values()))
        return (self.clean, _mixed(self.stego)), (self.unseen_clean, _mixed(unseen))


def _mixed(stego: Tensor) -> Tensor:
    """Of (methods, covers, ...) stego pictures one of each cover, of one method after the other."""
    numbers = torch.arange(stego.shape[1], device=stego.device)
    return stego[numbers % len(stego), numbers]


def turned(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """All pictures rotated and mirrored alike, at random; nothing that would resample a pixel."""
    flips = torch.rand(3, generator=generator) < 0.5
    for flip, axes in zip(flips, ((3,), (2,)), strict=False):
        pictures = pictures.flip(axes) if flip else pictures
    return pictures.transpose(2, 3) if flips[2] else pictures
