"""Tiny ImageNet in its official layout, from a folder and from a zip."""

import functools
import hashlib
import shutil
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from steg.errors import StegError
from train import data


@pytest.fixture
def tiny_imagenet(tmp_path) -> Path:
    """Five training pictures in two classes and three validation pictures; each of one grey."""
    root = tmp_path / "tiny-imagenet-200"
    names = [f"train/{c}/images/{c}_{i}.JPEG" for c, n in (("n01", 2), ("n02", 3)) for i in range(n)]
    names += [f"val/images/val_{i}.JPEG" for i in range(3)]
    for i, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L" if i == 0 else "RGB", (64, 64), i * 20 if i == 0 else (i * 20,) * 3).save(root / name)
    return root


def levels(pictures: torch.Tensor) -> list[int]:
    return pictures[:, 0, 0, 0].tolist()


@pytest.mark.parametrize("kind", ["folder", "parent", "zip"])
def test_both_splits_from_folder_and_zip(tiny_imagenet, kind):
    source = {"folder": tiny_imagenet, "parent": tiny_imagenet.parent}.get(kind)
    if kind == "zip":
        archive = shutil.make_archive(tiny_imagenet, "zip", tiny_imagenet.parent, tiny_imagenet.name)
        source = Path(archive)
    train, val = data.load(source, "train"), data.load(source, "val")
    assert train.shape == (5, 3, 64, 64) and train.dtype == torch.uint8
    assert levels(train) == [0, 20, 40, 60, 80] and levels(val) == [100, 120, 140]


def test_unusable_sources_end_in_a_sentence(tmp_path):
    with pytest.raises(StegError, match="does not exist"):
        data.load(tmp_path / "nothing", "train")
    with pytest.raises(StegError, match="no such split"):
        data.load(tmp_path, "train")
    (tmp_path / "file").write_text("x")
    with pytest.raises(StegError, match="neither a folder nor a zip"):
        data.load(tmp_path / "file", "train")


def test_pictures_of_another_size_are_refused(tiny_imagenet):
    Image.new("RGB", (32, 32)).save(tiny_imagenet / "val" / "images" / "val_9.JPEG")
    with pytest.raises(StegError, match="not 64x64"):
        data.load(tiny_imagenet, "val")


def test_photographs_are_mixed_in_as_squares(tiny_imagenet, tmp_path, photo):
    (tmp_path / "photos").mkdir()
    photo("coffee.jpg", (640, 400)).save(tmp_path / "photos" / "coffee.png")
    training, validation = data.load_all([tiny_imagenet, tmp_path / "photos"])
    assert (len(training), len(validation)) == (5 + 57, 3 + 3)  # 10 x 6 squares, every twentieth held out
    first = np.asarray(Image.open(tmp_path / "photos" / "coffee.png"))[:64, :64]
    assert np.array_equal(training[5].permute(1, 2, 0).numpy(), first)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(StegError, match="neither Tiny ImageNet nor pictures"):
        data.load_all([empty])


def test_few_pictures_are_warned_of(tmp_path, photo, capsys):
    for number in range(data.FEW):
        photo("cat.png", (64, 64)).save(tmp_path / f"{number}.png")
    data.load_or_generate([tmp_path], 0)
    assert capsys.readouterr().err == ""
    (tmp_path / "0.png").unlink()
    data.load_or_generate([tmp_path], 0)
    assert "99 pictures are few" in capsys.readouterr().err


@pytest.fixture
def archive_server(tmp_path):
    """Serves the folder site/ on loopback."""
    (tmp_path / "site").mkdir()
    handler = functools.partial(SimpleHTTPRequestHandler, directory=tmp_path / "site")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_download_is_checked_and_a_wrong_one_removed(archive_server, tmp_path, monkeypatch):
    (tmp_path / "site" / "tiny.zip").write_bytes(b"the data set")
    monkeypatch.setattr(data, "URL", f"{archive_server}/tiny.zip")
    with pytest.raises(StegError, match="could not be downloaded"):
        data.download(tmp_path / "data")
    assert list((tmp_path / "data").iterdir()) == []
    monkeypatch.setattr(data, "MD5", hashlib.md5(b"the data set").hexdigest())
    assert data.download(tmp_path / "data").read_bytes() == b"the data set"
