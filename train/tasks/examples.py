"""What a classifier keeps of its training pictures, so that the page can train its last layer anew."""

import torch
from torch import Tensor

from steg.networks.classifier import Classifier

EXAMPLES = 400  # pictures, at most


@torch.no_grad()
def keep_examples(network: Classifier, pictures: Tensor, kinds: tuple[Tensor, Tensor]) -> None:
    """Fills the network's examples with as many training pictures of either kind."""
    network.eval()
    half = len(network.example_answers) // 2
    for start, kind in zip((0, half), kinds, strict=True):
        features = network.features(pictures[kind[:: max(1, len(kind) // half)][:half]] / 255)
        network.example_features[start : start + half] = features
    network.example_answers.copy_(torch.arange(2 * half) >= half)
