"""Training the small networks: dry runs of each, what they learn, and the measures."""

import io
import json
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from steg.errors import StegError
from steg.methods import METHODS
from steg.networks.autoencoder import Autoencoder, AutoencoderConfig
from steg.networks.classifier import Classifier, ClassifierConfig
from steg.weights import AUTOENCODER, STEGO_OR_CLEAN_RESIDUAL, load_network
from train import data
from train.classify.__main__ import main
from train.classify.config import ClassifyConfig, config_from_command_line
from train.classify.loop import TASKS, train
from train.evaluate.classification import auc, confusion, roc
from train.tasks import cat_or_dog, detector
from train.tasks.autoencoder import start_at_principal_components, widths
from train.tasks.examples import keep_examples
from train.tasks.labels import classes
from train.tasks.stego_pictures import as_sheet, from_sheet, kept_pictures, training_pictures


@pytest.fixture(autouse=True)
def threads():
    """Training sets the number of threads for the whole process."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def dry_run(folder, *options: str) -> ClassifyConfig:
    return config_from_command_line(["--dry-run", "--threads", "1", "--out", str(folder), *options])


@pytest.mark.parametrize("name", TASKS)
def test_a_dry_run_leaves_weights_that_load(tmp_path, name):
    path = train(dry_run(tmp_path, "--model", name))
    network, card = load_network(name, path), json.loads(path.with_suffix(".json").read_text())
    assert all(t.dtype == torch.float16 for t in safetensors.torch.load_file(path).values())
    assert all(p.dtype == torch.float32 for p in network.parameters())
    assert card["figures"] and card["training"]["steps"] == 4
    assert len((tmp_path / "curve.csv").read_text().splitlines()) == 5


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(tmp_path):
    runs = {"a": "0", "b": "0", "c": "1"}
    files = {
        name: safetensors.torch.load_file(train(dry_run(tmp_path / name, "--seed", seed)))
        for name, seed in runs.items()
    }
    assert all(torch.equal(files["a"][key], files["b"][key]) for key in files["a"])
    assert not all(torch.equal(files["a"][key], files["c"][key]) for key in files["a"])


def test_figures_are_those_of_the_published_weights(tmp_path):
    """What is measured is the network as stored, in float16."""
    config = dry_run(tmp_path, "--steps", "20", "--lr", "0.01")
    path = train(config)
    figures = json.loads(path.with_suffix(".json").read_text())["figures"]
    task = cat_or_dog.task(config, [])
    assert task.measure(load_network("cat-or-dog", path)) == figures


@pytest.mark.parametrize("name", [STEGO_OR_CLEAN_RESIDUAL, AUTOENCODER])
def test_training_learns(tmp_path, name):
    losses = {}
    for steps in ("2", "60"):
        train(dry_run(tmp_path / steps, "--model", name, "--steps", steps, "--validate-every", "1000"))
        rows = (tmp_path / steps / "curve.csv").read_text().splitlines()[1:]
        losses[steps] = np.mean([float(row.split(",")[2]) for row in rows[-5:]])
    assert losses["60"] < losses["2"] - 0.1


def test_options_become_the_config(tmp_path, capsys):
    config = config_from_command_line(["--data", "x.zip", "--model", "autoencoder", "--batch", "7"])
    assert config.steps > 100 and config.lr > 0 and config.batch == 7
    assert dry_run(tmp_path, "--steps", "9").steps == 9
    for wrong in ([], ["--dry-run", "--model", "magic"]):
        with pytest.raises(SystemExit):
            config_from_command_line(wrong)
    assert main(["--data", str(tmp_path / "none.zip")]) == 2
    assert "none.zip does not exist" in capsys.readouterr().err


def tiny_imagenet(path) -> None:
    """A zip in the official layout: a picture of each class in train, three in val."""
    with zipfile.ZipFile(path, "w") as archive:

        def put(name: str, level: int) -> None:
            buffer = io.BytesIO()
            Image.new("RGB", (64, 64), (level,) * 3).save(buffer, "JPEG")
            archive.writestr(f"tiny-imagenet-200/{name}", buffer.getvalue())

        for number, name in enumerate((*cat_or_dog.DOGS, *cat_or_dog.CATS, "n00000001")):
            put(f"train/{name}/images/{name}_0.JPEG", 20 * number)
        for number in range(3):
            put(f"val/images/val_{number}.JPEG", 100 + number)
        lines = [
            "val_0.JPEG\tn02123045\t0\t0\t9\t9",
            "val_1.JPEG\tn00000001\t0\t0\t9\t9",
            "val_2.JPEG\tn02113799\t0",
        ]
        archive.writestr("tiny-imagenet-200/val/val_annotations.txt", "\n".join(lines))


def test_pictures_are_matched_with_their_classes(tmp_path):
    tiny_imagenet(tmp_path / "tiny.zip")
    with zipfile.ZipFile(tmp_path / "tiny.zip") as archive:
        archive.extractall(tmp_path / "folder")
    for source in (tmp_path / "tiny.zip", tmp_path / "folder"):
        assert classes(source, "val") == ["n02123045", "n00000001", "n02113799"]
        levels = dict(
            zip(classes(source, "train"), data.load(source, "train")[:, 0, 0, 0].tolist(), strict=True)
        )
        assert levels["n00000001"] == 180 and levels[cat_or_dog.DOGS[1]] == 20
    task = cat_or_dog.task(dry_run(tmp_path), [tmp_path / "tiny.zip"])
    assert "3 cats and 6 dogs of Tiny ImageNet" in task.pictures
    assert task.measure(task.network)["tiny-imagenet-val"]["pictures"] == 2


def test_data_without_classes_is_refused(tmp_path):
    (tmp_path / "val" / "images").mkdir(parents=True)
    with pytest.raises(StegError, match=r"lacks val_annotations.txt"):
        classes(tmp_path, "val")
    with pytest.raises(StegError, match="takes one --data"):
        cat_or_dog.task(dry_run(tmp_path), [tmp_path, tmp_path])


def test_every_method_hides_in_every_cover(tmp_path):
    pictures = data.generated(12, torch.Generator().manual_seed(0))
    made = dict(training_pictures(pictures, 4, 0))
    assert list(made) == ["clean", *METHODS]
    for name in METHODS:
        different = (made[name] != made["clean"]).flatten(1).float().mean(1)
        assert (different > 0.1).all(), name


def test_stego_pictures_are_kept_for_the_next_run(tmp_path, monkeypatch):
    pictures, path = data.generated(12, torch.Generator().manual_seed(0)), tmp_path / "kept" / "stego.pt"
    made = kept_pictures(path, pictures, 4, 0)
    monkeypatch.setattr("train.tasks.stego_pictures.training_pictures", lambda *_: pytest.fail("made again"))
    again = kept_pictures(path, pictures, 4, 0)
    assert all(torch.equal(made[name], again[name]) for name in made)
    monkeypatch.setattr("train.tasks.stego_pictures.weights_id", lambda name: "another")
    monkeypatch.setattr("train.tasks.stego_pictures.training_pictures", lambda *_: [("clean", pictures)])
    assert list(kept_pictures(path, pictures, 4, 0)) == ["clean"]


def test_a_sheet_holds_its_pictures_row_by_row():
    pictures = torch.randint(0, 256, (4, 3, 64, 64), dtype=torch.uint8)
    sheet = as_sheet(pictures, 2)
    assert sheet.shape == (128, 128, 3)
    assert np.array_equal(sheet[64:, :64], pictures[2].permute(1, 2, 0))
    assert torch.equal(from_sheet(sheet), pictures)


def test_turning_moves_pixels_and_changes_none():
    pictures = torch.arange(3 * 64 * 64, dtype=torch.float32).reshape(1, 3, 64, 64)
    generator, seen = torch.Generator().manual_seed(0), set()
    for _ in range(60):
        turned = detector.turned(pictures, generator)
        assert torch.equal(turned.flatten().sort().values, pictures.flatten())
        seen.add(tuple(turned[0, 0, :2, 0].tolist()))
    assert len(seen) == 8


def test_the_autoencoder_starts_at_principal_components():
    """At full rank nothing is lost; below, each further channel helps, and the first ones most."""
    pictures = data.generated(40, torch.Generator().manual_seed(0))
    network = Autoencoder(AutoencoderConfig(channels=192, width=192, depth=1)).eval()
    start_at_principal_components(network, pictures)
    x, errors = pictures[:10].float() / 255, []
    with torch.no_grad():
        for kept in (1, 3, 8, 192):
            errors.append((network(x, torch.full((10,), kept)) - x).square().mean().item())
    assert errors == sorted(errors, reverse=True) and errors[-1] < 1e-9
    assert errors[1] < x.var() / 4  # about the mean of each colour


def test_all_widths_of_the_bottleneck_are_trained():
    found = widths(torch.linspace(0, 0.9999, 1000), 64)
    assert found.min() == 1 and found.max() == 64
    assert (found <= 8).float().mean() > 0.4


def test_auc_and_roc_of_cases_worked_out_by_hand():
    clean, stego = np.array([0.0, 1, 2, 3]), np.array([2.5, 4.0])
    assert auc(clean, stego) == 7 / 8 and auc(stego, clean) == 1 / 8
    assert auc(clean, clean) == 0.5 and auc(np.zeros(3), np.zeros(5)) == 0.5
    assert roc(clean, stego, (0, 0.25, 0.5, 1)) == [0.5, 1, 1, 1]
    assert roc(stego, clean, (0, 0.5, 1)) == [0, 0.25, 1]


def test_the_confusion_matrix_says_what_was_taken_for_what():
    class ByBrightness(torch.nn.Module):
        def forward(self, pictures):
            return pictures.mean((1, 2, 3)) - 0.5

    pictures = torch.tensor([10, 200, 20, 240, 250], dtype=torch.uint8).view(5, 1, 1, 1).expand(5, 3, 64, 64)
    second = torch.tensor([False, False, True, True, True])
    figures = confusion(ByBrightness(), pictures, second, ("dark", "bright"))["tiny-imagenet-val"]
    assert figures["confusion"] == {"dark": {"dark": 1, "bright": 1}, "bright": {"dark": 1, "bright": 2}}
    assert figures["accuracy"] == 0.6 and figures["pictures"] == 5 and figures["auc"] == 0.833


def test_examples_are_features_of_as_many_pictures_of_either_kind():
    torch.manual_seed(0)
    network = Classifier(ClassifierConfig(examples=4))
    pictures = torch.randint(0, 256, (9, 3, 64, 64), dtype=torch.uint8)
    keep_examples(network, pictures, (torch.arange(3), torch.arange(3, 9)))
    assert network.example_answers.tolist() == [0, 0, 1, 1]
    with torch.no_grad():
        assert torch.allclose(
            network.example_features, network.features(pictures[[0, 1, 3, 6]] / 255), atol=1e-5
        )
