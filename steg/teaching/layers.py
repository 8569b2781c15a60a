"""Output shapes and parameter counts of a small convolutional network, layer by layer.

convolution, ReLU, max pooling 2x2, twice as many filters the second time; flatten; dense; output.
"""

import math
from typing import NamedTuple

import numpy as np
import torch
from torch.nn import functional

CHANNELS = 3  # of the input: red, green, blue
POOL = 2
HIDDEN = 64  # neurons of the dense layer


class Layer(NamedTuple):
    """One layer: the `shape` of its output, its `parameters`, and as `counted` how these add up."""

    name: str
    shape: tuple[int, ...]
    parameters: int
    counted: str


class Design(NamedTuple):
    """What can be chosen: pixels a side, filters of the first convolution, kernel size, output neurons."""

    side: int
    filters: int
    kernel: int
    outputs: int


def layers(design: Design) -> list[Layer]:
    """The network, layer by layer; shapes as PyTorch writes them, channels first.

    Raises:
        ValueError: if a picture becomes smaller than the kernel or the pooling window.
    """
    side, channels = design.side, CHANNELS
    table = [Layer("Input", (channels, side, side), 0, "")]
    for filters in (design.filters, 2 * design.filters):
        side -= design.kernel - 1
        weights = filters * (design.kernel**2 * channels + 1)
        counted = f"{filters} x ({design.kernel} x {design.kernel} x {channels} + 1)"
        if side < POOL:
            raise ValueError("the picture becomes too small")
        table.append(Layer("Convolution + ReLU", (filters, side, side), weights, counted))
        side, channels = side // POOL, filters
        table.append(Layer("Max pooling 2x2", (channels, side, side), 0, ""))
    values = channels * side**2
    table.append(Layer("Flatten", (values,), 0, ""))
    table.append(_dense("Dense + ReLU", values, HIDDEN))
    table.append(_dense("Output", HIDDEN, design.outputs))
    return table


def _dense(name: str, inputs: int, outputs: int) -> Layer:
    return Layer(name, (outputs,), outputs * (inputs + 1), f"{outputs} x ({inputs:,} + 1)")


def last_maps(pixels: np.ndarray, design: Design) -> np.ndarray:
    """Feature maps that are flattened: after both convolutions and poolings, with fixed random weights.

    Args:
        pixels: (side, side, 3) uint8.
        design: as for `layers`.

    Returns:
        Floats of shape (2 filters, n, n), all of at least 0.
    """
    random = torch.Generator().manual_seed(0)
    x = torch.from_numpy(pixels.astype(np.float32) / 255 - 0.5).permute(2, 0, 1)[None]
    for filters in (design.filters, 2 * design.filters):
        shape = filters, x.shape[1], design.kernel, design.kernel
        weights = torch.randn(shape, generator=random) * math.sqrt(2 / math.prod(shape[1:]))
        x = functional.max_pool2d(functional.relu(functional.conv2d(x, weights)), POOL)
    return x[0].numpy()
