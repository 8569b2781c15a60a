"""The small networks: bundled, small, strictly loaded, and as good as their cards say."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import steg
from steg import trained
from steg.steganalysis.learned import detect
from steg.weights import FOLDER, read_card


def test_together_they_are_small():
    files = [FOLDER / read_card(FOLDER / f"{name}.json")["file"] for name in trained.TRAINED]
    assert sum(file.stat().st_size for file in files) < 3e6


@pytest.mark.parametrize("name", trained.TRAINED)
def test_each_is_bundled_with_a_complete_card(name):
    network, card = trained.load(name), read_card(FOLDER / f"{name}.json")
    assert not network.training and not any(p.requires_grad for p in network.parameters())
    assert sum(p.numel() for p in network.parameters()) == card["parameters"]
    assert {"training", "figures", "licence", "repo", "revision"} <= card.keys()
    assert {"command", "data", "steps", "seconds", "hardware"} <= card["training"].keys()
    assert "tiny-imagenet-val" in card["figures"]


def test_others_and_wrong_weights_are_refused(tmp_path):
    with pytest.raises(steg.StegError, match="no network 'cat-or-mouse'; choose one of: cat-or-dog"):
        trained.load("cat-or-mouse")
    shutil.copy(FOLDER / "autoencoder.safetensors", tmp_path)
    card = json.loads((FOLDER / "autoencoder.json").read_text())
    card["config"]["width"] += 1
    (tmp_path / "autoencoder.json").write_text(json.dumps(card))
    with pytest.raises(steg.StegError, match="do not fit"):
        trained.load("autoencoder", tmp_path / "autoencoder.safetensors")


def test_examples_come_with_both_classifiers():
    for name in (trained.CAT_OR_DOG, trained.STEGO_OR_CLEAN):
        network = trained.load(name)
        assert len(network.example_answers) >= 200 and network.example_answers.mean() == 0.5
        assert network.example_features.std() > 0


def test_the_second_detector_finds_what_the_default_method_hides(method, photo, through_png):
    network = trained.load(trained.STEGO_OR_CLEAN_RESIDUAL)
    cover, secret = photo("rock_and_lake.png"), photo("cat.png")
    stego = through_png(method.hide(cover, secret))
    assert detect(network, np.asarray(stego)).logit > detect(network, np.asarray(cover)).logit + 1


def test_hub_fallback_is_that_of_all_weights(monkeypatch, tmp_path):
    """Without the bundled file, the card's place on the Hub is asked for."""
    shutil.copy(FOLDER / "cat-or-dog.json", tmp_path)
    monkeypatch.setattr("steg.weights.FOLDER", Path(tmp_path))
    for variable in ("STEG_WEIGHTS_REPO", "STEG_WEIGHTS_REVISION"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(steg.StegError, match="names no place on the"):
        trained.load(trained.CAT_OR_DOG)
