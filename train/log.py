"""What a run shows: lines on the terminal, curve.csv and curve.png, and TensorBoard with sample pictures."""

import csv
import os
import platform
import time

import matplotlib
import torch
from accelerate import Accelerator
from torch.utils.tensorboard import SummaryWriter

from train.checkpoint import State
from train.config import TrainConfig
from train.speed import pictures_per_second_at_most

matplotlib.use("Agg")
from matplotlib import pyplot

COLUMNS = (
    "step",
    "seconds",
    "loss",
    "cover_psnr",
    "secret_psnr",
    "validation_cover_psnr",
    "validation_secret_psnr",
    "photos_cover_psnr",
    "photos_secret_psnr",
)
LOOKS = {"": {"alpha": 0.3}, "validation_": {"marker": "o"}, "photos_": {"marker": "s", "linestyle": "--"}}
RESIDUAL_GAIN = 20


class Log:
    """Writes to `config.folder`, from the main process only; a context manager.

    Attributes:
        figures: of the last validation, by the name of the pictures.
        hardware: what the run is computed on, for the card.
    """

    def __init__(self, config: TrainConfig, state: State, accelerator: Accelerator):
        self.config, self.state, self.accelerator = config, state, accelerator
        self.figures: dict[str, dict[str, float]] = {}
        self.hardware = _hardware(accelerator)
        self.rows: list[dict] = []
        self.limit = accelerator.num_processes * pictures_per_second_at_most(state.network, accelerator)
        self.last = state.step, time.perf_counter()

    def __enter__(self) -> "Log":
        if self.accelerator.is_main_process:
            self.config.folder.mkdir(parents=True, exist_ok=True)
            self.rows = self._earlier_rows()
            self.board = SummaryWriter(self.config.folder / "tensorboard")
        return self

    def __exit__(self, *_) -> None:
        if self.accelerator.is_main_process:
            self.board.close()
            self._write_curve()

    def step(self, loss: float, cover_db: float, secret_db: float) -> None:
        """Notes a training step."""
        if not self.accelerator.is_main_process:
            return
        state, now = self.state, time.perf_counter()
        speed = 2 * self.config.batch * (state.step - self.last[0]) / (now - self.last[1])
        self.last = state.step, now
        row = (state.step, round(state.seconds, 1), round(loss, 4), round(cover_db, 2), round(secret_db, 2))
        self.rows.append(dict(zip(COLUMNS, row, strict=False)))
        for name, value in zip(COLUMNS[2:], row[2:], strict=False):
            self.board.add_scalar(f"training/{name}", value, state.step)
        self.board.add_scalar("pictures_per_second", speed, state.step)
        print(
            f"step {state.step}/{self.config.steps}: loss {loss:.3f}, cover {cover_db:.2f} dB, "
            f"secret {secret_db:.2f} dB, {state.seconds:.0f} s, {speed:.0f} pictures/s "
            f"({speed / self.limit:.0%} of the arithmetic limit)",
            flush=True,
        )

    def validation(self, name: str, pairs: int, result: dict) -> None:
        """Notes what `train.loop.validate` returned for the set of pictures of this name."""
        pictures = result.pop("pictures")
        self.figures[name] = {"pairs": pairs, **result}
        if not self.accelerator.is_main_process:
            return
        for measure, value in result.items():
            self.board.add_scalar(f"{name}/{measure}", value, self.state.step)
            if f"{name}_{measure}" in COLUMNS:
                self.rows[-1][f"{name}_{measure}"] = value
        cover, stego, _, _ = pictures.chunk(4, 3)
        residual = (0.5 + RESIDUAL_GAIN * (stego - cover)).clamp(0, 1)
        self.board.add_images(f"{name}: cover, stego, secret, revealed", pictures, self.state.step)
        self.board.add_images(f"{name}: residual x{RESIDUAL_GAIN}", residual, self.state.step)
        self._write_curve()
        text = ", ".join(f"{measure} {value:.2f}" for measure, value in result.items())
        print(f"step {self.state.step}: {name} {text}", flush=True)

    def _earlier_rows(self) -> list[dict]:
        path = self.config.folder / "curve.csv"
        if not (self.config.resume and path.exists()):
            return []
        with path.open() as file:
            return [row for row in csv.DictReader(file) if int(row["step"]) <= self.state.step]

    def _write_curve(self) -> None:
        with (self.config.folder / "curve.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows)
        figure, axes = pyplot.subplots(figsize=(8, 5))
        for name, style in (("cover_psnr", "tab:blue"), ("secret_psnr", "tab:red")):
            label = name.replace("_psnr", "")
            for prefix, look in LOOKS.items():
                points = [
                    (int(r["step"]), float(r[prefix + name])) for r in self.rows if r.get(prefix + name)
                ]
                if points:
                    axes.plot(
                        *zip(*points, strict=True),
                        color=style,
                        label=prefix.replace("_", " ") + label,
                        markersize=3,
                        **look,
                    )
        axes.set(xlabel="step", ylabel="PSNR in dB", title=f"{self.config.model}: training")
        axes.grid(alpha=0.3)
        axes.legend()
        figure.savefig(self.config.folder / "curve.png", dpi=110, bbox_inches="tight")
        pyplot.close(figure)


def _hardware(accelerator: Accelerator) -> str:
    if accelerator.device.type == "cuda":
        return f"{accelerator.num_processes} x {torch.cuda.get_device_name()}"
    threads = f"{torch.get_num_threads()} threads of a {platform.machine()} CPU ({os.cpu_count()} cores)"
    return threads if accelerator.num_processes == 1 else f"{accelerator.num_processes} x {threads}"
