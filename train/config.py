"""Every setting of a training run, documented once: the texts here are the command line's help."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def setting(default: Any, help: str) -> Any:
    """A field of `TrainConfig` with its help text."""
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class TrainConfig:
    """A training run. Each field is an option of the command line (`train.command_line`).

    The defaults suit the predictive network; what suits another model stands in its task (`Task.presets`).
    """

    model: str = setting("predictive", "the network to train")
    data: tuple[Path, ...] = setting(
        (), "Tiny ImageNet, the official zip or its folder, or a folder of photographs; may be repeated"
    )
    photos: Path | None = setting(
        None, "folder of photographs that are validated in whole (at most 512 pixels a side), not trained on"
    )
    download: bool = setting(False, "fetch Tiny ImageNet's official zip (248 MB) into the folder data/ first")
    out: Path | None = setting(
        None, "folder for checkpoint, log, weights, card (default: runs/MODEL, or runs/MODEL-dry-run)"
    )
    resume: bool = setting(False, "go on from the checkpoint in --out, exactly as if never stopped")
    force: bool = setting(False, "begin anew in a folder that holds a checkpoint, and replace what is there")
    init: Path | None = setting(
        None, "start from the weights in this safetensors file, with its card beside it"
    )
    dry_run: bool = setting(False, "run a few steps on generated pictures, to see that everything works")

    steps: int = setting(18_000, "optimizer steps")
    batch: int = setting(8, "examples per step (pairs of pictures for hiding), in all processes together")
    lr: float = setting(0.01, "peak step length of Muon (convolution kernels)")
    bias_lr: float = setting(2e-3, "peak learning rate of AdamW (everything else)")
    decay: float = setting(0.0, "weight decay of AdamW")
    warmup: int = setting(100, "steps of linear warm-up, after which the learning rate falls by a cosine")
    floor: float = setting(0.15, "learning rate at the end, relative to its peak")
    clip: float = setting(1.0, "norm to which longer gradients are clipped")
    ema: float = setting(0.999, "decay of the running average of the weights, which is what is published")

    enlarged: float = setting(0.6, "share of training pictures that are random crops, enlarged to full size")
    dimmed: float = setting(0.1, "share of training pictures at 0.1 to 0.8 of their brightness, as at night")
    saturated: float = setting(0.4, "share of training pictures with up to four times their saturation")
    shuffled: float = setting(0.4, "share of training pictures with permuted colour channels")
    shrunk: float = setting(0.1, "share of training pictures at half the size: no trace of JPEG's 4:2:0 left")
    grainy: float = setting(0.2, "share of training pictures with additive Gaussian noise in every channel")
    synthetic: float = setting(0.1, "share of training pictures that are text, lines, codes or flat colour")
    covers: int = setting(960, "training covers, in which the methods hide")
    stego: Path | None = setting(None, "file that keeps what they make of them (default: a file in --out)")

    sheets: int = setting(1600, "training pictures of 256x256, each of several thumbnails, that are coded")

    shape: str = setting("", "shape of the network where not the default, as in 'width=48,depth=3'")
    seed: int = setting(0, "seed of everything random")
    cpu: bool = setting(False, "compute on the CPU even where there is a GPU")
    bf16: bool = setting(False, "convolutions in bfloat16: faster on GPUs and on CPUs with AVX512-BF16")
    half: bool = setting(False, "write the weights with 16 bits each; they are computed with in 32")
    threads: int = setting(0, "CPU threads of each process; 0 for all cores")
    report_every: int = setting(50, "steps between lines of the log")
    validate_every: int = setting(500, "steps between validations, each followed by a checkpoint")
    pairs: int = setting(128, "validation pairs of cover and secret")

    @property
    def folder(self) -> Path:
        """Where the run writes; a dry run never where a training does, unless it is told to."""
        return self.out or Path("runs") / (f"{self.model}-dry-run" if self.dry_run else self.model)

    @property
    def checkpoint(self) -> Path:
        """The file with the state of the run."""
        return self.folder / "checkpoint.pt"
