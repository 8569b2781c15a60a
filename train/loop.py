"""The training loop: hide, round to 8 bits, reveal, compare, step."""

import time
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import Tensor

from steg.network import InvertibleNetwork, quantise
from train import data
from train.checkpoint import State, export, load_checkpoint, save_checkpoint, start_from
from train.config import TrainConfig
from train.muon import Muon

KNEE = 3e-4  # where the logarithm sets in: a picture much better than this (35 dB) counts by its plain error


def train(config: TrainConfig) -> Path:
    """Runs or resumes a training run.

    Returns:
        The weights, a safetensors file in `config.out` with its card (JSON) beside it.

    Raises:
        StegError: if the data or the checkpoint cannot be used.
    """
    torch.set_num_threads(config.threads or torch.get_num_threads())
    train_pictures, val_pictures = load_data(config)
    config.out.mkdir(parents=True, exist_ok=True)
    state = new_state(config)
    if config.resume:
        load_checkpoint(config, state)
    elif config.init:
        start_from(config, state.network)

    batches = data.batches(train_pictures, 2 * config.batch, config.enlarged, state.generator)
    figures = {}
    for line in steps(config, state, batches):
        print(line, flush=True)
        if state.step % config.validate_every == 0 or state.step == config.steps:
            figures = validate(state.network, val_pictures, config)
            print(
                f"step {state.step}: validation " + ", ".join(f"{k} {v:.2f}" for k, v in figures.items()),
                flush=True,
            )
            save_checkpoint(config, state)
    return export(config, state, figures, len(train_pictures))


def load_data(config: TrainConfig) -> tuple[Tensor, Tensor]:
    """Training and validation pictures, (N, 3, 64, 64) uint8."""
    if config.dry_run:
        generator = torch.Generator().manual_seed(config.seed)
        return data.generated(64, generator), data.generated(2 * config.pairs, generator)
    source = data.download(Path("data")) if config.download else config.data
    return data.load(source, "train"), data.load(source, "val")


def new_state(config: TrainConfig) -> State:
    """Fresh network and optimizers, everything random from the seed."""
    torch.manual_seed(config.seed)
    network = InvertibleNetwork(config.network).to(config.device, memory_format=torch.channels_last)
    kernels = [p for p in network.parameters() if p.ndim > 1]
    biases = [p for p in network.parameters() if p.ndim == 1]
    return State(
        network=network,
        muon=Muon(kernels, lr=config.lr),
        adam=torch.optim.AdamW(biases, lr=config.bias_lr, betas=(0.9, 0.99), weight_decay=0.0),
        generator=torch.Generator().manual_seed(config.seed),
    )


def rate(config: TrainConfig, step: int) -> float:
    """Learning rate relative to its peak: linear warm-up, then constant, then linear to zero.

    The rate before the decay does not depend on `config.steps`, so a checkpoint from there can be resumed
    with more or fewer steps and gives what a run of that length would have given.
    """
    return min(1.0, (step + 1) / config.warmup, (config.steps - step) / (config.decay * config.steps))


def squared_error(a: Tensor, b: Tensor) -> Tensor:
    """Mean squared error of each picture of a batch, (B,)."""
    return (a - b).square().mean((1, 2, 3))


def mean_psnr(mse: Tensor) -> float:
    return (-10 * mse.clamp_min(1e-10).log10()).mean().item()


def loss_of(config: TrainConfig, step: int, cover_error: Tensor, secret_error: Tensor) -> Tensor:
    """Mean squared errors at first; then their logarithms, which is what PSNR measures.

    The logarithm from the start would end in a perfect cover and no secret at all.
    """
    if step >= config.plain:
        cover_error, secret_error = (cover_error + KNEE).log(), (secret_error + KNEE).log()
    return (cover_error + config.secret_weight * secret_error).mean()


def steps(config: TrainConfig, state: State, batches: Iterator[Tensor]) -> Iterator[str]:
    """Trains up to `config.steps` and yields a line of progress now and then, and at each validation."""
    parameters = list(state.network.parameters())
    began, before = time.perf_counter(), state.seconds
    device_type = torch.device(config.device).type
    while state.step < config.steps:
        for group in state.muon.param_groups:
            group["lr"] = config.lr * rate(config, state.step)
        for group in state.adam.param_groups:
            group["lr"] = config.bias_lr * rate(config, state.step)
        cover, secret = next(batches).to(config.device).chunk(2)  # (batch, 3, 64, 64) each
        with torch.autocast(device_type, torch.bfloat16, enabled=config.bf16):
            stego = state.network.hide(cover, secret)
            revealed = state.network.reveal(quantise(stego))
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        loss = loss_of(config, state.step, cover_error, secret_error)
        for parameter in parameters:
            parameter.grad = None
        loss.backward()
        if all(
            torch.isfinite(p.grad).all() for p in parameters
        ):  # a rare overflow must not spoil the weights
            state.muon.step()
            state.adam.step()
        state.step += 1
        state.seconds = before + time.perf_counter() - began
        if state.step % 100 == 0 or state.step % config.validate_every == 0 or state.step == config.steps:
            yield (
                f"step {state.step}/{config.steps}: cover {mean_psnr(cover_error):.2f} dB, "
                f"secret {mean_psnr(secret_error):.2f} dB, {state.seconds:.0f} s"
            )


@torch.no_grad()
def validate(network: InvertibleNetwork, pictures: Tensor, config: TrainConfig) -> dict[str, float]:
    """PSNR in dB through 8-bit pictures: covers are the first `config.pairs`, secrets the next."""
    pairs = min(config.pairs, len(pictures) // 2)
    errors = []
    for start in range(0, pairs, 64):
        part = slice(start, min(start + 64, pairs))
        cover, secret = (x[part].to(config.device).float() / 255 for x in (pictures, pictures[pairs:]))
        stego = quantise(network.hide(cover, secret))
        errors.append((squared_error(stego, cover), squared_error(quantise(network.reveal(stego)), secret)))
    cover_db, secret_db = (-10 * torch.cat(e).clamp_min(1e-10).log10() for e in zip(*errors, strict=True))
    return {
        "cover_psnr": round(cover_db.mean().item(), 2),
        "cover_psnr_min": round(cover_db.min().item(), 2),
        "secret_psnr": round(secret_db.mean().item(), 2),
        "secret_psnr_min": round(secret_db.min().item(), 2),
    }
