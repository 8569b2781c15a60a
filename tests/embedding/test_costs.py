"""Embedding costs: flat and clipped samples cost more than textured ones."""

import numpy as np
from PIL import Image

from steg.embedding.costs import CLIPPED_COST, COSTS, LEAST_COST, sample_costs


def test_flat_samples_cost_most_and_textured_ones_least():
    pixels = np.full((32, 64, 3), 128, np.uint8)
    pixels[:, 32:] = np.random.RandomState(0).randint(40, 216, (32, 32, 3))
    costs = sample_costs(Image.fromarray(pixels))
    assert costs.shape == pixels.shape and costs.dtype == np.uint8
    assert set(costs[:, :24].flat) == {COSTS[0]} and set(costs[:, 40:].flat) == {LEAST_COST}


def test_clipped_samples_cost_most_in_texture_too():
    pixels = np.random.RandomState(0).choice(np.array([0, 100, 200, 255], np.uint8), (32, 32, 3))
    costs = sample_costs(Image.fromarray(pixels))
    assert (
        set(costs[np.isin(pixels, (0, 255))]) == {CLIPPED_COST} and costs[pixels == 100].max() == LEAST_COST
    )
