"""Cat or dog: pictures with their classes, blending, and figures of what is published."""

import io
import json
import zipfile

import pytest
import torch
from PIL import Image

from steg.errors import StegError
from steg.weights import load_network
from train import data
from train.command_line import configure
from train.config import TrainConfig
from train.loop import train
from train.tasks.cat_or_dog import CATS, DOGS, MIXED, CatOrDog, mixing
from train.tasks.labels import classes

CPU = torch.device("cpu")


def dry_run(folder, **changes) -> TrainConfig:
    return configure("cat-or-dog", dry_run=True, threads=1, out=folder, **changes)


def test_figures_are_those_of_the_published_weights(tmp_path):
    """What is measured is the network as stored, in float16."""
    config = dry_run(tmp_path, steps=20)
    path = train(config)
    figures = json.loads(path.with_suffix(".json").read_text())["figures"]
    assert CatOrDog(config, [], CPU).validate(load_network("cat-or-dog", path)).figures == figures


def test_pictures_are_blended_with_others_by_up_to_a_half():
    other, share = mixing(1000, torch.Generator().manual_seed(0))
    assert other.sort().values.tolist() == list(range(1000))
    assert share.min() == 0 and 0.45 < share.max() <= 0.5
    assert abs((share > 0).float().mean() - MIXED) < 0.05


def tiny_imagenet(path) -> None:
    """A zip in the official layout: a picture of each class in train, three in val."""
    with zipfile.ZipFile(path, "w") as archive:

        def put(name: str, level: int) -> None:
            buffer = io.BytesIO()
            Image.new("RGB", (64, 64), (level,) * 3).save(buffer, "JPEG")
            archive.writestr(f"tiny-imagenet-200/{name}", buffer.getvalue())

        for number, name in enumerate((*DOGS, *CATS, "n00000001")):
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
        assert levels["n00000001"] == 180 and levels[DOGS[1]] == 20
    task = CatOrDog(dry_run(tmp_path), [tmp_path / "tiny.zip"], CPU)
    assert "3 cats and 6 dogs of Tiny ImageNet" in task.data
    assert task.validate(task.network).figures["tiny-imagenet-val"]["pictures"] == 2


def test_data_without_classes_is_refused(tmp_path):
    (tmp_path / "val" / "images").mkdir(parents=True)
    with pytest.raises(StegError, match=r"lacks val_annotations\.txt"):
        classes(tmp_path, "val")
    with pytest.raises(StegError, match="takes one --data"):
        CatOrDog(dry_run(tmp_path), [tmp_path, tmp_path], CPU)
