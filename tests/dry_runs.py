"""Dry runs of the trainer, and what they leave."""

import csv
from pathlib import Path

import safetensors.torch
import torch

from train.command_line import configure
from train.config import TrainConfig


def dry_run(out: Path, **changes) -> TrainConfig:
    return configure(dry_run=True, out=out, **changes)


def tensors(path: Path) -> dict:
    return safetensors.torch.load_file(path)


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def losses(folder: Path) -> list[float]:
    with (folder / "curve.csv").open() as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]
