"""Weights: found in order, verified, loaded strictly; with the real Hub client against a loopback Hub."""

import hashlib
import json
import shutil
import socket
import time
from pathlib import Path

import huggingface_hub
import numpy as np
import pytest
import safetensors.torch
import torch
from hub import Hub

import steg.hub
from steg import methods, weights
from steg.errors import StegError
from steg.steganalysis.learned import Verdict, detect
from steg.weights import load_network

REPO, REVISION = "someone/steg", "0123456789abcdef0123456789abcdef01234567"
TENSORS = {"a": torch.arange(6.0).reshape(2, 3)}
DATA = safetensors.torch.save(TENSORS)
OTHERS = *methods.METHODS, weights.RESTORATION, weights.POSTFILTER, weights.ROBUST_EARLIER
TEACHING = [name for name in weights.NETWORKS if name not in OTHERS]
CARD = {
    "file": "toy.safetensors",
    "sha256": hashlib.sha256(DATA).hexdigest(),
    "config": {},
    "repo": REPO,
    "revision": REVISION,
}


@pytest.fixture
def hub():
    hub = Hub()
    hub.files[REPO, REVISION, CARD["file"]] = DATA
    yield hub
    hub.stop()


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder weights/ that holds the card of "toy" but not its file, and no environment overrides."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "toy.json").write_text(json.dumps(CARD))
    monkeypatch.setattr(weights, "FOLDER", folder)
    monkeypatch.delenv(weights.REPO_VARIABLE, raising=False)
    monkeypatch.delenv(weights.REVISION_VARIABLE, raising=False)
    return folder


@pytest.fixture
def options(hub, tmp_path) -> dict:
    return {"endpoint": hub.endpoint, "cache_dir": tmp_path / "cache"}


def test_bundled_weights_are_used_without_a_request(hub, folder, options):
    (folder / CARD["file"]).write_bytes(DATA)
    assert torch.equal(weights.load("toy", **options).tensors["a"], TENSORS["a"])
    assert hub.requests == []


def test_an_explicit_path_comes_first(hub, folder, options, tmp_path):
    (folder / CARD["file"]).write_bytes(b"never looked at")
    (tmp_path / "mine.safetensors").write_bytes(DATA)
    (tmp_path / "mine.json").write_text(json.dumps(CARD))
    assert weights.load("toy", tmp_path / "mine.safetensors", **options).card == CARD
    assert hub.requests == []


def test_download_then_cache_without_a_request(hub, folder, options):
    assert torch.equal(weights.load("toy", **options).tensors["a"], TENSORS["a"])
    assert any(request.startswith("GET") for request in hub.requests)
    hub.requests.clear()
    weights.load("toy", **options)
    assert hub.requests == []


def test_a_cached_file_needs_no_hub_at_all(hub, folder, options, monkeypatch):
    weights.load("toy", **options)
    hub.stop()
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("tried to reach the Hub"))
    monkeypatch.setattr(huggingface_hub, "hf_hub_download", lambda *_, **__: pytest.fail("asked the client"))
    weights.load("toy", **options)


def test_the_environment_names_a_mirror(hub, folder, options, monkeypatch):
    (folder / "toy.json").write_text(json.dumps(CARD | {"repo": "gone/away", "revision": "f" * 40}))
    monkeypatch.setenv(weights.REPO_VARIABLE, REPO)
    monkeypatch.setenv(weights.REVISION_VARIABLE, REVISION)
    assert weights.load("toy", **options).tensors.keys() == TENSORS.keys()


def test_wrong_bytes_are_refused_wherever_they_come_from(hub, folder, options):
    wrong = hub.files[REPO, REVISION, CARD["file"]] = DATA[:-1] + b"!"
    with pytest.raises(StegError, match="sha256 differs"):
        weights.load("toy", **options)
    (folder / CARD["file"]).write_bytes(wrong)
    with pytest.raises(StegError, match="sha256 differs"):
        weights.load("toy", **options)


def test_a_missing_repository_ends_in_a_sentence(hub, folder, options):
    (folder / "toy.json").write_text(json.dumps(CARD | {"repo": "gone/away"}))
    with pytest.raises(StegError, match=r"could not be fetched from gone/away .*RepositoryNotFound"):
        weights.load("toy", **options)


