"""Restoration: coded sheets, how errors are measured, and that training makes them smaller."""

import pytest
import torch

from steg.networks.restoration import Bands, from_bands, to_bands
from steg.payload.klt import SCALE
from steg.payload.restoration import error_weights
from steg.weights import read_card
from train import data
from train.command_line import configure
from train.loop import train
from train.tasks.coded_pictures import CODED, SHEET, coded_pictures, kept_coded_pictures
from train.tasks.restoration import RestorationTask


@pytest.fixture(scope="module")
def thumbnails() -> torch.Tensor:
    return data.generated(40, torch.Generator().manual_seed(0))


def test_coded_pictures_are_near_their_originals_and_the_same_for_the_same_seed(thumbnails, tmp_path):
    coded = kept_coded_pictures(tmp_path / "sheets.pt", thumbnails, 2, seed=1)
    assert coded.originals.shape == coded.planes.shape == (2 * CODED, 3, SHEET, SHEET)
    errors = ((coded.planes - coded.originals.float()) / SCALE).square().mean((1, 2, 3))
    assert (errors > 0.005).all() and (errors < 30).all()
    assert (coded.steps > 0.01).all() and (coded.steps < 10).all()
    for again in (
        coded_pictures(thumbnails, 2, seed=1),
        kept_coded_pictures(tmp_path / "sheets.pt", thumbnails, 2, seed=1),
    ):
        assert all(torch.equal(a, b) for a, b in zip(coded, again, strict=True))


def test_weighted_errors_of_coefficients_are_about_those_of_planes():
    errors = to_bands(torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(0)))
    for only in range(3):  # fine, coarse, low
        bands = Bands(*(band * (number == only) for number, band in enumerate(errors)))
        weighted = sum(
            (weights * band.square()).sum().item()
            for weights, band in zip(error_weights(), bands, strict=True)
        )
        assert weighted == pytest.approx(from_bands(bands).square().sum().item(), rel=0.1)


def test_examples_have_about_the_errors_of_their_sheets(tmp_path):
    config = configure("restoration", dry_run=True, out=tmp_path)
    task = RestorationTask(config, [], torch.device("cpu"))
    planes, originals, _, errors = next(task.batches(torch.Generator().manual_seed(0), slice(0, 4)))
    relative = (planes - originals).square().mean((1, 2, 3)) / errors
    assert ((relative > 0.1) & (relative < 10)).all()


def test_training_restores(tmp_path):
    settings = {"dry_run": True, "cpu": True, "threads": 1, "out": tmp_path, "steps": 60, "ema": 0.9}
    path = train(configure("restoration", validate_every=1000, **settings))
    figures = read_card(path.with_suffix(".json"))["figures"]["held-out sheets"]
    assert figures["gain_at_3.0"] > 0.04
