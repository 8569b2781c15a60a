"""The detector's network: it looks at the noise and not at the picture."""

import numpy as np
import torch

from steg.networks.detector import LIMIT, Detector, DetectorConfig, high_pass_filters


def test_the_filters_take_away_what_is_flat_or_rises_evenly():
    filters = high_pass_filters()
    assert filters.shape == (8, 5, 5)
    assert filters.sum((1, 2)).abs().max() < 1e-6
    ramp = torch.arange(5.0).repeat(5, 1)
    left = (filters * ramp).sum((1, 2)).abs() > 1e-5
    assert left.tolist() == [True] + 7 * [False]  # only the first difference across sees a ramp across
    assert np.allclose(filters[7, 2, 2], -1) and np.allclose(filters[6, 2, 2], -1)


def test_brightness_and_strong_edges_do_not_matter():
    torch.manual_seed(0)
    network = Detector(DetectorConfig(width=8, deepest=16)).eval()
    grain = torch.randint(-1, 2, (1, 3, 64, 64)) / 255
    with torch.no_grad():
        assert torch.allclose(network(0.3 + grain), network(0.6 + grain), atol=1e-4)
        assert not torch.allclose(network(0.3 + grain), network(0.3 + 0 * grain), atol=1e-3)
        edge = torch.zeros(1, 3, 64, 64)
        edge[..., 32:] = 3 * LIMIT * 3 / 255
        assert torch.allclose(network(edge), network(2 * edge), atol=1e-4)


def test_it_takes_pictures_of_any_size():
    network = Detector(DetectorConfig(width=8, deepest=16)).eval()
    with torch.no_grad():
        assert network(torch.rand(2, 3, 64, 64)).shape == network(torch.rand(2, 3, 96, 200)).shape == (2,)
