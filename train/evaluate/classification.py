"""Figures of binary classifiers: confusion matrix, and the area under the ROC curve (AUC)."""

import numpy as np
import torch
from torch import Tensor, nn


@torch.no_grad()
def logits(network: nn.Module, pictures: Tensor, at_once: int = 128) -> Tensor:
    """Logits of a network for (N, 3, 64, 64) uint8 pictures, (N,)."""
    network.eval()
    scores = torch.cat([network(_floats(part)) for part in pictures.split(at_once)]).cpu()
    network.train()
    return scores


def _floats(pictures: Tensor) -> Tensor:
    return (pictures.float() / 255).contiguous(memory_format=torch.channels_last)


def confusion(
    network: nn.Module, pictures: Tensor, second: Tensor, kinds: tuple[str, str]
) -> dict[str, dict]:
    """Accuracy, AUC and confusion matrix on unseen pictures.

    Args:
        network: gives the logit that a picture is of the second kind.
        pictures: (N, 3, 64, 64) uint8.
        second: (N,) whether each is of the second kind.
        kinds: names of both.

    Returns:
        Figures by the name of the set, as a card holds them; `confusion` is true kind -> predicted -> count.
    """
    scores = logits(network, pictures)
    predicted = scores > 0
    matrix = {
        kinds[true]: {
            kinds[answer]: int(((second == true) & (predicted == answer)).sum()) for answer in (0, 1)
        }
        for true in (0, 1)
    }
    figures = {
        "pictures": len(pictures),
        "accuracy": round(float((predicted == second).float().mean()), 3),
        "auc": round(auc(scores[~second].numpy(), scores[second].numpy()), 3),
        "confusion": matrix,
    }
    return {"tiny-imagenet-val": figures}


def auc(clean: np.ndarray, stego: np.ndarray) -> float:
    """Area under the ROC curve: how often a stego picture scores higher than a clean one; ties count half.

    Source: Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic
    (ROC) curve", Radiology 1982.

    Args:
        clean: (N,) scores of clean pictures.
        stego: (M,) scores of stego pictures.

    Returns:
        From 0 to 1; 0.5 is chance.
    """
    ordered = np.sort(clean)
    below, up_to = (np.searchsorted(ordered, stego, side) for side in ("left", "right"))
    return float((below + up_to).mean() / 2 / len(clean))
