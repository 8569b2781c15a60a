"""Publishing: the real client, a Hub on loopback, and a fresh process that loads what was published."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hub import Hub

from steg.weights import NETWORKS

ROOT = Path(__file__).parents[2]
REPO, SPACE = "someone/steg", "someone/steg-space"


@pytest.fixture
def hub():
    hub = Hub()
    yield hub
    hub.stop()


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project, whose cards may be written to."""
    return copied(tmp_path / "project")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A Hub and a copy of the project whose weights were published on it."""
    hub, project = Hub(), copied(tmp_path_factory.mktemp("published") / "project")
    done = run(hub, project, "-m", "train.publish", "--repo", REPO)
    assert done.returncode == 0, done.stderr
    card = json.loads((project / "weights" / "predictive.json").read_text())
    assert card["repo"] == REPO and f"commit {card['revision']}" in done.stdout
    yield hub, project
    hub.stop()


def copied(project: Path) -> Path:
    project.mkdir()
    parts = "app.py requirements.txt LICENSE README.md steg train weights examples"
    for name in parts.split():
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, project / name)
    return project


def run(hub: Hub, cwd: Path, *arguments: str, token: str = "right") -> subprocess.CompletedProcess:
    environment = os.environ | {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HOME": str(cwd.parent / "hf"),
        "HF_TOKEN": token,
        "OMP_NUM_THREADS": "1",
    }
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True
    )


def front_matter(text: str) -> dict:
    return yaml.safe_load(text.split("---")[1])


def test_the_model_card_speaks_the_hubs_schema(published):
    hub, _ = published
    text = next(data for (repo, _, name), data in hub.files.items() if (repo, name) == (REPO, "README.md"))
    text = text.decode()
    metadata = front_matter(text)
    assert {"license", "license_link", "tags", "datasets", "model-index", "pipeline_tag"} <= metadata.keys()
    results = metadata["model-index"][0]["results"]
    figures = json.loads((ROOT / "weights" / "predictive.json").read_text())["figures"]["kodak"]
    of_kodak = next(r["metrics"] for r in results if r["dataset"]["type"] == "kodak")
    assert {m["name"]: m["value"] for m in of_kodak}["PSNR of the secret, dB"] == figures["secret_psnr"]
    assert "import steg" in text and "Limits" in text and "non-commercial research" in text


def test_a_space_is_the_app_without_tests_and_training(published):
    hub, project = published
    done = run(hub, project, "-m", "train.publish", "--space", SPACE)
    assert done.returncode == 0, done.stderr
    files = {name: data for (repo, _, name), data in hub.files.items() if repo == SPACE}
    assert {"app.py", "requirements.txt", "README.md", "steg/ui/hide.py", "examples/cat.png"} <= files.keys()
    assert not [
        name for name in files if name.startswith(("tests", "train", "data")) or "__pycache__" in name
    ]
    assert not [
        name for name in files if name.endswith(".safetensors")
    ]  # they come from the model repository
    metadata = front_matter(files["README.md"].decode())
    asked = {"title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file"}
    assert asked | {"models", "preload_from_hub", "tags", "license", "short_description"} <= metadata.keys()
    assert metadata["sdk"] == "gradio" and metadata["app_file"] == "app.py" and metadata["models"] == [REPO]
    host, _, thumbnail = metadata["thumbnail"].partition(f"/spaces/{SPACE}/resolve/main/")
    assert host == "https://huggingface.co" and thumbnail in files
    assert len(metadata["short_description"]) <= 60  # the Hub's limit


def test_what_is_published_is_what_a_fresh_process_loads(published):
    hub, project = published
    card = json.loads((project / "weights" / "predictive.json").read_text())
    files = {name for repo, commit, name in hub.files if (repo, commit) == (REPO, card["revision"])}
    weights = {f"{name}.{kind}" for name in NETWORKS for kind in ("json", "safetensors")}
    assert weights | {"README.md"} <= files

    for path in (project / "weights").glob("*.safetensors"):
        path.unlink()
    hub.requests.clear()
    script = (
        "import steg, steg.weights; "
        "print(*(steg.load(name).weights_id for name in ('predictive', 'invertible'))); "
        "steg.weights.load_network('cat-or-dog')"
    )
    done = run(hub, project, "-c", script)
    assert done.returncode == 0, done.stderr
    cards = [json.loads((ROOT / "weights" / f"{n}.json").read_text()) for n in ("predictive", "invertible")]
    assert done.stdout.split() == [card["sha256"][:8] for card in cards]
    assert any(request.startswith(f"GET /{REPO}/resolve/{card['revision']}/") for request in hub.requests)


def test_an_unpublished_space_brings_its_weights(hub, project):
    done = run(hub, project, "-m", "train.publish", "--space", SPACE)
    assert done.returncode == 0, done.stderr
    assert any(name == "weights/predictive.safetensors" for _, _, name in hub.files)


def test_a_dry_run_tells_and_touches_nothing(hub, project):
    before = (project / "weights" / "predictive.json").read_text()
    done = run(hub, project, "-m", "train.publish", "--repo", REPO, "--space", SPACE, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "predictive.safetensors (" in done.stdout and "app.py (" in done.stdout
    assert hub.requests == [] and (project / "weights" / "predictive.json").read_text() == before


@pytest.mark.parametrize("trouble", ["token", "weights", "hub"])
def test_trouble_ends_in_a_sentence_and_cards_stay(hub, project, trouble):
    before = (project / "weights" / "invertible.json").read_text()
    if trouble == "weights":
        (project / "weights" / "invertible.safetensors").write_bytes(b"others")
    if trouble == "hub":
        hub.stop()
    token = "wrong" if trouble == "token" else "right"
    done = run(hub, project, "-m", "train.publish", "--repo", REPO, token=token)
    assert done.returncode == 2
    assert {"token": "log in", "weights": "sha256", "hub": "did not take"}[trouble] in done.stderr
    assert done.stderr.startswith("publish: ") and done.stderr.count("\n") == 1
    assert (project / "weights" / "invertible.json").read_text() == before
