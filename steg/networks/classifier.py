"""Convolutional classifier of 64x64 pictures: convolutions, pooling, two dense layers, one logit.

Four 3x3 convolutions with 16, 32, 64 and 128 filters, each with ReLU and 2x2 max pooling, dropout, 64 dense
neurons with ReLU and one with a sigmoid. It is trained for two questions: cat or dog, and stego or clean.

Source: LeCun et al., "Gradient-based learning applied to document recognition", Proc. IEEE 1998, section II,
for the shape; Srivastava et al., "Dropout", JMLR 2014.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import start_for_relu

SIDE = 64  # pixels of the pictures it takes
STAGES = 4  # convolutions, each followed by pooling
DROPOUT = 0.25


@dataclass(frozen=True)
class ClassifierConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 16  # filters of the first convolution; each next one has twice as many
    dense: int = 64  # neurons of the layer before the last
    examples: int = 0  # pictures whose features are kept with the weights


class Classifier(nn.Module):
    """Classifies pictures into two classes; they are (B, 3, 64, 64) floats in [0, 1].

    Attributes:
        example_features: (examples, dense), outputs of the dense layer for some training pictures, and for
            every fifth of a picture that it was not trained on. They are kept with the weights so that the
            last layer can be retrained without those pictures.
        example_answers: (examples,), 1 for pictures of the second class.
    """

    example_features: Tensor
    example_answers: Tensor

    def __init__(self, config: ClassifierConfig):
        super().__init__()
        self.config = config
        widths = [3, *(config.width * 2**stage for stage in range(STAGES))]
        convolutions = [nn.Conv2d(inputs, outputs, 3, padding=1) for inputs, outputs in pairwise(widths)]
        self.convolutions = nn.ModuleList(convolutions)
        self.dropout = nn.Dropout(DROPOUT)
        self.dense = nn.Linear(widths[-1] * (SIDE // 2**STAGES) ** 2, config.dense)
        self.output = nn.Linear(config.dense, 1)
        for layer in convolutions:
            start_for_relu(layer)
        start_for_relu(self.dense)
        self.register_buffer("example_features", torch.zeros(config.examples, config.dense))
        self.register_buffer("example_answers", torch.zeros(config.examples))

    def maps(self, pictures: Tensor) -> list[Tensor]:
        """Feature maps of each convolution, after ReLU and before pooling: sides of 64, 32, 16 and 8."""
        x, maps = 4 * (pictures - 0.5), []
        for convolution in self.convolutions:
            maps.append(convolution(x).relu())
            x = F.max_pool2d(maps[-1], 2)
        return maps

    def features(self, pictures: Tensor) -> Tensor:
        """Input of the last layer, (B, dense)."""
        flat = F.max_pool2d(self.maps(pictures)[-1], 2).flatten(1)
        return self.dense(self.dropout(flat)).relu()

    def forward(self, pictures: Tensor) -> Tensor:
        """The logit of the second class for each picture, (B,)."""
        return self.output(self.features(pictures)).squeeze(1).float()
