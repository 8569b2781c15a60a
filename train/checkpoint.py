"""What a run leaves on disk: checkpoints to resume from, and the weights with their card."""

import dataclasses
import hashlib
import json
import os
import platform
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch

from steg.errors import StegError
from steg.network import InvertibleNetwork
from steg.weights import read_card
from train.config import TrainConfig

MAY_DIFFER = ("steps", "decay", "out", "resume", "data", "download", "threads", "validate_every", "init")


@dataclass
class State:
    """All that changes during a run."""

    network: InvertibleNetwork
    muon: torch.optim.Optimizer
    adam: torch.optim.Optimizer
    generator: torch.Generator
    step: int = 0
    seconds: float = 0.0


def _fixed(config: TrainConfig) -> dict:
    """The settings that must stay the same when a run is resumed."""
    return {k: v for k, v in dataclasses.asdict(config).items() if k not in MAY_DIFFER}


def save_checkpoint(config: TrainConfig, state: State) -> None:
    """Writes checkpoint.pt in `config.out`, replacing the last one only when complete."""
    path = config.out / "checkpoint.pt"
    content = {
        "config": _fixed(config),
        "network": state.network.state_dict(),
        "muon": state.muon.state_dict(),
        "adam": state.adam.state_dict(),
        "generator": state.generator.get_state(),
        "step": state.step,
        "seconds": state.seconds,
    }
    torch.save(content, path.with_suffix(".part"))
    os.replace(path.with_suffix(".part"), path)


def load_checkpoint(config: TrainConfig, state: State) -> None:
    """Brings `state` to where the checkpoint in `config.out` left off."""
    path = config.out / "checkpoint.pt"
    if not path.exists():
        raise StegError(f"There is no checkpoint in {config.out}; start without --resume.")
    content = torch.load(path, map_location="cpu", weights_only=True)
    different = [k for k, v in _fixed(config).items() if content["config"].get(k) != v]
    if different:
        raise StegError(f"The run in {path.parent} was started with other values of: {', '.join(different)}.")
    state.network.load_state_dict(content["network"])
    state.muon.load_state_dict(content["muon"])
    state.adam.load_state_dict(content["adam"])
    state.generator.set_state(content["generator"])
    state.step, state.seconds = content["step"], content["seconds"]


def start_from(config: TrainConfig, network: InvertibleNetwork) -> None:
    """Loads the weights that --init names; they must fit the network exactly."""
    try:
        network.load_state_dict(safetensors.torch.load_file(config.init))
    except (OSError, RuntimeError, safetensors.SafetensorError) as error:
        raise StegError(f"{config.init} does not hold weights of a network of this shape.") from error


def export(config: TrainConfig, state: State, figures: dict[str, float], pictures: int) -> Path:
    """Writes the weights as safetensors and their card; copy both to weights/ to use them."""
    path = config.out / "invertible.safetensors"
    data = safetensors.torch.save({k: v.contiguous().cpu() for k, v in state.network.state_dict().items()})
    path.write_bytes(data)
    card = {
        "method": "invertible",
        "file": path.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "config": dataclasses.asdict(config.network),
        "repo": None,  # on the Hugging Face Hub, with the commit there; known once published
        "revision": None,
        "parameters": sum(p.numel() for p in state.network.parameters()),
        "training": {
            # a resumed run gives what an uninterrupted one gives, so the command is the same without --resume
            "command": shlex.join(["python", "-m", "train", *(a for a in sys.argv[1:] if a != "--resume")]),
            "data": "generated pictures"
            if config.dry_run
            else f"{pictures:,} training pictures of Tiny ImageNet",
            "steps": state.step,
            "batch": config.batch,
            "seconds": round(state.seconds),
            "hardware": _hardware(config),
            "torch": torch.__version__,
        },
        "figures": {"tiny-imagenet-val": {"pairs": config.pairs, **figures}},
        "licence": (
            "Trained on Tiny ImageNet, whose pictures are offered for non-commercial research and education "
            "only (https://www.image-net.org/download); use these weights under the same terms."
        ),
    }
    if config.init:  # a run that goes on from other weights is only as reproducible as they are
        card["training"]["started_from"] = read_card(config.init.with_suffix(".json"))["training"]
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    return path


def _hardware(config: TrainConfig) -> str:
    if torch.device(config.device).type == "cuda":
        return torch.cuda.get_device_name(config.device)
    return f"{torch.get_num_threads()} threads of a {platform.machine()} CPU ({os.cpu_count()} cores)"
