"""The classifier's network: the tutorial's shape, and what it keeps."""

import pytest
import torch
from torch import nn

from steg.networks.classifier import SIDE, Classifier, ClassifierConfig


@pytest.fixture(scope="module")
def network() -> Classifier:
    torch.manual_seed(0)
    return Classifier(ClassifierConfig(examples=6)).eval()


def test_it_has_the_shape_of_the_tutorial(network):
    convolutions = [m for m in network.modules() if isinstance(m, nn.Conv2d)]
    assert [c.out_channels for c in convolutions] == [16, 32, 64, 128]
    assert all(c.kernel_size == (3, 3) for c in convolutions)
    assert network.dropout.p == 0.25 and network.dense.out_features == 64 and network.output.out_features == 1
    assert (
        sum(p.numel() for p in network.parameters()) == 228_641
    )  # 448 + 4,640 + 18,496 + 73,856 + 131,136 + 65


def test_it_is_the_same_as_its_layers_one_after_another(network):
    pictures = torch.rand(2, 3, SIDE, SIDE)
    layers = []
    for convolution in network.convolutions:
        layers += [convolution, nn.ReLU(), nn.MaxPool2d(2)]
    plain = nn.Sequential(*layers, nn.Flatten(), network.dense, nn.ReLU(), network.output)
    with torch.no_grad():
        assert torch.allclose(network(pictures), plain(4 * (pictures - 0.5)).squeeze(1), atol=1e-5)
        assert [tuple(m.shape[1:]) for m in network.maps(pictures)] == [
            (16, 64, 64), (32, 32, 32), (64, 16, 16), (128, 8, 8),
        ]  # fmt: skip
        assert network.features(pictures).shape == (2, 64)


def test_examples_are_part_of_the_weights_but_not_learnt(network):
    assert network.state_dict()["example_features"].shape == (6, 64)
    assert not any(name.startswith("example") for name, _ in network.named_parameters())
