"""Every setting of a training run, documented once: the comments here are the command line's help."""

import argparse
import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

from train.tasks.hiding import OBJECTIVES


def setting(default, help: str, **kwargs):
    """A field of `TrainConfig` with its help text; keyword arguments go to argparse."""
    return field(default=default, metadata={"help": help, **kwargs})


@dataclass(frozen=True)
class TrainConfig:
    """A training run. `config_from_command_line` turns each field into an option of the same name."""

    model: str = setting("predictive", "the network to train", choices=list(OBJECTIVES))
    data: tuple[Path, ...] = setting(
        (), "Tiny ImageNet, the official zip or its folder, or a folder of photographs; may be repeated"
    )
    photos: Path | None = setting(
        None, "folder of photographs that are validated in whole (at most 512 pixels a side), not trained on"
    )
    download: bool = setting(False, "fetch Tiny ImageNet's official zip (248 MB) into the folder data/ first")
    out: Path | None = setting(None, "folder for checkpoint, log, weights and card; None: runs/MODEL")
    resume: bool = setting(False, "go on from the checkpoint in --out, exactly as if never stopped")
    init: Path | None = setting(
        None, "start from the weights in this safetensors file, with its card beside it"
    )
    dry_run: bool = setting(False, "run a few steps on generated pictures, to see that everything works")

    steps: int = setting(18_000, "optimizer steps")
    batch: int = setting(8, "pairs of pictures per step, in all processes together")
    lr: float = setting(0.01, "highest step length of Muon (convolution kernels)")
    bias_lr: float = setting(2e-3, "highest learning rate of AdamW (everything else)")
    warmup: int = setting(
        100, "steps over which the learning rate rises from zero, to fall by a cosine after"
    )
    floor: float = setting(0.15, "learning rate at the end, relative to its peak")
    clip: float = setting(1.0, "norm to which longer gradients are cut")
    ema: float = setting(0.999, "decay of the running average of the weights, which is what is published")
    enlarged: float = setting(0.6, "share of training pictures that are enlarged crops")
    dimmed: float = setting(0.1, "share of training pictures made darker, as at night")
    saturated: float = setting(0.4, "share of training pictures with up to four times their colour")
    shuffled: float = setting(0.4, "share of training pictures with their colour channels in another order")
    shrunk: float = setting(
        0.1, "share of training pictures halved in size: no trace of JPEG's coarse colours is left in them"
    )
    grainy: float = setting(0.2, "share of training pictures with grain in every colour")
    drawn: float = setting(0.1, "share of training pictures that are drawn: text, lines, codes, flat colour")

    shape: str = setting("", "shape of the network where not the default, as in 'width=48,depth=3'")
    seed: int = setting(0, "seed of everything random")
    cpu: bool = setting(False, "compute on the CPU even where there is a GPU")
    bf16: bool = setting(False, "convolutions in bfloat16: faster on GPUs and on CPUs with AVX512-BF16")
    half: bool = setting(False, "write the weights with 16 bits each; they are computed with in 32")
    threads: int = setting(0, "CPU threads of each process (0: all cores)")
    validate_every: int = setting(500, "steps between validations, each followed by a checkpoint")
    pairs: int = setting(128, "validation pairs")

    @property
    def folder(self) -> Path:
        """Where the run writes."""
        return self.out or Path("runs") / self.model

    @property
    def network(self):
        """The network's own config, with `shape` applied."""
        pairs = (item.split("=") for item in self.shape.split(",") if item)
        return OBJECTIVES[self.model].config_class(**{key.strip(): int(value) for key, value in pairs})


DRY_RUN = dict(steps=6, batch=4, warmup=2, ema=0.5, validate_every=3, pairs=4)
TINY_SHAPE = {
    "predictive": "width=8,depth=1",
    "invertible": "blocks=2,width=8,guess_width=8",
    "prep-hide-reveal": "share=5",
    "robust": "width=16,depth=1,restore_width=8,restore_depth=1",
}


def options_given(parser: argparse.ArgumentParser, config_class: type, arguments: list[str] | None) -> dict:
    """Parses an option for each field of a config made of `setting`s; returns those that were named."""
    for f in dataclasses.fields(config_class):
        option = "--" + f.name.replace("_", "-")
        kind = f.type if isinstance(f.type, type) else Path
        more = {key: value for key, value in f.metadata.items() if key != "help"}
        if kind is bool:
            more["action"] = "store_true"
        elif f.name == "data":
            more |= {"action": "append", "type": Path}
        else:
            more["type"] = kind
        text = f.metadata["help"] + (
            "" if kind is bool or f.default in (None, (), "") else f" (default: {f.default})"
        )
        parser.add_argument(option, default=argparse.SUPPRESS, help=text, **more)
    given = vars(parser.parse_args(arguments))
    if "data" in given:
        given["data"] = tuple(given["data"])
    return given


def config_from_command_line(arguments: list[str] | None = None) -> TrainConfig:
    """Parses `python -m train` options. With --dry-run, sizes not named on the command line are tiny."""
    parser = argparse.ArgumentParser(
        prog="python -m train", description="Train a network that hides pictures."
    )
    given = options_given(parser, TrainConfig, arguments)
    if given.get("dry_run"):
        given = DRY_RUN | {"shape": TINY_SHAPE[given.get("model", TrainConfig.model)]} | given
    config = TrainConfig(**given)
    try:
        _ = config.network
    except (TypeError, ValueError):
        parser.error(f"--shape {config.shape!r} does not fit {config.model}; write it as 'width=48,depth=3'")
    if not (config.data or config.download or config.dry_run):
        parser.error("name the data with --data, or add --download or --dry-run")
    return config
