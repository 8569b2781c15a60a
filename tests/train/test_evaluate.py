"""Evaluation: figures from real PNG bytes, a known reference, and the card."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from steg.metrics import IDENTICAL_DB
from train import evaluate

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path, photo) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("coffee.jpg", "tulips.png"):
        photo(name).crop((100, 100, 260, 228)).save(folder / f"{name}.png")
    (folder / "notes.txt").write_text("not a picture")
    return folder


def test_a_method_that_swaps_pictures_is_measured_as_such(photo):
    images = [photo("coffee.jpg", (64, 64)), photo("cat.png", (64, 64))]
    figures = evaluate.measure(lambda cover, secret: secret, lambda stego: stego, images)
    assert (
        figures["secret_psnr"] == figures["secret_psnr_min"] == IDENTICAL_DB and figures["secret_ssim"] == 1
    )
    assert figures["cover_psnr"] < 15


def test_lsb_carries_the_upper_bits_at_the_least_cost(photo):
    cover, secret = photo("tulips.png"), photo("cat.png", (500, 500))
    stego = evaluate.hide_lsb(cover, secret)
    change = np.asarray(stego, int) - np.asarray(cover)
    assert np.array_equal(np.asarray(stego) & 15, np.asarray(secret) >> 4)
    inside = (np.asarray(cover) > 8) & (np.asarray(cover) < 247)
    assert np.abs(change[inside]).max() <= 8
    assert np.abs(np.asarray(evaluate.reveal_lsb(stego), int) - np.asarray(secret)).max() <= 8


def test_the_command_prints_a_table_and_fills_the_card(folder, tmp_path, capsys):
    for name in ("invertible.safetensors", "invertible.json"):
        shutil.copy(ROOT / "weights" / name, tmp_path)
    weights = str(tmp_path / "invertible.safetensors")
    assert evaluate.main([str(folder), "--crop", "128", "--weights", weights, "--card", "test"]) == 0
    table = capsys.readouterr().out
    assert "| invertible |" in table and "| 4-bit LSB |" in table
    figures = json.loads((tmp_path / "invertible.json").read_text())["figures"]["test"]
    assert figures["pairs"] == 2 and figures["crop"] == 128
    assert f"| invertible | {figures['cover_psnr']} ({figures['cover_psnr_min']}) |" in table


def test_a_folder_without_pictures_ends_in_a_sentence(tmp_path, capsys):
    Image.new("RGB", (32, 32)).save(tmp_path / "alone.png")
    for path in (tmp_path, tmp_path / "missing"):
        assert evaluate.main([str(path)]) == 2
        assert "at least two pictures" in capsys.readouterr().err
