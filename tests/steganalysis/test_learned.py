"""The detector's verdict on pictures of any size."""

import numpy as np
import pytest
import torch

from steg.errors import StegError
from steg.networks.detector import Detector, DetectorConfig
from steg.steganalysis import learned
from steg.steganalysis.learned import Verdict, detect, judge


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
