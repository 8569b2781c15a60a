"""Features of training pictures, kept with a classifier so that the page can retrain its last layer."""

import torch
from torch import Tensor

from steg.networks.classifier import Classifier

EXAMPLES = 400  # pictures, at most


@torch.no_grad()
def keep_examples(network: Classifier, pictures: Tensor, classes: tuple[Tensor, Tensor]) -> None:
    """Fills `example_features` and `example_answers` of a network, one half for each class.

    Args:
        network: a trained one.
        pictures: (N, 3, 64, 64) uint8.
        classes: indices of the pictures of the first and of the second class.
    """
    network.eval()
    half = len(network.example_answers) // 2
    for start, indices in zip((0, half), classes, strict=True):
        features = network.features(pictures[indices[:: max(1, len(indices) // half)][:half]] / 255)
        network.example_features[start : start + half] = features
    network.example_answers.copy_(torch.arange(2 * half) >= half)
