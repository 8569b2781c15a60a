"""The detector's network: standardised features in, a score out, and how many are out of range."""

import torch

from steg.networks.detector import FARTHEST, Detector, DetectorConfig

CONFIG = DetectorConfig(features=4, width=3)


def test_features_are_standardised_and_clipped():
    torch.manual_seed(0)
    network = Detector(CONFIG).eval()
    features = torch.randn(5, 4)
    before = network(features)
    assert before.shape == (5,)
    network.mean.fill_(7.0)
    network.deviation.fill_(2.0)
    assert torch.allclose(network(2 * features + 7), before, atol=1e-5)
    far, farther = (network(torch.full((1, 4), 7 + 2 * times * FARTHEST)) for times in (1, 100))
    assert torch.equal(far, farther)


def test_features_out_of_their_range_are_counted():
    network = Detector(CONFIG)
    network.lowest.copy_(torch.tensor([0.0, 0, 0, 0]))
    network.highest.copy_(torch.tensor([1.0, 1, 1, 2]))
    features = torch.tensor([[0.0, 0.5, 1, 2], [-0.1, 0.5, 1.1, 1.5]])
    assert network.outside(features).tolist() == [0.0, 0.5]