@pytest.mark.parametrize(
    ("failures", "requests"),
    [
        (None, []),
        ({"HEAD": None}, ["HEAD"]),
        ({"HEAD": 502}, ["HEAD"]),
        ({"HEAD": 429}, ["HEAD"]),
        ({"GET": None}, ["HEAD", "HEAD", "GET"]),
    ],
    ids=["refuses", "never answers", "bad gateway", "too many requests", "sends nothing"],
)
def test_an_unreachable_hub_is_asked_once_and_ends_in_a_sentence(
    hub, folder, options, monkeypatch, capfd, failures, requests
):
    monkeypatch.setattr(steg.hub, "PATIENCE", 0.5)
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("the client waits for another attempt"))
    if failures is None:
        hub.stop()
    else:
        hub.failures = failures
    with pytest.raises(StegError, match=r"could not be fetched from someone/steg .* go online"):
        weights.load("toy", **options)
    assert [request.split()[0] for request in hub.requests] == requests
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("card", [{"repo": None}, {"revision": None}])
def test_a_card_that_names_no_place_ends_in_a_sentence(folder, card):
    (folder / "toy.json").write_text(json.dumps(CARD | card))
    with pytest.raises(StegError, match="names no place"):
        weights.load("toy")


def test_a_branch_is_no_pinned_revision(folder):
    (folder / "toy.json").write_text(json.dumps(CARD | {"revision": "main"}))
    with pytest.raises(StegError, match="'main' is no full commit"):
        weights.load("toy")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "7",
        '"file"',
        "[" * 100_000,
        "\xff",
        '{"file": "x"}',
        *(json.dumps(CARD | {key: value}) for key in CARD for value in (7, ["x"])),
        *(json.dumps(CARD | {key: None}) for key in ("file", "sha256", "config")),
    ],
    ids=lambda text: text[-40:],
)
def test_broken_cards_end_in_a_sentence(folder, text):
    (folder / "toy.json").write_text(text, "latin-1")
    with pytest.raises(StegError, match="card"):
        weights.load("toy")


@pytest.mark.parametrize("name", weights.NETWORKS)
def test_bundled_weights_are_small_and_their_card_complete(name):
    network, card = load_network(name), weights.card_of(name)
    assert not network.training and not any(p.requires_grad for p in network.parameters())
    assert sum(p.numel() for p in network.parameters()) == card["parameters"]
    assert (weights.FOLDER / card["file"]).stat().st_size < 8e6
    assert {"training", "figures", "licence", "repo", "revision"} <= card.keys()
    assert {"command", "data", "steps", "seconds", "hardware"} <= card["training"].keys()


def test_the_networks_that_hide_nothing_are_small_together():
    files = [weights.FOLDER / weights.card_of(name)["file"] for name in TEACHING]
    assert len(files) == 4 and sum(file.stat().st_size for file in files) < 3e6
    sets = {weights.DETECTOR: "sources", weights.STEGO_OR_CLEAN: "held-out training covers"}
    assert all(sets.get(name, "tiny-imagenet-val") in weights.card_of(name)["figures"] for name in TEACHING)


def test_unknown_networks_end_in_a_sentence():
    with pytest.raises(StegError, match=r"no network 'cat-or-mouse'; choose one of: .*cat-or-dog"):
        load_network("cat-or-mouse")


def test_examples_come_with_both_classifiers():
    for name in (weights.CAT_OR_DOG, weights.STEGO_OR_CLEAN):
        network = load_network(name)
        assert len(network.example_answers) >= 200 and network.example_answers.mean() == 0.5
        assert network.example_features.std() > 0


def test_the_detector_finds_what_is_hidden_and_accuses_no_clean_photograph(photo):
    network = load_network(weights.DETECTOR)
    cover, stego = (np.asarray(photo(f"rock_and_lake{ending}.png")) for ending in ("", "-robust"))
    assert detect(network, stego).verdict is Verdict.STEGO
    assert detect(network, cover).verdict is Verdict.UNNOTICED


def test_weights_that_do_not_fit_their_network_are_refused(tmp_path):
    folder = Path(__file__).parents[1] / "weights"
    shutil.copy(folder / "invertible.safetensors", tmp_path)
    card = json.loads((folder / "invertible.json").read_text())
    for change in ({"blocks": 2}, {"width": 8}, {"width": "8"}, {"blocks": None}, {"surprise": 1}):
        (tmp_path / "invertible.json").write_text(json.dumps(card | {"config": card["config"] | change}))
        with pytest.raises(StegError, match="do not fit"):
            load_network("invertible", tmp_path / "invertible.safetensors")


def test_what_is_no_weights_file_is_refused(tmp_path):
    for data in (b"", b"\0" * 8, b"\xff" * 100, DATA[:-1]):
        (tmp_path / "toy.safetensors").write_bytes(data)
        card = CARD | {"sha256": hashlib.sha256(data).hexdigest()}
        (tmp_path / "toy.json").write_text(json.dumps(card))
        with pytest.raises(StegError, match="is no file of weights"):
            weights.load("toy", tmp_path / "toy.safetensors")
