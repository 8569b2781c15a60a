"""Measuring the detector: every method on every source, and what goes into its card."""

import json
import shutil

import pytest
from PIL import Image

from steg.methods import OFFERED
from steg.steganalysis.learned import Detection, Verdict
from steg.weights import DETECTOR, FOLDER
from train.evaluate import detectors


def test_the_detector_is_measured_on_every_method(photo, tmp_path, monkeypatch, capsys):
    (tmp_path / "photos").mkdir()
    for name in ("tulips.png", "rock_and_lake.png"):
        photo(name).save(tmp_path / "photos" / name)
    for ending in ("safetensors", "json"):
        shutil.copy(FOLDER / f"{DETECTOR}.{ending}", tmp_path)
    monkeypatch.setattr(detectors, "PHOTOS", {"JPEG 90": detectors.PHOTOS["JPEG 90"]})
    monkeypatch.setattr(detectors, "STRENGTHS", {"file": (0.0, 0.5)})
    folder = str(tmp_path / "photos")
    options = ["--photos", folder, "--others", folder, "--crop", "96", "--card", "--processes", "1"]
    assert detectors.main([*options, "--weights", str(tmp_path / f"{DETECTOR}.safetensors")]) == 0
    sources = json.loads((tmp_path / f"{DETECTOR}.json").read_text())["figures"]["sources"]
    assert set(sources) == {"photos, as they are", "photos, JPEG 90"}
    for figures in sources.values():
        assert {"clean", "robust, JPEG 85", "file, strength 0", *OFFERED} <= set(figures)
        assert all(f["pictures"] == 2 and 0 <= f["auc"] <= 1 for f in figures.values())
    printed = capsys.readouterr().out
    assert all(f"| {name} |" in printed for name in OFFERED)


def test_a_cover_that_a_method_refuses_is_left_out(photo):
    made = dict(detectors.stego_pictures(Image.new("RGB", (16, 16)), photo("cat.png", (16, 16))))
    assert "lsb" in made and "robust" not in made


def test_figures_worked_out_by_hand():
    def scored(*scores: float) -> list[Detection]:
        return [Detection(s, 0.0, Verdict.STEGO if s > 0 else Verdict.UNNOTICED) for s in scores]

    found = {"clean": scored(-2, -1, 1, -3), "lsb": [*scored(0.5, 2, 3), Detection(-5, 1, Verdict.UNKNOWN)]}
    figures = detectors.figures_of(found)
    assert figures["clean"]["taken_for_stego"] == 0.25
    assert figures["lsb"] == {"pictures": 4, "taken_for_stego": 0.75, "cannot_tell": 0.25, "auc": 0.688}


def test_errors_are_sentences(tmp_path, capsys):
    assert detectors.main(["--photos", str(tmp_path / "none")]) == 2
    assert "at least two pictures" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        detectors.main([])
