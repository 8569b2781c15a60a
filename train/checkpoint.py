"""The state of a run, and its checkpoints."""

import dataclasses
import os
import shlex
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from accelerate import Accelerator
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from steg.errors import StegError
from train.config import TrainConfig
from train.muon import Muon
from train.tasks.task import Task

MAY_DIFFER = (  # settings that a resumed run need not have in common with the one it goes on from
    "out",
    "resume",
    "force",
    "data",
    "download",
    "stego",
    "threads",
    "cpu",
    "report_every",
    "validate_every",
    "pairs",
    "photos",
    "init",
    "half",
)


@dataclass
class State:
    """All that changes during a run."""

    task: Task
    wrapped: nn.Module  # the task as it is called, for several processes and bfloat16
    average: AveragedModel  # of the network's weights, over the last steps
    muon: torch.optim.Optimizer
    adam: torch.optim.Optimizer
    generator: torch.Generator  # of the batches
    step: int = 0
    seconds: float = 0.0


def new_state(config: TrainConfig, task: Task, accelerator: Accelerator) -> State:
    """A run that begins: the task with fresh optimizers."""
    nn.utils.convert_conv2d_weight_memory_format(task.to(accelerator.device), torch.channels_last)
    kernels = task.kernels()
    known = {id(parameter) for parameter in kernels}
    others = [parameter for parameter in task.parameters() if id(parameter) not in known]
    return State(
        task=task,
        wrapped=accelerator.prepare(task),
        average=AveragedModel(task.network, multi_avg_fn=get_ema_multi_avg_fn(config.ema)),
        muon=Muon(kernels, lr=config.lr, bf16=config.bf16),
        adam=torch.optim.AdamW(others, lr=config.bias_lr, betas=(0.9, 0.99), weight_decay=config.decay),
        generator=torch.Generator().manual_seed(config.seed),
    )


def check_folder(config: TrainConfig) -> None:
    """Refuses what would lose the state of an earlier run, before any data is read.

    The default folder of dry runs is theirs alone: there, a new one replaces the last.

    Raises:
        StegError: if the folder holds a checkpoint and the run neither resumes nor is forced, or if it
            resumes and there is none.
    """
    exists = config.checkpoint.exists()
    if config.resume and not exists:
        raise StegError(f"There is no checkpoint in {config.folder}; start without --resume.")
    replaceable = config.resume or config.force or (config.dry_run and config.out is None)
    if exists and not replaceable:
        raise StegError(
            f"{config.folder} holds the checkpoint of an earlier run. Go on from it with --resume, write to "
            "another folder with --out, or replace what is there with --force."
        )


def _fixed(config: TrainConfig) -> dict:
    """The settings that must stay the same when a run is resumed."""
    return {k: v for k, v in dataclasses.asdict(config).items() if k not in MAY_DIFFER}


def save_checkpoint(config: TrainConfig, state: State) -> None:
    """Writes checkpoint.pt in the run's folder, replacing the last one only when complete."""
    path = config.checkpoint
    content = {
        "config": _fixed(config),
        "task": state.task.state_dict(),
        "average": state.average.state_dict(),
        "muon": state.muon.state_dict(),
        "adam": state.adam.state_dict(),
        "generator": state.generator.get_state(),
        "dropout": torch.get_rng_state(),
        "dropout_cuda": torch.cuda.get_rng_state_all(),
        "step": state.step,
        "seconds": state.seconds,
    }
    torch.save(content, path.with_suffix(".part"))
    os.replace(path.with_suffix(".part"), path)


def load_checkpoint(config: TrainConfig, state: State) -> None:
    """Brings `state` to where the checkpoint in the run's folder left off.

    Raises:
        StegError: if it cannot be read, or is of a run with other settings.
    """
    try:
        content = torch.load(config.checkpoint, map_location="cpu", weights_only=True)
        saved, now = content["config"], _fixed(config)
    except Exception as error:  # what unpickling raises on damaged files has no common base
        raise StegError(
            f"The checkpoint {config.checkpoint} is damaged; begin anew with --force in place of --resume."
        ) from error
    different = [name for name in now if name in saved and saved[name] != now[name]]
    if different:
        raise StegError(
            f"The run in {config.folder} was started with {_as_options(saved, different)}, and is now asked "
            f"to go on with {_as_options(now, different)}. Give the former again, or begin another run: in "
            "another folder (--out), or in place of this one (--force)."
        )
    for part in ("task", "average", "muon", "adam"):
        getattr(state, part).load_state_dict(content[part])
    state.generator.set_state(content["generator"])
    torch.set_rng_state(content["dropout"])
    torch.cuda.set_rng_state_all(content["dropout_cuda"][: torch.cuda.device_count()])
    state.step, state.seconds = content["step"], content["seconds"]


def _as_options(settings: dict, names: list[str]) -> str:
    """Some settings as one gives them on the command line."""
    options = []
    for name in names:
        option, value = f"--{name.replace('_', '-')}", settings[name]
        if isinstance(value, bool):
            options.append(option if value else f"no {option}")
        else:
            options.append(f"{option} {shlex.quote(str(value))}")
    return ", ".join(options)


def start_from(path: Path, state: State) -> None:
    """Loads the weights in a safetensors file, which --init names.

    Parts of the network that the file lacks, and rows beyond those that it has, start as in a new one.

    Raises:
        StegError: if the weights do not fit the network.
    """
    try:
        tensors = safetensors.torch.load_file(path)
        for network in (state.task.network, state.average.module):
            for name, new in network.state_dict().items():
                old = tensors.get(name, new)
                if len(old) < len(new):
                    tensors[name] = torch.cat([old.to(new.device), new[len(old) :]])
            unknown = network.load_state_dict(tensors, strict=False).unexpected_keys
            if unknown:
                raise RuntimeError(unknown)
    except (OSError, RuntimeError, safetensors.SafetensorError) as error:
        raise StegError(f"{path} does not hold weights of a network of this shape.") from error
