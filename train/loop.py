"""The training loop, the same for every task."""

import copy
import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import nn

from steg.errors import StegError
from train import data
from train.card import export, round_to_half
from train.checkpoint import State, check_folder, load_checkpoint, new_state, save_checkpoint, start_from
from train.config import TrainConfig
from train.log import Log
from train.tasks import TASKS
from train.tasks.task import Validation


def train(config: TrainConfig) -> Path:
    """Runs or resumes a training run.

    Returns:
        The weights, a safetensors file in `config.folder` with its card (JSON) beside it.

    Raises:
        StegError: if the data, the folder or the checkpoint cannot be used.
        KeyboardInterrupt: if Ctrl-C ended the run. A checkpoint was written if it had taken a step and is
            the only process; several ones stop at once, and can be resumed from the last checkpoint.
    """
    check_folder(config)
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
    alone = accelerator.num_processes == 1
    with Log(config, state, accelerator, part) as log, interrupts(held_back=alone) as interrupted:
        for loss, figures in steps(config, state, accelerator, part, interrupted):
            log.step(loss, figures)
            if state.step % config.validate_every == 0 and state.step < config.steps:
                log.validation(validate(state, state.average.module))
                if main:
                    save_checkpoint(config, state)
            if interrupted.is_set():
                save_checkpoint(config, state)
                raise KeyboardInterrupt
        if main:
            save_checkpoint(config, state)
        network = finished(config, state)
        log.validation(validate(state, network))
    path = config.folder / f"{config.model}.safetensors"
    if main:
        export(config, state, network, log.figures, log.hardware)
        print(f"weights and card: {path} and {path.with_suffix('.json')}")
        if config.dry_run:
            print("This was a dry run: everything works, and its figures mean nothing.")
    accelerator.wait_for_everyone()
    return path


def rate(config: TrainConfig, step: int) -> float:
    """Learning rate relative to its peak: linear warm-up, then half a cosine down to `config.floor`."""
    fall = config.floor + (1 - config.floor) * (1 + math.cos(math.pi * step / config.steps)) / 2
    return min(1.0, (step + 1) / config.warmup) * fall


@contextmanager
def interrupts(held_back: bool) -> Iterator[threading.Event]:
    """Has Ctrl-C wait for the end of a step, as a step that is half done cannot be resumed.

    Args:
        held_back: False leaves Ctrl-C as it is.

    Yields:
        An event, which is set when Ctrl-C was pressed. Pressed again, it interrupts at once.
    """
    pressed = threading.Event()
    held_back &= threading.current_thread() is threading.main_thread()  # no other may handle signals
    if not held_back:
        yield pressed
        return
    before = signal.getsignal(signal.SIGINT)

    def hold_back(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, before)
        print("\nCtrl-C: this step is finished and a checkpoint written ...", flush=True)

    signal.signal(signal.SIGINT, hold_back)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def steps(
    config: TrainConfig, state: State, accelerator: Accelerator, part: slice, interrupted: threading.Event
) -> Iterator[tuple[float, dict[str, float]]]:
    """Trains up to `config.steps`; yields loss and figures of a batch now and then, and when interrupted.

    Args:
        config: of the run.
        state: of the run, which is changed.
        accelerator: of the run.
        part: the examples of each batch that this process trains on.
        interrupted: is set when training has to end.
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
            or interrupted.is_set()
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
