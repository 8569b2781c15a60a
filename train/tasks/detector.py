"""The detector: clean and stego pictures of many sources, told apart by their features."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from steg.networks.detector import Detector, DetectorConfig
from train import data
from train.config import TrainConfig
from train.evaluate.classification import auc
from train.tasks.steganalysis_examples import CLEAN, kept_examples
from train.tasks.task import SHORT_RUN, Batch, Task, Validation

HELD_OUT = 7  # one of so many covers, with all that was made of it, is not trained on
FALSE_POSITIVE_RATE = (
    0.02  # on each held-out source at most, with a margin for other sources, which may have 5%
)
RARE = 0.002  # share of the training pictures below the lowest and above the highest value of a feature
UNKNOWN = 0.01  # of the pictures held out that are found unlike all known ones
LEAST_DEVIATION = 1e-3  # as nearly constant features must not decide alone


class DetectorTask(Task[Detector]):
    """Binary cross-entropy of features of clean and of stego pictures, half of a batch each."""

    network_class, config_class = Detector, DetectorConfig
    own_settings = ("covers", "stego")
    hidden_matrices = ("network.hidden.weight",)
    tiny_shape = "width=8"
    presets: ClassVar[dict[str, Any]] = SHORT_RUN | {
        "steps": 1500,
        "batch": 128,
        "covers": 1200,
        "lr": 0.01,
        "decay": 0.02,
    }

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        pictures, _ = data.load_or_generate(sources, config.seed)
        kept = config.stego or config.folder / "examples.pt"  # a resumed run needs the same
        examples = kept_examples(kept, pictures, config.covers, config.seed)
        held_out = examples.covers % HELD_OUT == 0
        self.features, self.unseen = examples.features[~held_out], examples.features[held_out]
        methods, self.names = np.array(examples.methods), list(dict.fromkeys(examples.methods))
        numbers = torch.tensor([self.names.index(name) for name in methods])
        self.methods, self.unseen_methods = numbers[~held_out], numbers[held_out]
        self.unseen_sources = np.array(examples.sources)[held_out.numpy()]
        self.data = f"{len(self.features):,} pictures, clean and of {', '.join(self.names[1:])}"
        self.features = self.features.to(device)
        torch.manual_seed(config.seed)  # whether or not methods were loaded, which takes random numbers
        self.network = self.network_class(self.network_config(config.shape))
        self.network.mean.copy_(self.features.mean(0))
        self.network.deviation.copy_(self.features.std(0).clamp(min=LEAST_DEVIATION))
        limits = torch.tensor((RARE, 1 - RARE))
        lowest, highest = np.quantile(self.features.cpu().numpy(), limits, axis=0)
        self.network.lowest.copy_(torch.from_numpy(lowest))
        self.network.highest.copy_(torch.from_numpy(highest))

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Features, and for each whether they are of a stego picture."""
        half = self.config.batch // 2
        clean, stego = ((self.methods == 0).nonzero()[:, 0], (self.methods > 0).nonzero()[:, 0])
        labels = torch.cat([torch.zeros(half), torch.ones(half)])
        while True:
            chosen = [kind[torch.randint(len(kind), (half,), generator=generator)] for kind in (clean, stego)]
            yield self.features[torch.cat(chosen)[part].to(self.device)], labels[part].to(self.device)

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss; no figures."""
        features, labels = batch
        return F.binary_cross_entropy_with_logits(self.network(features), labels), {}

    def validate(self, network: Detector) -> Validation:
        """AUC of each method's stego pictures, of covers held out of training."""
        scores = network(self.unseen.to(self.device)).cpu().numpy()
        methods = self.unseen_methods.numpy()
        figures = {
            name: round(auc(scores[methods == 0], scores[methods == number]), 3)
            for number, name in enumerate(self.names)
            if name != CLEAN and (methods == number).any()
        }
        return Validation({"held-out training covers": figures}, {})

    @torch.no_grad()
    def finish(self, network: Detector) -> None:
        """Fixes the threshold, which becomes zero, and what is unlike all known pictures."""
        unseen = self.unseen.to(self.device)
        scores, clean = network(unseen).cpu(), self.unseen_methods == 0
        sources = [clean & torch.from_numpy(self.unseen_sources == s) for s in set(self.unseen_sources)]
        thresholds = [torch.quantile(scores[of], 1 - FALSE_POSITIVE_RATE) for of in sources if of.any()]
        network.output.bias.sub_(max(thresholds).to(self.device))
        network.most_outside.fill_(torch.quantile(network.outside(unseen), 1 - UNKNOWN))
