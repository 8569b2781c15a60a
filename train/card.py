"""What a run publishes: the weights as safetensors, and their card (JSON), described in weights/README.md."""

import dataclasses
import hashlib
import json
import shlex
import sys
from pathlib import Path

import safetensors.torch
import torch
from torch import nn

from steg.weights import read_card
from train.checkpoint import State
from train.config import TrainConfig

LICENCE = (
    "Trained on Tiny ImageNet, whose pictures are offered for non-commercial research and education only "
    "(https://www.image-net.org/download); use these weights under the same terms."
)


def export(config: TrainConfig, state: State, network: nn.Module, figures: dict, hardware: str) -> Path:
    """Writes weights and card into the run's folder; copy both to weights/ to use them.

    Args:
        config: of the run.
        state: at its end.
        network: what is published, of the same shape as the task's.
        figures: what was measured of it.
        hardware: what the run was computed on.

    Returns:
        The safetensors file.
    """
    path = config.folder / f"{config.model}.safetensors"
    storage = torch.float16 if config.half else torch.float32
    tensors = {key: value.to("cpu", storage).contiguous() for key, value in network.state_dict().items()}
    weights = safetensors.torch.save(tensors)
    path.write_bytes(weights)
    training = {
        "command": _command(),
        "data": "generated pictures" if config.dry_run else state.task.data,
        "steps": state.step,
        "batch": config.batch,
        "seconds": round(state.seconds),
        "hardware": hardware,
        "torch": torch.__version__,
    }
    if config.init:  # a run that goes on from other weights is only as reproducible as they are
        training["started_from"] = read_card(config.init.with_suffix(".json"))["training"]
    card = {
        "method": config.model,
        "file": path.name,
        "sha256": hashlib.sha256(weights).hexdigest(),
        "config": dataclasses.asdict(state.task.network.config),
        "repo": None,  # on the Hugging Face Hub, with the commit there; known once published
        "revision": None,
        "parameters": sum(p.numel() for p in network.parameters()),
        "training": training,
        "figures": figures,
        "licence": LICENCE,
    }
    path.with_suffix(".json").write_text(json.dumps(card, indent=2) + "\n")
    return path


def _command() -> str:
    """The command that runs, without what does not change its result."""
    given = (argument for argument in sys.argv[1:] if argument not in ("--resume", "--force"))
    return shlex.join(["python", "-m", "train", *given])


@torch.no_grad()
def round_to_half(network: nn.Module) -> None:
    """Rounds all numbers to float16, as the file holds them: what is measured is what is published."""
    for tensor in network.state_dict().values():
        tensor.copy_(tensor.half())
