"""What a run leaves on disk: checkpoints to resume from, and the weights with their card."""

import dataclasses
import hashlib
import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from accelerate import Accelerator
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from steg.errors import StegError
from steg.weights import read_card
from train.config import TrainConfig
from train.muon import Muon
from train.tasks.hiding import OBJECTIVES

MAY_DIFFER = (
    "out",
    "resume",
    "data",
    "download",
    "threads",
    "cpu",
    "validate_every",
    "pairs",
    "photos",
    "init",
    "half",
)


LICENCE = (
    "Trained on Tiny ImageNet, whose pictures are offered for non-commercial research and education only "
    "(https://www.image-net.org/download); use these weights under the same terms."
)


@dataclass
class State:
    """All that changes during a run."""

    objective: nn.Module  # as it is called, wrapped for several processes
    network: nn.Module  # the same objective, unwrapped
    average: AveragedModel  # of it, over the last steps
    muon: torch.optim.Optimizer
    adam: torch.optim.Optimizer
    generator: torch.Generator
    step: int = 0
    seconds: float = 0.0


def new_state(config: TrainConfig, accelerator: Accelerator) -> State:
    """Fresh network and optimizers, everything random from the seed."""
    torch.manual_seed(config.seed)
    network = OBJECTIVES[config.model](config.network)
    network.to(accelerator.device, memory_format=torch.channels_last)
    kernels = [p for p in network.parameters() if p.ndim == 4]
    others = [p for p in network.parameters() if p.ndim != 4]
    return State(
        objective=accelerator.prepare(network),
        network=network,
        average=AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(config.ema)),
        muon=Muon(kernels, lr=config.lr, bf16=config.bf16),
        adam=torch.optim.AdamW(others, lr=config.bias_lr, betas=(0.9, 0.99), weight_decay=0.0),
        generator=torch.Generator().manual_seed(config.seed),
    )


def _fixed(config: TrainConfig) -> dict:
    """The settings that must stay the same when a run is resumed."""
    return {k: v for k, v in dataclasses.asdict(config).items() if k not in MAY_DIFFER}


def save_checkpoint(config: TrainConfig, state: State) -> None:
    """Writes checkpoint.pt in the run's folder, replacing the last one only when complete."""
    path = config.folder / "checkpoint.pt"
    content = {
        "config": _fixed(config),
        "network": state.network.state_dict(),
        "average": state.average.state_dict(),
        "muon": state.muon.state_dict(),
        "adam": state.adam.state_dict(),
        "generator": state.generator.get_state(),
        "step": state.step,
        "seconds": state.seconds,
    }
    torch.save(content, path.with_suffix(".part"))
    os.replace(path.with_suffix(".part"), path)


def load_checkpoint(config: TrainConfig, state: State) -> None:
    """Brings `state` to where the checkpoint in the run's folder left off."""
    path = config.folder / "checkpoint.pt"
    if not path.exists():
        raise StegError(f"There is no checkpoint in {config.folder}; start without --resume.")
    content = torch.load(path, map_location="cpu", weights_only=True)
    different = [k for k, v in _fixed(config).items() if content["config"].get(k) != v]
    if different:
        raise StegError(f"The run in {path.parent} was started with other values of: {', '.join(different)}.")
    for part in ("network", "average", "muon", "adam"):
        getattr(state, part).load_state_dict(content[part])
    state.generator.set_state(content["generator"])
    state.step, state.seconds = content["step"], content["seconds"]


def start_from(config: TrainConfig, state: State) -> None:
    """Loads the weights that --init names; they must fit the network exactly."""
    try:
        tensors = safetensors.torch.load_file(config.init)
        for objective in (state.network, state.average.module):
            objective.network.load_state_dict(tensors)
    except (OSError, RuntimeError, safetensors.SafetensorError) as error:
        raise StegError(f"{config.init} does not hold weights of a network of this shape.") from error


def export(config: TrainConfig, state: State, figures: dict[str, dict], pictures: int, hardware: str) -> Path:
    """Writes the averaged weights as safetensors and their card; copy both to weights/ to use them."""
    training = {
        "command": command("train"),
        "data": "generated pictures" if config.dry_run else f"{pictures:,} pictures of 64x64",
        "steps": state.step,
        "batch": config.batch,
        "seconds": round(state.seconds),
        "hardware": hardware,
        "torch": torch.__version__,
    }
    if config.init:  # a run that goes on from other weights is only as reproducible as they are
        training["started_from"] = read_card(config.init.with_suffix(".json"))["training"]
    network = state.average.module.network
    storage = torch.float16 if config.half else torch.float32
    return write_weights(config.folder, config.model, network, config.network, training, figures, storage)


def command(module: str) -> str:
    """The command that runs, for the card: a resumed run gives what it gives without --resume."""
    return shlex.join(["python", "-m", module, *(a for a in sys.argv[1:] if a != "--resume")])


def write_weights(
    folder: Path,
    name: str,
    network: nn.Module,
    shape,
    training: dict,
    figures: dict,
    storage: torch.dtype = torch.float32,
) -> Path:
    """Writes the weights of a network as safetensors, and their card beside them.

    Args:
        folder: where to.
        name: of both files, and of the network in the card.
        network: its `state_dict` is what is written.
        shape: the network's config, a dataclass.
        training: how these weights came about.
        figures: what was measured.
        storage: in which the numbers are kept.

    Returns:
        The safetensors file.
    """
    path = folder / f"{name}.safetensors"
    tensors = {key: value.to("cpu", storage).contiguous() for key, value in network.state_dict().items()}
    data = safetensors.torch.save(tensors)
    path.write_bytes(data)
    card = {
        "method": name,
        "file": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "config": dataclasses.asdict(shape),
        "repo": None,  # on the Hugging Face Hub, with the commit there; known once published
        "revision": None,
        "parameters": sum(p.numel() for p in network.parameters()),
        "training": training,
        "figures": figures,
        "licence": LICENCE,
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    return path
