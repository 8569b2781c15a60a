"""Measures of a classifier: AUC and confusion matrix."""

import numpy as np
import torch

from train.evaluate.classification import auc, confusion


def test_auc_of_cases_worked_out_by_hand():
    clean, stego = np.array([0.0, 1, 2, 3]), np.array([2.5, 4.0])
    assert auc(clean, stego) == 7 / 8 and auc(stego, clean) == 1 / 8
    assert auc(clean, clean) == 0.5 and auc(np.zeros(3), np.zeros(5)) == 0.5


def test_the_confusion_matrix_says_what_was_taken_for_what():
    class ByBrightness(torch.nn.Module):
        def forward(self, pictures):
            return pictures.mean((1, 2, 3)) - 0.5

    pictures = torch.tensor([10, 200, 20, 240, 250], dtype=torch.uint8).view(5, 1, 1, 1).expand(5, 3, 64, 64)
    second = torch.tensor([False, False, True, True, True])
    figures = confusion(ByBrightness(), pictures, second, ("dark", "bright"))["tiny-imagenet-val"]
    assert figures["confusion"] == {"dark": {"dark": 1, "bright": 1}, "bright": {"dark": 1, "bright": 2}}
    assert figures["accuracy"] == 0.6 and figures["pictures"] == 5 and figures["auc"] == 0.833
