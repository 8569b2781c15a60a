"""Runs of the trainer: of the same seed, resumed, in several processes, from weights, in place of others."""

import dataclasses
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from accelerate import Accelerator
from dry_runs import dry_run, losses, same, tensors

from steg.errors import StegError
from steg.weights import read_card
from train.__main__ import main
from train.checkpoint import check_folder, load_checkpoint, new_state
from train.command_line import configure
from train.loop import train
from train.tasks import TASKS

ROOT = Path(__file__).parents[2]
CPU = torch.device("cpu")


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
