"""Every setting of `python -m train.classify`, documented once: the comments here are its help."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from steg.weights import AUTOENCODER, CAT_OR_DOG, STEGO_OR_CLEAN, STEGO_OR_CLEAN_RESIDUAL
from train.config import options_given, setting

PRESETS = {  # what suits each network; an option on the command line comes first
    CAT_OR_DOG: {"steps": 3000, "batch": 64, "lr": 0.01},
    STEGO_OR_CLEAN: {"steps": 1000, "batch": 64, "lr": 0.005},
    STEGO_OR_CLEAN_RESIDUAL: {"steps": 1000, "batch": 32, "lr": 0.005},
    AUTOENCODER: {"steps": 2000, "batch": 32, "lr": 0.003},
}
DRY_RUN = {"steps": 4, "batch": 8, "warmup": 2, "ema": 0.5, "covers": 4, "validate_every": 2}


@dataclass(frozen=True)
class ClassifyConfig:
    """A training run. `config_from_command_line` turns each field into an option of the same name."""

    model: str = setting(CAT_OR_DOG, "the network to train", choices=list(PRESETS))
    data: tuple[Path, ...] = setting(
        (), "Tiny ImageNet, the official zip or its folder; may be repeated (cat-or-dog takes one)"
    )
    download: bool = setting(False, "fetch Tiny ImageNet's official zip (248 MB) into the folder data/ first")
    out: Path | None = setting(None, "folder for curve, weights and card; None: runs/MODEL")
    dry_run: bool = setting(False, "run a few steps on generated pictures, to see that everything works")

    steps: int = setting(0, "optimizer steps (0: what suits the network)")
    batch: int = setting(0, "pictures per step (0: what suits the network)")
    lr: float = setting(0.0, "highest step length of Muon (kernels and the dense layer; 0: what suits)")
    bias_lr: float = setting(2e-3, "highest learning rate of AdamW (everything else)")
    decay: float = setting(0.01, "weight decay of AdamW")
    warmup: int = setting(50, "steps over which the learning rate rises, to fall by a cosine after")
    floor: float = setting(0.0, "share of the highest rates that is left at the end")
    clip: float = setting(1.0, "norm to which longer gradients are cut")
    ema: float = setting(0.995, "decay of the running average of the weights, which is what is published")
    covers: int = setting(960, "covers of which every method makes a stego picture, for stego-or-clean")
    stego: Path | None = setting(None, "file that keeps these stego pictures for the next run")

    seed: int = setting(0, "seed of everything random")
    bf16: bool = setting(False, "compute in bfloat16: faster on CPUs with AVX512-BF16")
    threads: int = setting(0, "CPU threads (0: all cores)")
    validate_every: int = setting(250, "steps between validations")

    @property
    def folder(self) -> Path:
        """Where the run writes."""
        return self.out or Path("runs") / self.model


def config_from_command_line(arguments: list[str] | None = None) -> ClassifyConfig:
    """Parses the options. With --dry-run, sizes not named on the command line are tiny."""
    parser = argparse.ArgumentParser(
        prog="python -m train.classify",
        description="Train one of the small networks that teach: classifiers, a detector, an autoencoder.",
    )
    given = options_given(parser, ClassifyConfig, arguments)
    presets = PRESETS[given.get("model", ClassifyConfig.model)]
    config = ClassifyConfig(**(presets | (DRY_RUN if given.get("dry_run") else {}) | given))
    if not (config.data or config.download or config.dry_run):
        parser.error("name the data with --data, or add --download or --dry-run")
    return config
