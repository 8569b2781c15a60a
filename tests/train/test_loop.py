"""The trainer: learns, resumes exactly, and its weights are what steg.load takes."""

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch

import steg
from steg.errors import StegError
from steg.weights import read_card
from train.checkpoint import load_checkpoint
from train.config import DRY_RUN, TrainConfig, config_from_command_line
from train.loop import loss_of, new_state, rate, train

ROOT = Path(__file__).parents[2]


def dry_run(out: Path, **changes) -> TrainConfig:
    return TrainConfig(dry_run=True, out=out, **(DRY_RUN | changes))


def tensors(path: Path) -> dict:
    return safetensors.torch.load_file(path)


def same(a: dict, b: dict) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def test_the_command_trains_and_its_weights_hide_and_reveal(tmp_path, photo):
    command = [sys.executable, "-m", "train", "--dry-run", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "cover" in done.stdout and "secret" in done.stdout and "validation" in done.stdout
    card = read_card(tmp_path / "invertible.json")
    assert card["training"]["command"] == f"python -m train --dry-run --out {tmp_path}"
    method = steg.load(weights=tmp_path / "invertible.safetensors")
    stego = method.hide(photo("coffee.jpg", (64, 48)), photo("cat.png"))
    assert method.reveal(stego).status is steg.Status.INTACT


def test_training_learns(tmp_path):
    figures = {}
    for steps in (2, 60):
        weights = train(dry_run(tmp_path / str(steps), steps=steps, plain=1000, validate_every=1000))
        figures[steps] = json.loads(weights.with_suffix(".json").read_text())["figures"]["tiny-imagenet-val"]
    assert figures[60]["secret_psnr"] > figures[2]["secret_psnr"] + 3


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path):
    first, again = (tensors(train(dry_run(tmp_path / name))) for name in "ab")
    assert same(first, again)
    assert not same(first, tensors(train(dry_run(tmp_path / "c", seed=1))))


def test_a_resumed_run_gives_what_an_uninterrupted_one_gives(tmp_path, monkeypatch):
    whole = tensors(train(dry_run(tmp_path / "whole")))

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("train.loop.loss_of", lambda c, step, *e: loss_of(c, step, *e) if step < 4 else stop())
        train(dry_run(tmp_path / "parts"))
    resumed = dataclasses.replace(dry_run(tmp_path / "parts"), resume=True)
    state = new_state(resumed)
    load_checkpoint(resumed, state)
    assert state.step == 3
    assert same(tensors(train(resumed)), whole)


def test_resuming_with_other_settings_or_nothing_is_refused(tmp_path):
    with pytest.raises(StegError, match="no checkpoint"):
        train(dataclasses.replace(dry_run(tmp_path), resume=True))
    train(dry_run(tmp_path))
    with pytest.raises(StegError, match="other values of: batch, lr"):
        train(dataclasses.replace(dry_run(tmp_path), resume=True, batch=2, lr=1.0))


def test_a_run_can_start_from_weights(tmp_path):
    start = train(dry_run(tmp_path / "start"))
    config = dry_run(tmp_path / "next", init=start, steps=1, lr=0.0, bias_lr=0.0)
    weights = train(config)
    assert same(tensors(weights), tensors(start))
    started_from = read_card(weights.with_suffix(".json"))["training"]["started_from"]
    assert started_from == read_card(start.with_suffix(".json"))["training"]
    with pytest.raises(StegError, match="of this shape"):
        train(dry_run(tmp_path / "other", init=start, width=16))


def test_the_learning_rate_warms_up_holds_and_falls():
    config = TrainConfig(steps=100, warmup=10, decay=0.5)
    rates = [rate(config, step) for step in range(100)]
    assert rates[0] == 0.1 and rates[9] == rates[49] == 1.0
    assert rates[75] == 0.5 and rates[99] == pytest.approx(0.02)


def test_bf16_trains(tmp_path):
    weights = tensors(train(dry_run(tmp_path, bf16=True)))
    assert all(t.dtype == torch.float32 and t.isfinite().all() for t in weights.values())


def test_options_become_the_config(tmp_path, capsys):
    config = config_from_command_line(["--data", "x.zip", "--steps", "7", "--bf16", "--bias-lr", "0.5"])
    assert config == TrainConfig(data=Path("x.zip"), steps=7, bf16=True, bias_lr=0.5)
    assert config_from_command_line(["--dry-run", "--width", "16"]).width == 16
    with pytest.raises(SystemExit):
        config_from_command_line([])
    assert "--data" in capsys.readouterr().err
