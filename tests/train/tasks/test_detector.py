"""The detector in training: its examples, what it learns, and its threshold."""

import csv

import numpy as np
import pytest
import torch

from steg.methods import OFFERED
from train import data
from train.command_line import configure
from train.loop import train
from train.tasks import steganalysis_examples
from train.tasks.detector import FALSE_POSITIVE_RATE, UNKNOWN, DetectorTask
from train.tasks.steganalysis_examples import CLEAN, SENT, Examples, cropped, kept_examples, modulated


@pytest.fixture
def thumbnails() -> torch.Tensor:
    return data.generated(12, torch.Generator().manual_seed(0))


@pytest.fixture
def made_up(tmp_path, monkeypatch) -> Examples:
    """Examples that are easy to tell apart, in place of real ones."""
    random = torch.Generator().manual_seed(0)
    stego = torch.arange(800) % 2
    grainy = torch.arange(800) % 10 > 7  # these look a little like stego pictures
    features = torch.randn(800, 1057, generator=random) + 0.5 * stego[:, None] + 0.2 * grainy[:, None]
    methods = [(CLEAN, "file")[is_stego] for is_stego in stego]
    sources = [("halved", "halved, grainy")[is_grainy] for is_grainy in grainy]
    examples = Examples(features, methods, sources, torch.arange(800) // 2)
    monkeypatch.setattr("train.tasks.detector.kept_examples", lambda *_: examples)
    return examples


def test_training_learns_and_fixes_threshold_and_range(tmp_path, made_up):
    config = configure(
        "detector", dry_run=True, out=tmp_path, steps=40, batch=32, report_every=1, validate_every=40
    )
    task = DetectorTask(config, [], torch.device("cpu"))
    train(config)
    with (tmp_path / "curve.csv").open() as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.1
    network = task.network.eval()
    task.finish(network)
    clean, scores = (task.unseen_methods == 0).numpy(), network(task.unseen).detach().numpy()
    of_sources = [scores[clean & (task.unseen_sources == source)] for source in ("halved", "halved, grainy")]
    assert all((of_source > 0).mean() <= FALSE_POSITIVE_RATE + 1 / len(of_source) for of_source in of_sources)
    assert max(of_source.max() for of_source in of_sources) > 0  # no higher than it has to be
    unknown = (network.outside(task.unseen) > network.most_outside).float().mean()
    assert unknown <= UNKNOWN + 1 / len(task.unseen)


def test_every_method_has_its_examples(thumbnails, tmp_path, monkeypatch):
    examples = kept_examples(tmp_path / "kept" / "examples.pt", thumbnails, 4, 0)
    assert set(examples.methods) == {CLEAN, SENT, *OFFERED} and set(examples.covers.tolist()) == {0, 1, 2, 3}
    assert len(examples.features) == len(examples.methods) == len(examples.sources)
    monkeypatch.setattr(steganalysis_examples, "make_examples", lambda *_: pytest.fail("made again"))
    again = kept_examples(tmp_path / "kept" / "examples.pt", thumbnails, 4, 0)
    assert torch.equal(again.features, examples.features) and again.methods == examples.methods
    monkeypatch.setattr(steganalysis_examples, "weights_id", lambda _: "another")
    with pytest.raises(pytest.fail.Exception, match="made again"):
        kept_examples(tmp_path / "kept" / "examples.pt", thumbnails, 4, 0)


def test_random_symbols_change_a_cover_as_much_as_a_secret_does(photo):
    cover, secret = photo("tulips.png", (128, 128)), photo("cat.png", (128, 128))
    pixels, robust = np.asarray(cover), steganalysis_examples.method("robust")
    for strength in (0.0, 1.0):
        made = modulated(robust, pixels, strength, np.random.default_rng(0))
        stego = np.asarray(robust.hide(cover, secret, strength=strength))
        changes = [np.square(picture - pixels.astype(float)).mean() for picture in (made, stego)]
        assert changes[0] == pytest.approx(changes[1], rel=0.1)


def test_crops_are_parts_of_the_picture():
    pixels = np.arange(192 * 192 * 3).reshape(192, 192, 3)
    for seed in range(5):
        part = cropped(pixels, np.random.default_rng(seed))
        top, left = divmod(part[0, 0, 0] // 3, 192)
        assert np.array_equal(part, pixels[top : top + len(part), left : left + len(part)])
