"""The trainer: learns, resumes exactly, spreads over processes, and its weights are what steg.load takes."""

import csv
import dataclasses
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState

import steg
from steg.errors import StegError
from steg.weights import load_network, read_card
from train.__main__ import main
from train.checkpoint import check_folder, load_checkpoint, new_state
from train.command_line import configure
from train.config import TrainConfig
from train.data import whole
from train.log import duration
from train.loop import rate, train
from train.tasks import TASKS

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def fresh_accelerator():
    """Accelerate keeps its first settings for as long as the process lives."""
    AcceleratorState._reset_state(reset_partial_state=True)


def dry_run(out: Path, **changes) -> TrainConfig:
    return configure(dry_run=True, out=out, **changes)


def tensors(path: Path) -> dict:
    return safetensors.torch.load_file(path)


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def losses(folder: Path) -> list[float]:
    with (folder / "curve.csv").open() as file:
        return [float(row["loss"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("model", ["predictive", "invertible", "prep-hide-reveal"])
def test_the_command_trains_and_its_weights_hide_and_reveal(tmp_path, photo, monkeypatch, capsys, model):
    monkeypatch.setattr(sys, "argv", ["train", "--dry-run", "--model", model, "--out", str(tmp_path)])
    assert not main()
    printed = capsys.readouterr().out
    assert "cover" in printed and "secret" in printed and "validation" in printed
    card = read_card(tmp_path / f"{model}.json")
    assert card["training"]["command"] == f"python -m train --dry-run --model {model} --out {tmp_path}"
    method = steg.load(model, weights=tmp_path / f"{model}.safetensors")
    stego = method.hide(photo("coffee.jpg", (64, 48)), photo("cat.png"))
    assert method.reveal(stego).status is steg.Status.INTACT


def test_photographs_are_validated_in_whole(tmp_path, photo):
    (tmp_path / "photos").mkdir()
    for name, size in (("coffee.jpg", (150, 120)), ("cat.png", (130, 140)), ("coffee.jpg", (125, 200))):
        photo(name, size).save(tmp_path / "photos" / f"{size[0]}.png")
    photos = whole(tmp_path / "photos")
    assert photos.shape == (6, 3, 120, 120)
    assert torch.equal(photos[0], photos[5])  # the third cover's secret is the first photograph
    weights = train(dry_run(tmp_path / "run", photos=tmp_path / "photos"))
    figures = read_card(weights.with_suffix(".json"))["figures"]
    assert figures["photos"]["pairs"] == 3 and figures["validation"]["pairs"] == 4
    with (tmp_path / "run" / "curve.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["photos: secret_psnr"]]
    assert [row["step"] for row in rows] == ["3", "6"]


@pytest.mark.parametrize("model", TASKS)
def test_a_dry_run_of_every_model_leaves_weights_with_a_card(tmp_path, model):
    config = dry_run(tmp_path, model=model)
    path = train(config)
    card = read_card(path.with_suffix(".json"))
    network = load_network(model, path)
    assert card["figures"] and card["training"]["steps"] == config.steps
    assert card["parameters"] == sum(parameter.numel() for parameter in network.parameters())
    stored = {tensor.dtype for tensor in tensors(path).values()}
    assert stored == {torch.float16 if config.half else torch.float32}
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


@pytest.mark.parametrize(
    ("model", "enough", "gain"), [("predictive", 25, 6), ("invertible", 60, 3), ("prep-hide-reveal", 25, 4)]
)
def test_training_learns(tmp_path, model, enough, gain):
    figures = {}
    for steps in (2, enough):
        weights = train(
            dry_run(tmp_path / str(steps), model=model, steps=steps, lr=0.03, validate_every=1000)
        )
        figures[steps] = json.loads(weights.with_suffix(".json").read_text())["figures"]["validation"]
    assert figures[enough]["secret_psnr"] > figures[2]["secret_psnr"] + gain


@pytest.mark.parametrize("model", ["predictive", "cat-or-dog"])
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path, model):
    first, again = (tensors(train(dry_run(tmp_path / name, model=model))) for name in "ab")
    assert same(first, again)
    assert not same(first, tensors(train(dry_run(tmp_path / "c", model=model, seed=1))))


@pytest.mark.parametrize("model", ["predictive", "cat-or-dog", "detector"])
def test_a_run_ended_by_ctrl_c_and_resumed_gives_what_an_uninterrupted_one_gives(
    tmp_path, monkeypatch, capsys, model
):
    settings = {"model": model, "stego": tmp_path / "stego.pt"}
    whole = tensors(train(dry_run(tmp_path / "whole", **settings)))

    def ctrl_c_in_step_4(batches: Iterator) -> Iterator:
        for step, batch in enumerate(batches):
            if step == 4:
                signal.raise_signal(signal.SIGINT)
            yield batch

    parts = ["--dry-run", "--model", model, "--out", str(tmp_path / "parts")]
    parts += ["--stego", str(settings["stego"])] if model == "detector" else []
    with monkeypatch.context() as patch:
        original = TASKS[model].batches
        patch.setattr(TASKS[model], "batches", lambda *given: ctrl_c_in_step_4(original(*given)))
        assert main(parts) == 130
    assert "with --resume goes on from there" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    resumed = dry_run(tmp_path / "parts", resume=True, **settings)
    state = new_state(resumed, TASKS[model](resumed, [], CPU), Accelerator())
    load_checkpoint(resumed, state)
    assert state.step == 5  # the step was finished
    assert same(tensors(train(resumed)), whole)
    assert losses(tmp_path / "parts")[-1] == losses(tmp_path / "whole")[-1]


def test_two_processes_learn_what_one_learns(tmp_path):
    """Gradients are averaged over processes, which see the batch of one process between them."""
    train(dry_run(tmp_path / "one", validate_every=1))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    launch = ["--multi_gpu", "--num_processes", "2", "--main_process_port", port]
    options = [
        "--cpu",
        "--dry-run",
        "--validate-every",
        "1",
        "--threads",
        "1",
        "--out",
        str(tmp_path / "two"),
    ]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "accelerate.commands.launch", *launch, "-m", "train", *options],
        cwd=ROOT, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "2 x 1 threads" in read_card(tmp_path / "two" / "predictive.json")["training"]["hardware"]
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), rel=1e-3)


