"""JPEG 2000 of decorrelated planes: better than with its own colour transform, and without its ceiling."""

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload import jpeg2000, klt


def _db(picture: Image.Image, layers: list[bytes]) -> float:
    return psnr(klt.to_pixels(klt.decode(layers, picture.size)), np.asarray(picture))


@pytest.mark.parametrize(("size", "bits"), [((300, 202), 3.0), ((64, 64), 5.0), ((300, 202), 6.0)])
def test_photographs_come_back_better_than_with_the_fixed_transform(photo, size, bits):
    better = []
    for name in ("tulips.png", "coffee.jpg", "cat.png"):
        picture = photo(name, size)
        room = int(bits * size[0] * size[1] / 8)
        layers = klt.to_layers(picture, [room])
        fixed = jpeg2000.from_layers(jpeg2000.to_layers(picture, [room]), size)
        assert 0.9 * room < len(layers[0]) <= room
        better.append(_db(picture, layers) - psnr(np.asarray(fixed), np.asarray(picture)))
    assert np.mean(better) > 0.2 and min(better) > -0.2


def test_with_enough_bits_a_photograph_gets_beyond_51_db(photo):
    picture = photo("tulips.png", (256, 256))
    assert _db(picture, klt.to_layers(picture, [82_000])) > 54


@pytest.mark.parametrize("size", [(300, 202), (35, 33)])
def test_each_layer_makes_the_picture_better(photo, size):
    picture = photo("tulips.png", size)
    layers = klt.to_layers(picture, [int(size[0] * size[1] / 8 * bits) for bits in (1, 1.2, 2)])
    levels = [_db(picture, layers[:n]) for n in (1, 2, 3)]
    assert levels == sorted(levels) and levels[2] > levels[0] + 3


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2), (40, 1)])
def test_tiny_pictures(photo, size):
    picture = photo("cat.png", size)
    assert _db(picture, klt.to_layers(picture, [800])) > 40


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (0, 255, 1), (90, 140, 200)])
def test_flat_colours_come_back_within_a_level(colour):
    picture = Image.new("RGB", (40, 30), colour)
    decoded = klt.to_pixels(klt.decode(klt.to_layers(picture, [400]), picture.size))
    assert np.abs(decoded.astype(int) - colour).max() <= 1


def test_a_picture_that_does_not_fit_gives_empty_layers(photo):
    assert klt.to_layers(photo("coffee.jpg", (400, 300)), [5, 5]) == [b"", b""]


def test_the_transform_is_orthonormal_and_decorrelates(photo):
    picture = photo("tulips.png", (200, 150))
    planes = klt.decode(klt.to_layers(picture, [15_000]), picture.size)
    assert np.allclose(planes.transform @ planes.transform.T, np.eye(3), atol=1e-5)
    values = klt.to_planes(np.asarray(picture), planes.transform).astype(float)
    differences = np.diff(values, axis=0).reshape(-1, 3)
    correlations = np.corrcoef(differences.T)
    assert np.abs(correlations - np.eye(3)).max() < 0.4
    assert differences[:, 0].std() > 2 * differences[:, 1].std()


@pytest.mark.parametrize("damage", [b"", b"\xff" * 400, bytes(400), b"\x50\0\0\x50\0\0" + b"\xff\xff" * 50])
def test_damaged_layers_are_refused_with_a_sentence(damage):
    with pytest.raises(StegError, match="damaged"):
        klt.decode([damage], (300, 200))
