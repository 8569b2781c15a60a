"""The training loop, the same for every task."""

import copy
import math
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import nn

from steg.errors import StegError
from train import data
from train.card import export, round_to_half
from train.checkpoint import State, load_checkpoint, new_state, save_checkpoint, start_from
from train.config import TrainConfig
from train.log import Log
from train.tasks import TASKS
from train.tasks.task import Validation


def train(config: TrainConfig) -> Path:
    """Runs or resumes a training run.

    Returns:
        The weights, a safetensors file in `config.folder` with its card (JSON) beside it.

    Raises:
        StegError: if the data or the checkpoint cannot be used.
    """
    torch.set_num_threads(config.threads or torch.get_num_threads())
    accelerator = Accelerator(cpu=config.cpu, mixed_precision="bf16" if config.bf16 else "no")
    if config.batch % accelerator.num_processes:
        raise StegError(f"--batch {config.batch} cannot be shared by {accelerator.num_processes} processes.")
    share = config.batch // accelerator.num_processes
    part = slice(accelerator.process_index * share, (accelerator.process_index + 1) * share)
    sources = [*config.data, *([data.download(Path("data"))] if config.download else [])]
    torch.manual_seed(config.seed)
    task = TASKS[config.model](config, sources, accelerator.device)
    state = new_state(config, task, accelerator)
    if config.resume:
        load_checkpoint(config, state)
    elif config.init:
        start_from(config.init, state)

    main = accelerator.is_main_process
    with Log(config, state, accelerator, part) as log:
        for loss, figures in steps(config, state, accelerator, part):
            log.step(loss, figures)
            if state.step % config.validate_every == 0 and state.step < config.steps:
                log.validation(validate(state, state.average.module))
                if main:
                    save_checkpoint(config, state)
        if main:
            save_checkpoint(config, state)
        network = finished(config, state)
        log.validation(validate(state, network))
    path = config.folder / f"{config.model}.safetensors"
    if main:
        export(config, state, network, log.figures, log.hardware)
        print(f"weights and card: {path} and {path.with_suffix('.json')}")
    accelerator.wait_for_everyone()
    return path


def rate(config: TrainConfig, step: int) -> float:
    """Learning rate relative to its peak: linear warm-up, then half a cosine down to `config.floor`."""
    fall = config.floor + (1 - config.floor) * (1 + math.cos(math.pi * step / config.steps)) / 2
    return min(1.0, (step + 1) / config.warmup) * fall


def steps(
    config: TrainConfig, state: State, accelerator: Accelerator, part: slice
) -> Iterator[tuple[float, dict[str, float]]]:
    """Trains up to `config.steps`; yields loss and figures of a batch now and then.

    Args:
        config: of the run.
        state: of the run, which is changed.
        accelerator: of the run.
        part: the examples of each batch that this process trains on.
    """
    batches = state.task.batches(state.generator, part)
    parameters = [p for p in state.task.parameters() if p.requires_grad]
    began, before = time.perf_counter(), state.seconds
    while state.step < config.steps:
        for optimizer, peak in ((state.muon, config.lr), (state.adam, config.bias_lr)):
            for group in optimizer.param_groups:
                group["lr"] = peak * rate(config, state.step)
        loss, figures = state.wrapped(next(batches), state.step)
        for parameter in parameters:
            parameter.grad = None
        accelerator.backward(loss)
        length = torch.nn.utils.clip_grad_norm_(parameters, config.clip)
        if length.isfinite():  # a rare overflow must not spoil the weights
            state.muon.step()
            state.adam.step()
            state.average.update_parameters(state.task.network)
        state.step += 1
        state.seconds = before + time.perf_counter() - began
        if (
            state.step % config.report_every == 0
            or state.step % config.validate_every == 0
            or state.step == config.steps
        ):
            values = torch.stack([value.detach().float().mean() for value in (loss, *figures.values())])
            mean, *means = accelerator.gather(values[None]).mean(0).tolist()
            yield mean, dict(zip(figures, means, strict=True))


@torch.no_grad()
def validate(state: State, network: nn.Module) -> Validation:
    """What the task measures of a network in evaluation mode."""
    return state.task.validate(network.eval())


def finished(config: TrainConfig, state: State) -> nn.Module:
    """The network that is published: the average of the weights, rounded and completed."""
    network = copy.deepcopy(state.average.module).eval()
    if config.half:
        round_to_half(network)
    state.task.finish(network)
    return network
