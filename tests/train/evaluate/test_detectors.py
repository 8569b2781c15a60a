"""Measuring the detectors: every method, clean pictures, edits; and what goes into cards and plots."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from steg.methods import OFFERED
from steg.weights import FOLDER, STEGO_OR_CLEAN, STEGO_OR_CLEAN_RESIDUAL
from train.evaluate import detectors
from train.evaluate.methods import Pair

DETECTORS = STEGO_OR_CLEAN, STEGO_OR_CLEAN_RESIDUAL


@pytest.fixture
def weights(tmp_path):
    """A folder with the detectors' weights and cards, whose figures are gone."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in DETECTORS:
        shutil.copy(FOLDER / f"{name}.safetensors", folder)
        card = json.loads((FOLDER / f"{name}.json").read_text())
        (folder / f"{name}.json").write_text(json.dumps(card | {"figures": {}}))
    return folder


def test_detectors_are_measured_on_every_method(photo, tmp_path, weights, capsys):
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in ("tulips.png", "rock_and_lake.png", "cat.png"):
        photo(name).save(photos / name)
    options = [
        "--photos",
        str(photos),
        "--crop",
        "128",
        "--weights",
        str(weights),
        "--out",
        str(tmp_path / "out"),
    ]
    assert detectors.main([*options, "--card"]) == 0
    report = json.loads((tmp_path / "out" / "roc.json").read_text())["photos"]
    assert set(report) == {*DETECTORS, *detectors.CLASSICAL}
    for name in DETECTORS:
        figures = json.loads((weights / f"{name}.json").read_text())["figures"]["photos"]
        assert (
            set(figures["methods"]) == {*OFFERED, "file, strength 0", "file, strength 1"}
            and figures["pictures"] == 3
        )
        for found in figures["methods"].values():
            assert 0 <= found["auc"] <= 1 and found["roc"] == sorted(found["roc"])
            assert len(found["roc"]) == len(figures["false_positive_rates"])
        assert "clean" in figures["clean_above_half"] and len(figures["clean_above_half"]) == 1 + len(
            detectors.EDITS
        )
    assert Image.open(tmp_path / "out" / "roc.png").width > 800
    printed = capsys.readouterr().out
    assert all(f"| {name} |" in printed for name in OFFERED)
    assert (tmp_path / "out" / "roc.md").read_text().strip() == printed.strip()


def test_a_cover_that_a_method_refuses_is_left_out(photo):
    black, cat = Image.new("RGB", (16, 16)), photo("cat.png", (64, 64))
    pairs = [Pair("black", black, cat), Pair("cat", cat, black)]
    kinds = dict(detectors.kinds_of(pairs))
    assert len(kinds["clean"]) == len(kinds["predictive"]) == 2 and len(kinds["robust"]) == 1


def test_figures_of_scores_worked_out_by_hand():
    clean = {STEGO_OR_CLEAN: np.array([-2.0, -1, 1, -3])}
    kinds = {"clean": clean, "clean, noise 2": {STEGO_OR_CLEAN: np.array([1.0, 2, 3, -1])}}
    kinds["lsb"] = {STEGO_OR_CLEAN: np.array([0.5, 2, 3, -5])}
    figures = detectors.figures_of(kinds)[STEGO_OR_CLEAN]
    assert figures["clean_above_half"] == {"clean": 0.25, "clean, noise 2": 0.75}
    assert figures["methods"]["lsb"]["auc"] == 0.688  # 11 of 16 pairs are in the right order
    assert (
        figures["methods"]["lsb"]["above_half"] == 0.75
        and figures["methods"]["lsb"]["true_positive_rate"] == 0.5
    )


def test_errors_are_sentences(tmp_path, weights, capsys):
    assert detectors.main(["--photos", str(tmp_path / "none"), "--weights", str(weights)]) == 2
    assert "at least two pictures" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        detectors.main([])
