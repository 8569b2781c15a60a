"""The small network's table: shapes and parameters of a real PyTorch module."""

import numpy as np
import pytest
import torch
from torch import nn

from steg.teaching.layers import HIDDEN, Design, last_maps, layers


def module(design: Design, flat: int) -> nn.Sequential:
    _, filters, kernel, outputs = design
    return nn.Sequential(
        nn.Conv2d(3, filters, kernel), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(filters, 2 * filters, kernel), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(flat, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, outputs),
    )  # fmt: skip


@pytest.mark.parametrize("design", [Design(64, 16, 3, 1), Design(28, 4, 5, 10), Design(33, 8, 7, 3)])
def test_it_is_what_pytorch_builds(design):
    table = layers(design)
    network = module(design, table[5].shape[0])
    x = torch.zeros(1, 3, design.side, design.side)
    shapes = [tuple(x.shape[1:])]
    for part in network:
        x = part(x)
        shapes += (
            []
            if isinstance(part, nn.Conv2d | nn.Linear) and part is not network[-1]
            else [tuple(x.shape[1:])]
        )
    assert [layer.shape for layer in table] == shapes
    assert sum(layer.parameters for layer in table) == sum(p.numel() for p in network.parameters())


def test_how_they_are_counted():
    table = layers(Design(64, 16, 3, 4))
    assert [layer.shape for layer in table[1:3]] == [(16, 62, 62), (16, 31, 31)]
    assert table[1].counted == "16 x (3 x 3 x 3 + 1)" and table[1].parameters == 448
    assert table[-1].counted == "4 x (64 + 1)" and table[-1].parameters == 260


def test_a_picture_can_be_too_small():
    layers(Design(10, 4, 3, 1))
    with pytest.raises(ValueError, match="too small"):
        layers(Design(9, 4, 3, 1))


def test_the_maps_that_are_flattened_have_the_shape_in_the_table():
    design = Design(40, 6, 5, 1)
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    maps = last_maps(pixels, design)
    assert maps.shape == layers(design)[4].shape and maps.min() >= 0 and maps.std() > 0
    assert np.array_equal(maps, last_maps(pixels, design))
    assert not np.array_equal(maps, last_maps(255 - pixels, design))
