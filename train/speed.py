"""How fast training could be: the arithmetic of a step, against what matrix products reach on this device."""

import time
from functools import cache

import torch
from accelerate import Accelerator
from torch.utils.flop_counter import FlopCounterMode

from train.tasks.task import Task


def steps_per_second_at_most(task: Task, accelerator: Accelerator, part: slice) -> float:
    """Steps a second if a process did nothing but the arithmetic of its part of the batches."""
    counter = FlopCounterMode(display=False)
    cuda = [accelerator.device] if accelerator.device.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda):  # dropout must not depend on this
        batch = next(task.batches(torch.Generator().manual_seed(0), part))
        with counter, accelerator.autocast():
            loss, _ = task(batch, 0)
            loss.backward()
    task.zero_grad(set_to_none=True)
    at_most = _operations_per_second(accelerator.device, accelerator.mixed_precision == "bf16")
    return at_most / counter.get_total_flops()


@cache
def _operations_per_second(device: torch.device, bfloat16: bool) -> float:
    """Of a large matrix product, in the precision of training."""
    cuda = device.type == "cuda"
    side = 8192 if cuda else 1024
    kind = torch.bfloat16 if bfloat16 else torch.float32
    a, best = torch.ones(side, side, device=device, dtype=kind), float("inf")
    for _ in range(5):
        began = time.perf_counter()
        a @ a
        if cuda:
            torch.cuda.synchronize()
        best = min(best, time.perf_counter() - began)
    return 2 * side**3 / best
