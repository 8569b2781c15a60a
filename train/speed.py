"""How fast training could be: the arithmetic of a step, against what matrix products reach on this device."""

import time

import torch
from accelerate import Accelerator
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from train.data import SIDE


def pictures_per_second_at_most(objective: nn.Module, accelerator: Accelerator) -> float:
    """Pictures a second (two make a pair) of one process that did nothing but the arithmetic of training."""
    pairs = 2
    pictures = torch.rand(2, pairs, 3, SIDE, SIDE, device=accelerator.device).mul(255).round() / 255
    counter = FlopCounterMode(display=False)
    with counter, accelerator.autocast():
        loss, _, _ = objective(*pictures, torch.rand(pairs, device=accelerator.device), 0)
        loss.backward()
    objective.zero_grad(set_to_none=True)
    return 2 * pairs * _operations_per_second(accelerator) / counter.get_total_flops()


def _operations_per_second(accelerator: Accelerator) -> float:
    """Of a large matrix product, in the precision of training."""
    cuda = accelerator.device.type == "cuda"
    side = 8192 if cuda else 1024
    kind = torch.bfloat16 if accelerator.mixed_precision == "bf16" else torch.float32
    a, best = torch.rand(side, side, device=accelerator.device, dtype=kind), float("inf")
    for _ in range(5):
        began = time.perf_counter()
        a @ a
        if cuda:
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - began)
    return 2 * side**3 / best
