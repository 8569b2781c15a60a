"""Tiny ImageNet in its official layout, from a folder and from a zip, and the crops made of it."""

import dataclasses
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
from train.drawn import drawn


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


PLAIN = data.Augmentation(enlarged=0, dimmed=0, saturated=0, shuffled=0, shrunk=0, grainy=0, drawn=0)


def augmented(pictures: torch.Tensor, **shares: float) -> torch.Tensor:
    random = torch.rand(len(pictures), 13, generator=torch.Generator().manual_seed(1))
    return data.augment(pictures, dataclasses.replace(PLAIN, **shares), random) * 255


@pytest.fixture
def noise() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (16, 3, 64, 64), dtype=torch.uint8, generator=generator)


def test_without_changes_a_crop_is_the_picture_or_its_mirror_image(noise):
    crops = augmented(noise).round()
    mirrored = [torch.equal(c, p.flip(2)) for c, p in zip(crops, noise.float(), strict=True)]
    same = [torch.equal(c, p) for c, p in zip(crops, noise.float(), strict=True)]
    assert all(a != b for a, b in zip(mirrored, same, strict=True)) and any(mirrored) and any(same)


def test_shuffling_keeps_the_channels_but_not_their_order(noise):
    crops = augmented(noise, shuffled=1.0).round()
    sums, before = crops.sum((2, 3)), noise.float().sum((2, 3))
    assert torch.equal(sums.sort(1).values, before.sort(1).values)
    assert not torch.equal(sums, before)


def test_saturated_pictures_are_more_colourful():
    pale = (100 + data.generated(16, torch.Generator().manual_seed(0)) // 8).byte()
    spread = (augmented(pale, saturated=1.0).std(1) / pale.float().std(1).clamp_min(1)).mean((1, 2))
    assert spread.max() > 2.5 and spread.min() > 0.9


def test_dimmed_pictures_are_darker(noise):
    brightness = augmented(noise, dimmed=1.0).mean((1, 2, 3)) / noise.float().mean((1, 2, 3))
    assert brightness.max() < 0.82 and brightness.min() < 0.3


def test_enlarged_crops_are_smoother_and_on_8_bit_levels(noise):
    plain, enlarged = augmented(noise), augmented(noise, enlarged=1.0)
    assert (enlarged.diff(dim=3).abs().mean() < 0.9 * plain.diff(dim=3).abs().mean()).item()
    assert torch.equal((enlarged / 255 * 255).round() / 255, enlarged / 255)


def test_halved_pictures_are_mirrored_and_a_mean_of_four_pixels(noise):
    small = augmented(noise, shrunk=1.0)
    assert torch.equal(small, small.flip(3)) and torch.equal(small, small.flip(2))
    means = noise.float().unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5))
    same = (small[:, :, :32, :32] - means).abs().amax((1, 2, 3)) <= 0.51
    mirrored = (small[:, :, :32, :32] - means.flip(3)).abs().amax((1, 2, 3)) <= 0.51
    assert torch.all(same | mirrored)


def test_grain_differs_from_colour_to_colour_and_is_no_coarser_than_promised():
    grey = torch.full((32, 3, 64, 64), 128, dtype=torch.uint8)
    grain = augmented(grey, grainy=1.0) - 128
    deviations = grain.std((2, 3))
    assert 0.9 * data.COARSEST_GRAIN < deviations.max() < 1.1 * data.COARSEST_GRAIN and deviations.min() < 1
    assert (grain[:, 0] * grain[:, 1]).mean().abs() < 0.2
    assert torch.equal(augmented(grey, grainy=1.0) - 128, grain)


def batch(part: slice, share: float = 0.5) -> torch.Tensor:
    pictures = data.generated(8, torch.Generator().manual_seed(0))
    how = dataclasses.replace(PLAIN, enlarged=0.5, shrunk=0.3, grainy=0.5, drawn=share)
    others = drawn(10, 64, seed=0)
    return next(data.batches(pictures, others, 6, how, torch.Generator().manual_seed(3), part))[0]


def test_batches_repeat_with_the_same_seed_and_are_shared_out_among_processes():
    whole = batch(slice(0, 6))
    assert torch.equal(whole, batch(slice(0, 6)))
    parts = torch.cat([batch(slice(0, 2)), batch(slice(2, 6))])
    assert torch.allclose(parts, whole, atol=1e-6)


def test_drawn_pictures_repeat_and_differ_from_each_other():
    first = drawn(10, 64, seed=0)
    assert first.shape == (10, 3, 64, 64) and first.dtype == torch.uint8
    assert torch.equal(first, drawn(10, 64, seed=0)) and not torch.equal(first, drawn(10, 64, seed=1))
    assert len({picture.numpy().tobytes() for picture in first}) == 10
    assert not torch.equal(batch(slice(0, 6), 0.0), batch(slice(0, 6), 1.0))


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
