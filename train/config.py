"""Every setting of a training run, documented once: the comments here are the command line's help."""

import argparse
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

from steg.network import NetworkConfig


def setting(default, help: str, **kwargs):
    """A field of `TrainConfig` with its help text; keyword arguments go to argparse."""
    return field(default=default, metadata={"help": help, **kwargs})


@dataclass(frozen=True)
class TrainConfig:
    """A training run. `config_from_command_line` turns each field into an option of the same name."""

    data: Path | None = setting(None, "Tiny ImageNet: the official zip, or the folder it unpacks to")
    download: bool = setting(False, "fetch the official zip (248 MB) into the folder data/ first")
    out: Path = setting(Path("runs/invertible"), "folder for checkpoint, log, weights and card")
    resume: bool = setting(False, "go on from the checkpoint in --out, exactly as if never stopped")
    init: Path | None = setting(
        None, "start from the weights in this safetensors file, with its card beside it"
    )
    dry_run: bool = setting(False, "run a few steps on generated pictures, to see that everything works")

    steps: int = setting(15_000, "optimizer steps")
    batch: int = setting(16, "pairs of pictures per step")
    lr: float = setting(0.015, "step length of Muon (convolution kernels)")
    bias_lr: float = setting(1e-3, "learning rate of AdamW (biases)")
    warmup: int = setting(200, "steps over which the learning rate rises from zero")
    decay: float = setting(0.8, "last share of the steps, over which the learning rate falls to zero")
    plain: int = setting(500, "first steps with plain mean squared error instead of its logarithm")
    secret_weight: float = setting(1.0, "weight of the secret's error against the cover's")
    enlarged: float = setting(0.6, "share of training pictures that are enlarged crops")

    blocks: int = setting(NetworkConfig.blocks, "coupling blocks of the network")
    width: int = setting(NetworkConfig.width, "channels inside its subnetworks")
    guess_width: int = setting(
        NetworkConfig.guess_width, "channels inside the network that guesses what is lost"
    )

    seed: int = setting(0, "seed of everything random")
    device: str = setting("cpu", "cpu, cuda or cuda:N")
    bf16: bool = setting(False, "convolutions in bfloat16: faster on GPUs and on CPUs with AVX512-BF16")
    threads: int = setting(0, "CPU threads (0: all cores)")
    validate_every: int = setting(1000, "steps between validations, each followed by a checkpoint")
    pairs: int = setting(256, "validation pairs")

    @property
    def network(self) -> NetworkConfig:
        return NetworkConfig(blocks=self.blocks, width=self.width, guess_width=self.guess_width)


DRY_RUN = dict(
    steps=6, batch=4, warmup=2, plain=3, blocks=2, width=8, guess_width=8, validate_every=3, pairs=4
)


def config_from_command_line(arguments: list[str] | None = None) -> TrainConfig:
    """Parses `python -m train` options. With --dry-run, sizes not named on the command line are tiny."""
    parser = argparse.ArgumentParser(
        prog="python -m train", description="Train the network that hides pictures."
    )
    for f in dataclasses.fields(TrainConfig):
        option = "--" + f.name.replace("_", "-")
        if f.type is bool:
            parser.add_argument(
                option, action="store_true", default=argparse.SUPPRESS, help=f.metadata["help"]
            )
            continue
        kind = Path if "Path" in str(f.type) else f.type
        text = f"{f.metadata['help']} (default: {f.default})"
        parser.add_argument(option, type=kind, default=argparse.SUPPRESS, help=text)
    given = vars(parser.parse_args(arguments))
    config = TrainConfig(**((DRY_RUN if given.get("dry_run") else {}) | given))
    if not (config.data or config.download or config.dry_run):
        parser.error("name the data with --data, or add --download or --dry-run")
    return config
