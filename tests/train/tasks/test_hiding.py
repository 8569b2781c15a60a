"""What the hiding networks are trained for, where it is more than an error."""

import torch

from steg.methods.predictive import QUARTERS
from train.command_line import configure
from train.tasks.hiding import PredictiveTask, PrepHideRevealTask


def test_the_secret_counts_less_than_the_cover_by_balujas_weight():
    task = PrepHideRevealTask(configure("prep-hide-reveal", dry_run=True), [], torch.device("cpu"))
    cover, secret, uniform = next(task.batches(torch.Generator().manual_seed(0), slice(0, 4)))
    loss, cover_error, secret_error = task.loss(cover, secret, uniform, 0)
    assert loss.item() == (cover_error + task.secret_weight * secret_error + 1).log().mean().item()


def test_the_balance_of_the_errors_covers_the_whole_strength_control():
    assert {base for base, _, _ in QUARTERS} == set(PredictiveTask.cycle)
    lowest, highest = PredictiveTask.log_weights
    assert all(lowest - 1 <= low < high <= highest + 1 for _, low, high in QUARTERS)
