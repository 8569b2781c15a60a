"""Figures of binary classifiers: confusion matrix, ROC curve, and the area under it (AUC)."""

import numpy as np
import torch
from torch import Tensor, nn

FALSE_POSITIVE_RATES = (0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1)  # in cards


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


def roc(
    clean: np.ndarray, stego: np.ndarray, false_positive_rates: tuple[float, ...] = FALSE_POSITIVE_RATES
) -> list[float]:
    """ROC curve: the true positive rate at thresholds of at most these false positive rates.

    Args:
        clean: as in `auc`.
        stego: as in `auc`.
        false_positive_rates: shares of clean pictures above the threshold, each from 0 to 1.

    Returns:
        The share of stego pictures above each threshold.
    """
    falling = np.sort(clean)[::-1]
    true_positive_rates = []
    for rate in false_positive_rates:
        above = int(rate * len(clean) + 1e-9)
        threshold = falling[above] if above < len(clean) else -np.inf
        true_positive_rates.append(round(float((stego > threshold).mean()), 4))
    return true_positive_rates
