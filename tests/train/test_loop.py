"""The trainer: it learns, and leaves weights that steg.load takes, with a card, a log and a curve."""

import csv
import dataclasses
import json
import re
import sys

import pytest
import torch
from accelerate.state import AcceleratorState
from dry_runs import dry_run, tensors

import steg
from steg.weights import load_network, read_card
from train.__main__ import main
from train.config import TrainConfig
from train.data import whole
from train.log import duration
from train.loop import rate, train
from train.tasks import TASKS


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
    assert re.search(r"limit\), about \d+ (s|min) left$", first) and "left" not in last
    assert [duration(seconds) for seconds in (89, 720, 11_100)] == ["89 s", "12 min", "3 h 5 min"]


def test_a_run_leaves_its_curve_and_a_tensorboard(tmp_path):
    train(dry_run(tmp_path))
    with (tmp_path / "curve.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["3", "6"]
    assert all(float(row["validation: secret_psnr"]) > 0 for row in rows)
    assert (tmp_path / "curve.png").stat().st_size > 5000
    assert any((tmp_path / "tensorboard").iterdir())
