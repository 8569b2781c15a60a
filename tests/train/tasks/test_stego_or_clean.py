"""The classifier of stego pictures in training: its pictures, and that it learns."""

import csv

import numpy as np
import pytest
import torch

from steg.methods import OFFERED
from train import data
from train.command_line import configure
from train.loop import train
from train.tasks.stego_or_clean import turned
from train.tasks.stego_pictures import as_sheet, from_sheet, kept_pictures, training_pictures


def test_training_learns(tmp_path, monkeypatch):
    random = torch.Generator().manual_seed(0)
    clean = data.generated(64, random)
    noisy = (clean + torch.randint(-40, 40, clean.shape, generator=random)).clamp(0, 255).byte()
    monkeypatch.setattr("train.tasks.stego_or_clean.kept_pictures", lambda *_: {"clean": clean, "lsb": noisy})
    settings = {"dry_run": True, "threads": 1, "out": tmp_path, "steps": 30, "batch": 16}
    train(configure("stego-or-clean", report_every=1, validate_every=1000, **settings))
    with (tmp_path / "curve.csv").open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.1


def test_every_method_hides_in_every_cover(tmp_path):
    pictures = data.generated(12, torch.Generator().manual_seed(0))
    made = dict(training_pictures(pictures, 4, 0))
    assert list(made) == ["clean", *OFFERED]
    for name in OFFERED:
        different = (made[name] != made["clean"]).flatten(1).float().mean(1)
        assert (different > 0.1).all(), name


def test_stego_pictures_are_kept_for_the_next_run(tmp_path, monkeypatch):
    pictures, path = data.generated(12, torch.Generator().manual_seed(0)), tmp_path / "kept" / "stego.pt"
    made = kept_pictures(path, pictures, 4, 0)
    monkeypatch.setattr("train.tasks.stego_pictures.training_pictures", lambda *_: pytest.fail("made again"))
    again = kept_pictures(path, pictures, 4, 0)
    assert all(torch.equal(made[name], again[name]) for name in made)
    monkeypatch.setattr("train.tasks.stego_pictures.weights_id", lambda name: "another")
    monkeypatch.setattr("train.tasks.stego_pictures.training_pictures", lambda *_: [("clean", pictures)])
    assert list(kept_pictures(path, pictures, 4, 0)) == ["clean"]


def test_a_sheet_holds_its_pictures_row_by_row():
    pictures = torch.randint(0, 256, (4, 3, 64, 64), dtype=torch.uint8)
    sheet = as_sheet(pictures, 2)
    assert sheet.shape == (128, 128, 3)
    assert np.array_equal(sheet[64:, :64], pictures[2].permute(1, 2, 0))
    assert torch.equal(from_sheet(sheet), pictures)


def test_turning_moves_pixels_and_changes_none():
    pictures = torch.arange(3 * 64 * 64, dtype=torch.float32).reshape(1, 3, 64, 64)
    generator, seen = torch.Generator().manual_seed(0), set()
    for _ in range(60):
        found = turned(pictures, generator)
        assert torch.equal(found.flatten().sort().values, pictures.flatten())
        seen.add(tuple(found[0, 0, :2, 0].tolist()))
    assert len(seen) == 8
