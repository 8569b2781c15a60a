"""The training loop of the small networks: minutes on one CPU core, so there is nothing to resume."""

import csv
import os
import platform
import time
from pathlib import Path

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from train import data
from train.checkpoint import command, write_weights
from train.classify.config import ClassifyConfig
from train.loop import rate
from train.muon import Muon
from train.tasks import autoencoder, cat_or_dog, detector
from train.tasks.task import Task

TASKS = {
    "cat-or-dog": cat_or_dog.task,
    "stego-or-clean": detector.task,
    "stego-or-clean-residual": detector.task,
    "autoencoder": autoencoder.task,
}


def train(config: ClassifyConfig) -> Path:
    """Trains one network.

    Returns:
        The weights, a safetensors file of float16 numbers in `config.folder` with its card beside it.

    Raises:
        StegError: if the data cannot be used.
    """
    torch.set_num_threads(config.threads or torch.get_num_threads())
    torch.manual_seed(config.seed)
    began = time.perf_counter()
    source = data.download(Path("data")) if config.download else None
    task = TASKS[config.model](config, [*config.data, *([source] if source else [])])
    prepared = time.perf_counter()
    print(f"data ready after {prepared - began:.0f} s", flush=True)
    network = run(config, task).to(memory_format=torch.contiguous_format)
    seconds = time.perf_counter() - prepared
    as_stored(network)
    task.finish(network)
    figures = task.measure(network)
    training = {
        "command": command("train.classify"),
        "data": task.pictures,
        "steps": config.steps,
        "batch": config.batch,
        "seconds": round(seconds),
        "seconds_before": round(prepared - began),
        "hardware": hardware(),
        "torch": torch.__version__,
    }
    path = write_weights(
        config.folder, config.model, network, network.config, training, figures, torch.float16
    )
    print(f"weights and card: {path} and {path.with_suffix('.json')}")
    return path


def hardware() -> str:
    """What the run is computed on, for the card."""
    return f"{torch.get_num_threads()} threads of a {platform.machine()} CPU ({os.cpu_count()} cores)"


def run(config: ClassifyConfig, task: Task) -> nn.Module:
    """All steps; writes curve.csv and returns the average of the last weights."""
    task.network.to(memory_format=torch.channels_last)
    kernels, others = [], []
    for name, parameter in [*task.network.named_parameters(), *task.helper.named_parameters()]:
        hidden = parameter.ndim == 4 or name == "dense.weight"
        (kernels if hidden else others).append(parameter)
    muon = Muon(kernels, lr=config.lr)
    adam = torch.optim.AdamW(others, lr=config.bias_lr, betas=(0.9, 0.99), weight_decay=config.decay)
    average = AveragedModel(task.network, multi_avg_fn=get_ema_multi_avg_fn(config.ema))
    config.folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    with (config.folder / "curve.csv").open("w", newline="") as file:
        curve = csv.writer(file)
        curve.writerow(("step", "seconds", "loss"))
        for step in range(1, config.steps + 1):
            for optimizer, peak in ((muon, config.lr), (adam, config.bias_lr)):
                for group in optimizer.param_groups:
                    group["lr"] = peak * rate(config, step - 1)
            with torch.autocast("cpu", torch.bfloat16, enabled=config.bf16):
                loss = task.loss()
            for parameter in (*kernels, *others):
                parameter.grad = None
            loss.backward()
            length = nn.utils.clip_grad_norm_([*kernels, *others], config.clip)
            if length.isfinite():  # a rare overflow must not spoil the weights
                muon.step()
                adam.step()
                average.update_parameters(task.network)
            seconds = time.perf_counter() - began
            curve.writerow((step, round(seconds, 1), round(loss.item(), 4)))
            if step % config.validate_every == 0 or step == config.steps:
                figures = task.measure(average.module)
                shown = {
                    name: {k: v for k, v in f.items() if isinstance(v, float)} for name, f in figures.items()
                }
                print(f"step {step}: loss {loss.item():.3f}, {seconds:.0f} s, {shown}", flush=True)
    return average.module


@torch.no_grad()
def as_stored(network: nn.Module) -> None:
    """Rounds all numbers to those the file will hold, so that what is measured is what is published."""
    for tensor in network.state_dict().values():
        tensor.copy_(tensor.half())
