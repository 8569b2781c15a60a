"""Steganalysis network: from the features of a picture to a score, and how unlike known pictures it is.

Two dense layers on standardised features. What they are taken from, and why not from pixels, is in
`steg.steganalysis.features`. Beside the score the network gives the number of features outside the range in
which nearly all training pictures had them, as a score means little for pictures of another kind (cover
source mismatch).

Sources: Kodovsky, Fridrich and Holub, "Ensemble classifiers for steganalysis of digital media", IEEE TIFS
2012, on small classifiers of many features; Srivastava et al., "Dropout", JMLR 2014, which trains an ensemble
in one network.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

FARTHEST = 4.0  # standard deviations at which features are clipped
DROPOUT = 0.1, 0.4  # of features, and of hidden neurons


@dataclass(frozen=True)
class DetectorConfig:
    """The shape of the network, stored in the card of its weights."""

    features: int = 1057
    width: int = 192  # hidden neurons


class Detector(nn.Module):
    """Scores pictures by their features.

    Attributes:
        mean: (features,) of the training pictures.
        deviation: (features,) standard deviation of the training pictures.
        lowest: (features,) the least value but for one training picture in 500.
        highest: (features,) likewise.
        most_outside: share of features outside this range above which a picture is unlike all known ones.
    """

    mean: Tensor
    deviation: Tensor
    lowest: Tensor
    highest: Tensor
    most_outside: Tensor

    def __init__(self, config: DetectorConfig):
        super().__init__()
        self.config = config
        for name, value in (("mean", 0.0), ("deviation", 1.0), ("lowest", -1.0), ("highest", 1.0)):
            self.register_buffer(name, torch.full((config.features,), value))
        self.register_buffer("most_outside", torch.tensor(1.0))
        self.hidden = nn.Linear(config.features, config.width)
        self.output = nn.Linear(config.width, 1)
        self.dropout = nn.ModuleList(nn.Dropout(share) for share in DROPOUT)

    def forward(self, features: Tensor) -> Tensor:
        """The score of each picture, (B, features) -> (B,): above zero it is taken for a stego picture."""
        x = ((features - self.mean) / self.deviation).clamp(-FARTHEST, FARTHEST)
        return self.output(self.dropout[1](self.hidden(self.dropout[0](x)).relu())).squeeze(1)

    def outside(self, features: Tensor) -> Tensor:
        """The share of the features that are outside their range, (B, features) -> (B,)."""
        return ((features < self.lowest) | (features > self.highest)).float().mean(1)
