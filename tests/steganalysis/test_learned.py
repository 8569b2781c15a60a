"""The detector's verdict on pictures of any size."""

import numpy as np
import pytest
import torch

from steg.errors import StegError
from steg.networks.detector import Detector, DetectorConfig
from steg.steganalysis import learned
from steg.steganalysis.learned import Verdict, detect, figures_table, judge
from steg.weights import DETECTOR, FOLDER, card_of


def test_a_verdict_has_three_values():
    network = Detector(DetectorConfig(features=4, width=2)).eval()
    for parameter in network.parameters():
        parameter.data.fill_(0.5)
    network.output.bias.data.fill_(-1.0)
    network.most_outside.fill_(0.25)
    usual, suspicious, strange = torch.tensor([[0.1] * 4, [0.9] * 4, [9.0, 9, 0, 0]])
    found = judge(network, torch.stack([usual, suspicious, strange]))
    assert [detection.verdict for detection in found] == [Verdict.UNNOTICED, Verdict.STEGO, Verdict.UNKNOWN]
    assert found[0].score == pytest.approx(0.5 * 2 * (0.5 * 0.4 + 0.5) - 1.0)
    assert found[2].outside == 0.5


def test_the_middle_of_large_pictures_is_looked_at(monkeypatch):
    seen = []
    monkeypatch.setattr(learned, "LARGEST_SIDE", 80)
    monkeypatch.setattr(
        learned, "extract_features", lambda pixels: seen.append(pixels) or np.zeros(4, np.float32)
    )
    network = Detector(DetectorConfig(features=4, width=2)).eval()
    pixels = np.random.default_rng(0).integers(0, 256, (70, 131, 3), np.uint8)
    detect(network, pixels)
    assert np.array_equal(seen[0], pixels[:, 24:104])  # a multiple of 8, which keeps the grid of JPEG
    with pytest.raises(StegError, match="at least 64x64: choose a larger one"):
        detect(network, pixels[:63])


def test_figures_are_one_table_here_and_in_the_readme_of_the_weights():
    def of(accused: float, unknown: float, auc: float = 0.5) -> dict[str, float]:
        return {"taken_for_stego": accused, "cannot_tell": unknown, "auc": auc}

    sources = {"a": {"clean": of(0.04, 0), "lsb": of(0.5, 0.25, 0.987)}, "b": {"clean": of(0, 0.1)}}
    assert figures_table(sources).splitlines() == [
        "| pictures | a | b |",
        "|---|---|---|",
        "| clean | **4%** | **0% / 10%** |",
        "| lsb | 50% / 25% (0.99) |  |",
    ]
    measured = card_of(DETECTOR)["figures"]["sources"]
    assert figures_table(measured) in (FOLDER / "README.md").read_text()
    assert all(of_source["clean"]["taken_for_stego"] <= 0.05 for of_source in measured.values())