def test_a_batch_that_processes_cannot_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(Accelerator, "num_processes", 3)
    with pytest.raises(StegError, match="--batch 4 cannot be shared by 3 processes"):
        train(dry_run(tmp_path))


def test_resuming_with_other_settings_or_nothing_is_refused(tmp_path):
    with pytest.raises(StegError, match="no checkpoint"):
        train(dataclasses.replace(dry_run(tmp_path), resume=True))
    train(dry_run(tmp_path))
    different = r"started with --batch 4, --lr 0.01, .* go on with --batch 2, --lr 1.0\. .*--out.*--force"
    with pytest.raises(StegError, match=different):
        train(dataclasses.replace(dry_run(tmp_path), resume=True, batch=2, lr=1.0))
    (tmp_path / "checkpoint.pt").write_bytes(b"half of it")
    with pytest.raises(StegError, match="is damaged; begin anew with --force"):
        train(dataclasses.replace(dry_run(tmp_path), resume=True))


def test_a_run_replaces_an_earlier_one_only_if_told_to(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    finished, weights = configure("cat-or-dog"), Path("runs/cat-or-dog/cat-or-dog.safetensors")
    finished.folder.mkdir(parents=True)
    for path in (finished.checkpoint, weights):
        path.write_bytes(b"of days of training")
    with pytest.raises(StegError, match=r"--resume, write to another folder with --out, .* --force"):
        train(dataclasses.replace(finished, data=(Path("not read yet"),)))
    assert main(["--model", "cat-or-dog", "--dry-run"]) == 0
    assert "its figures mean nothing" in capsys.readouterr().out
    assert finished.checkpoint.read_bytes() == weights.read_bytes() == b"of days of training"
    dry = configure("cat-or-dog", dry_run=True)
    assert dry.checkpoint.exists()
    check_folder(dry)  # one dry run may replace another
    train(dataclasses.replace(dry, out=finished.folder, force=True))
    assert tensors(weights)


def test_ctrl_c_before_the_first_step_ends_in_a_sentence(tmp_path, monkeypatch, capsys):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("train.loop.new_state", interrupted)
    assert main(["--dry-run", "--model", "cat-or-dog", "--out", str(tmp_path / "run")]) == 130
    assert "stopped before the first checkpoint" in capsys.readouterr().err


def test_a_run_can_start_from_weights(tmp_path):
    start = train(dry_run(tmp_path / "start"))
    weights = train(dry_run(tmp_path / "next", init=start, steps=1, lr=0.0, bias_lr=0.0))
    assert same(tensors(weights), tensors(start))
    started_from = read_card(weights.with_suffix(".json"))["training"]["started_from"]
    assert started_from == read_card(start.with_suffix(".json"))["training"]
    with pytest.raises(StegError, match="of this shape"):
        train(dry_run(tmp_path / "other", init=start, shape="width=16,depth=1"))


def test_what_is_published_is_the_average_of_the_last_weights(tmp_path):
    """With a decay of 1 the average stays what it was after the first step."""
    first = tensors(train(dry_run(tmp_path / "first", steps=1, warmup=1)))
    config = dry_run(tmp_path / "all", ema=1.0)
    frozen, last = tensors(train(config)), torch.load(tmp_path / "all" / "checkpoint.pt", weights_only=True)
    assert frozen.keys() == first.keys()
    assert not torch.equal(frozen["smooth.0.weight"], last["task"]["network.smooth.0.weight"])


def test_the_learning_rate_warms_up_and_falls_by_a_cosine():
    config = TrainConfig(steps=100, warmup=10, floor=0.2)
    rates = [rate(config, step) for step in range(100)]
    assert rates[0] == 0.1 and max(rates) == rates[9] > 0.97
    assert rates[50] == pytest.approx(0.6) and 0.2 < rates[99] < 0.201
    assert sorted(rates[9:], reverse=True) == rates[9:]


def test_weights_in_half_precision_are_the_same_rounded_and_load(tmp_path):
    config = dry_run(tmp_path)
    whole = {name: t.clone() for name, t in tensors(train(config)).items()}  # the file is replaced below
    AcceleratorState._reset_state(reset_partial_state=True)
    weights = train(dataclasses.replace(config, resume=True, half=True))  # nothing left to train
    assert read_card(weights.with_suffix(".json"))["figures"]["validation"]
    assert all(torch.equal(t, whole[name].half()) for name, t in tensors(weights).items())
    network = steg.load("predictive", weights=str(weights)).network
    assert {p.dtype for p in network.parameters()} == {torch.float32}


def test_bf16_trains(tmp_path):
    weights = tensors(train(dry_run(tmp_path, bf16=True)))
    assert all(t.dtype == torch.float32 and t.isfinite().all() for t in weights.values())


def test_the_log_says_how_long_a_run_will_still_take(tmp_path, capsys):
    train(dry_run(tmp_path))
    first, last = (line for line in capsys.readouterr().out.splitlines() if "pictures/s" in line)
    assert re.search(r"limit\), about \d+ s left$", first) and "left" not in last
    assert [duration(seconds) for seconds in (89, 720, 11_100)] == ["89 s", "12 min", "3 h 5 min"]


def test_a_run_leaves_its_curve_and_a_tensorboard(tmp_path):
    train(dry_run(tmp_path))
    with (tmp_path / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["3", "6"]
    assert all(float(row["validation: secret_psnr"]) > 0 for row in rows)
    assert (tmp_path / "curve.png").stat().st_size > 5000
    assert any((tmp_path / "tensorboard").iterdir())
