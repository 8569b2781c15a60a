"""The training loop: hide, round to 8 bits, reveal, compare, step."""

import dataclasses
import math
import time
from collections.abc import Iterator
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor

from train import augment, data
from train.checkpoint import State, export, load_checkpoint, new_state, save_checkpoint, start_from
from train.config import TrainConfig
from train.drawn import drawn
from train.log import Log
from train.tasks.hiding import squared_error

DRAWN = 4000  # pictures
REPORT_EVERY = 50  # steps


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
        raise data.StegError(
            f"--batch {config.batch} cannot be shared by {accelerator.num_processes} processes."
        )
    training, validation = (part.to(accelerator.device) for part in load_data(config))
    sets = {"validation": validation[: 2 * config.pairs]}
    if config.photos:
        sets["photos"] = data.whole(config.photos).to(accelerator.device)
    state = new_state(config, accelerator)
    if config.resume:
        load_checkpoint(config, state)
    elif config.init:
        start_from(config, state)

    with Log(config, state, accelerator) as log:
        for loss, cover_db, secret_db in steps(
            config, state, accelerator, batches(config, training, state, accelerator)
        ):
            log.step(loss, cover_db, secret_db)
            if state.step % config.validate_every == 0 or state.step == config.steps:
                for name, pictures in sets.items():
                    log.validation(name, len(pictures) // 2, validate(state.average.module, pictures))
                if accelerator.is_main_process:
                    save_checkpoint(config, state)
    if accelerator.is_main_process:
        weights = export(config, state, log.figures, len(training), log.hardware)
        print(f"weights and card: {weights} and {weights.with_suffix('.json')}")
    accelerator.wait_for_everyone()
    return config.folder / f"{config.model}.safetensors"


def load_data(config: TrainConfig) -> tuple[Tensor, Tensor]:
    """Training and validation pictures, (N, 3, 64, 64) uint8."""
    if config.dry_run and not config.data:
        generator = torch.Generator().manual_seed(config.seed)
        return data.generated(64, generator), data.generated(2 * config.pairs, generator)
    sources = [*config.data, *([data.download(Path("data"))] if config.download else [])]
    return data.load_all(sources)


def batches(
    config: TrainConfig, pictures: Tensor, state: State, accelerator: Accelerator
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Covers, secrets and a random number for each pair: this process's share of every batch."""
    names = {field.name for field in dataclasses.fields(augment.Augmentation)}
    shares = {name: value for name, value in vars(config).items() if name in names}
    how = augment.Augmentation(**shares)
    others = drawn(DRAWN if not config.dry_run else 10, data.SIDE, config.seed).to(pictures.device)
    share = 2 * config.batch // accelerator.num_processes
    part = slice(accelerator.process_index * share, (accelerator.process_index + 1) * share)
    for batch, random in augment.batches(pictures, others, 2 * config.batch, how, state.generator, part):
        yield batch[::2], batch[1::2], random[::2]


def rate(config: TrainConfig, step: int) -> float:
    """Learning rate relative to its peak: linear warm-up, then half a cosine down to `config.floor`."""
    fall = config.floor + (1 - config.floor) * (1 + math.cos(math.pi * step / config.steps)) / 2
    return min(1.0, (step + 1) / config.warmup) * fall


def mean_psnr(errors: Tensor) -> float:
    """Mean PSNR in dB of mean squared errors in squared 8-bit levels."""
    return 10 * (255**2 / errors.clamp_min(1e-3)).log10().mean().item()


def steps(
    config: TrainConfig,
    state: State,
    accelerator: Accelerator,
    pairs: Iterator[tuple[Tensor, Tensor, Tensor]],
) -> Iterator[tuple[float, float, float]]:
    """Trains up to `config.steps`; yields loss and PSNR of cover and secret now and then."""
    parameters = [p for p in state.objective.parameters() if p.requires_grad]
    began, before = time.perf_counter(), state.seconds
    while state.step < config.steps:
        for optimizer, peak in ((state.muon, config.lr), (state.adam, config.bias_lr)):
            for group in optimizer.param_groups:
                group["lr"] = peak * rate(config, state.step)
        loss, cover_error, secret_error = state.objective(*next(pairs), state.step)
        for parameter in parameters:
            parameter.grad = None
        accelerator.backward(loss)
        length = torch.nn.utils.clip_grad_norm_(parameters, config.clip)
        if length.isfinite():  # a rare overflow must not spoil the weights
            state.muon.step()
            state.adam.step()
            state.average.update_parameters(state.network)
        state.step += 1
        state.seconds = before + time.perf_counter() - began
        if (
            state.step % REPORT_EVERY == 0
            or state.step % config.validate_every == 0
            or state.step == config.steps
        ):
            seen = accelerator.gather(
                torch.cat([loss.detach()[None], cover_error.detach(), secret_error.detach()])[None]
            )
            half = (seen.shape[1] - 1) // 2
            yield seen[:, 0].mean().item(), mean_psnr(seen[:, 1 : 1 + half]), mean_psnr(seen[:, 1 + half :])


@torch.no_grad()
def validate(objective, pictures: Tensor) -> dict:
    """PSNR in dB through 8-bit pictures: covers are the first half of `pictures`, secrets the second.

    Returns:
        Means and minima by the names used in cards, and under "pictures" a row of examples, (4, 3, H, 4 W)
        floats: cover, stego, secret, revealed.
    """
    objective.eval()
    covers, secrets = pictures.chunk(2)
    errors, examples = [], None
    at_once = max(1, 64 * data.SIDE**2 // (covers.shape[2] * covers.shape[3]))
    for cover, secret in zip(covers.split(at_once), secrets.split(at_once), strict=True):
        cover, secret = ((x / 255).contiguous(memory_format=torch.channels_last) for x in (cover, secret))
        stego, revealed = objective.round_trip(cover, secret)
        errors.append(torch.stack([squared_error(stego, cover), squared_error(revealed, secret)]))
        if examples is None:
            examples = torch.cat([cover[:4], stego[:4], secret[:4], revealed[:4]], 3)
    db = 10 * (255**2 / torch.cat(errors, 1).clamp_min(1e-3)).log10()
    return {
        "cover_psnr": round(db[0].mean().item(), 2),
        "cover_psnr_min": round(db[0].min().item(), 2),
        "secret_psnr": round(db[1].mean().item(), 2),
        "secret_psnr_min": round(db[1].min().item(), 2),
        "pictures": examples,
    }
