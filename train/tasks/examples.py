"""Features of pictures, kept with a classifier so that the page can retrain its last layer.

The page holds out every fifth of them: those are of pictures that no layer was trained on.
"""

import torch
from torch import Tensor

from steg.networks.classifier import Classifier
from steg.teaching.classifier import HELD_OUT

EXAMPLES = 400  # pictures, at most

Classes = tuple[Tensor, Tensor]  # pictures of either class, (N, 3, 64, 64) uint8


def number_of_examples(trained: Classes, unseen: Classes) -> int:
    """How many examples there can be, half of them of each class and every `HELD_OUT`th unseen."""
    groups = [EXAMPLES // (2 * HELD_OUT)]
    groups += [
        min(len(of_class) // (HELD_OUT - 1), len(new)) for of_class, new in zip(trained, unseen, strict=True)
    ]
    return 2 * HELD_OUT * min(groups)


@torch.no_grad()
def keep_examples(network: Classifier, trained: Classes, unseen: Classes) -> None:
    """Fills `example_features` and `example_answers` of a network, one half for each class.

    Args:
        network: a trained one, with room for `number_of_examples`.
        trained: pictures that it was trained on.
        unseen: pictures that it was not trained on.
    """
    network.eval()
    half = len(network.example_answers) // 2
    held_out = torch.arange(half) % HELD_OUT == 0
    for start, *sources in zip((0, half), trained, unseen, strict=True):
        of_class = network.example_features[start : start + half]
        for where, pictures in zip((~held_out, held_out), sources, strict=True):
            count = int(where.sum())
            chosen = pictures[:: max(1, len(pictures) // max(1, count))][:count]
            of_class[where] = network.features(chosen / 255)
    network.example_answers.copy_(torch.arange(2 * half) >= half)
