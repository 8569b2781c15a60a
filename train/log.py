"""What a run shows: lines on the terminal, curve.csv and curve.png, and TensorBoard with example pictures."""

import csv
import os
import platform
import time
from typing import Any

import matplotlib
import torch
from accelerate import Accelerator
from torch.utils.tensorboard import SummaryWriter

from train.checkpoint import State
from train.config import TrainConfig
from train.speed import steps_per_second_at_most
from train.tasks.task import Validation

matplotlib.use("Agg")
from matplotlib import pyplot


class Log:
    """Writes to `config.folder`, from the main process only; a context manager.

    Attributes:
        figures: of the last validation, by the name of the pictures.
        hardware: what the run is computed on, for the card.
    """

    def __init__(self, config: TrainConfig, state: State, accelerator: Accelerator, part: slice):
        self.config, self.state, self.main = config, state, accelerator.is_main_process
        self.figures: dict[str, dict] = {}
        self.hardware = _hardware(accelerator)
        self.rows: list[dict] = []  # of curve.csv
        self.limit = steps_per_second_at_most(state.task, accelerator, part)
        self.first = self.last = state.step, time.perf_counter()

    def __enter__(self) -> "Log":
        if self.main:
            self.config.folder.mkdir(parents=True, exist_ok=True)
            self.rows = self._earlier_rows()
            self.board = SummaryWriter(self.config.folder / "tensorboard")
        return self

    def __exit__(self, *_: object) -> None:
        if self.main:
            self.board.close()
            self._write_curve()

    def step(self, loss: float, figures: dict[str, float]) -> None:
        """Records a training step: the loss of a batch, and the task's figures of it."""
        if not self.main:
            return
        state, now = self.state, time.perf_counter()
        speed = (state.step - self.last[0]) / (now - self.last[1])
        self.last = state.step, now
        values = {"loss": round(loss, 4)} | {name: round(value, 2) for name, value in figures.items()}
        self.rows.append({"step": state.step, "seconds": round(state.seconds, 1)} | values)
        pictures = speed * self.config.batch * state.task.pictures_per_example
        for name, value in values.items():
            self.board.add_scalar(f"training/{name}", value, state.step)
        self.board.add_scalar("pictures_per_second", pictures, state.step)
        print(
            f"step {state.step}/{self.config.steps}: {_listed(values)}, {state.seconds:.0f} s, "
            f"{pictures:.0f} pictures/s ({speed / self.limit:.0%} of the arithmetic limit)"
            f"{self._time_left(now)}",
            flush=True,
        )

    def _time_left(self, now: float) -> str:
        """How long the rest will take at the mean pace of this process, its validations included."""
        step, began = self.first
        left = (self.config.steps - self.state.step) * (now - began) / (self.state.step - step)
        return f", about {duration(left)} left" if left else ""

    def validation(self, result: Validation) -> None:
        """Records what a task measured after the step that was recorded last."""
        self.figures = result.figures
        if not self.main:
            return
        step = self.state.step
        for name, figures in result.figures.items():
            numbers = {key: value for key, value in figures.items() if isinstance(value, float)}
            for key, value in numbers.items():
                self.board.add_scalar(f"{name}/{key}", value, step)
            self.rows[-1] |= {f"{name}: {key}": value for key, value in numbers.items()}
            print(f"step {step}: {name}: {_listed(numbers)}", flush=True)
        for caption, pictures in result.examples.items():
            self.board.add_images(caption, pictures, step)
        self._write_curve()

    def _earlier_rows(self) -> list[dict]:
        path = self.config.folder / "curve.csv"
        if not (self.config.resume and path.exists()):
            return []
        with path.open() as file:
            return [row for row in csv.DictReader(file) if int(row["step"]) <= self.state.step]

    def _write_curve(self) -> None:
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        with (self.config.folder / "curve.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(self.rows)
        figure, (above, below) = pyplot.subplots(2, figsize=(8, 8), sharex=True)
        for name in columns[2:]:
            points = [(int(row["step"]), float(row[name])) for row in self.rows if row.get(name, "") != ""]
            axes = above if name == "loss" else below
            axes.plot(*zip(*points, strict=True), label=name, **LOOKS[":" in name])
        above.set(ylabel="loss", title=f"{self.config.model}: training")
        below.set(xlabel="step")
        above.grid(alpha=0.3)
        below.grid(alpha=0.3)
        if below.lines:
            below.legend(fontsize="small", loc="upper left", bbox_to_anchor=(1, 1))
        figure.savefig(self.config.folder / "curve.png", dpi=110, bbox_inches="tight")
        pyplot.close(figure)


LOOKS: dict[bool, dict[str, Any]] = {
    False: {"alpha": 0.4},  # of training batches
    True: {"marker": "o", "markersize": 3},  # of validations
}


def duration(seconds: float) -> str:
    """A time in the units that one would say it in: 40 s, 12 min, 3 h 5 min."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def _listed(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())


def _hardware(accelerator: Accelerator) -> str:
    if accelerator.device.type == "cuda":
        return f"{accelerator.num_processes} x {torch.cuda.get_device_name()}"
    threads = f"{torch.get_num_threads()} threads of a {platform.machine()} CPU ({os.cpu_count()} cores)"
    return threads if accelerator.num_processes == 1 else f"{accelerator.num_processes} x {threads}"
