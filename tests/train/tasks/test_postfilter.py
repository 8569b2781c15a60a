"""The postfilter's training: sheets that get finer with the bits, and an error that gets smaller."""

import pytest
import torch

from steg.weights import read_card
from train import data
from train.command_line import configure
from train.loop import train
from train.tasks.decoded_pictures import CODED, SHEET, decoded_pictures, kept_decoded_pictures
from train.tasks.postfilter import CROP, PostfilterTask


@pytest.fixture(scope="module")
def thumbnails() -> torch.Tensor:
    return data.generated(40, torch.Generator().manual_seed(0))


def test_sheets_are_finer_the_more_bits_they_have_and_the_same_for_the_same_seed(thumbnails, tmp_path):
    sheets = kept_decoded_pictures(tmp_path / "sheets.pt", thumbnails, 3, seed=1)
    assert sheets.originals.shape == (3, 3, SHEET, SHEET)
    assert sheets.decoded.shape == (3, CODED, 3, SHEET, SHEET)
    errors = (sheets.decoded - sheets.originals[:, None].float()).square().mean((2, 3, 4))
    assert (errors > 0).all() and (errors.diff(dim=1) < 0).all()
    for again in (
        decoded_pictures(thumbnails, 3, seed=1),
        kept_decoded_pictures(tmp_path / "sheets.pt", thumbnails, 3, seed=1),
    ):
        assert all(torch.equal(a, b) for a, b in zip(sheets, again, strict=True))


def test_examples_are_decoded_pictures_beside_their_originals(tmp_path):
    task = PostfilterTask(configure("postfilter", dry_run=True, out=tmp_path), [], torch.device("cpu"))
    decoded, originals = next(task.batches(torch.Generator().manual_seed(0), slice(0, 4)))
    assert decoded.shape == originals.shape == (4, 3, CROP, CROP)
    error = (decoded - originals).square().mean((1, 2, 3))
    assert (error > 0).all() and (error < (originals - originals.mean()).square().mean((1, 2, 3))).all()


def test_training_filters(tmp_path):
    sizes = {"dry_run": True, "steps": 60, "ema": 0.9, "lr": 0.1, "bias_lr": 0.01, "validate_every": 1000}
    shape = "half=8,quarter=8,eighth=8,blocks=1"
    path = train(configure("postfilter", cpu=True, threads=1, out=tmp_path, shape=shape, **sizes))
    figures = read_card(path.with_suffix(".json"))["figures"]["held-out sheets"]
    assert figures["gain_at_0.3"] > 0.002
