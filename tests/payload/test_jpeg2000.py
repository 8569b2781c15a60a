"""A picture in layers: each makes it better, and none is needed for those before it."""

import numpy as np
import pytest
from PIL import features

import steg
from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload.jpeg2000 import from_layers, to_layers


@pytest.mark.parametrize("size", [(300, 200), (64, 65), (35, 33)])
def test_each_layer_makes_the_picture_better(photo, size):
    image = photo("tulips.png", size)
    share = size[0] * size[1] / 8
    layers = to_layers(image, [int(share * bits) for bits in (0.5, 0.7, 1.5)])
    assert all(layers)
    levels = [psnr(np.asarray(from_layers(layers[:n], size)), np.asarray(image)) for n in (1, 2, 3)]
    assert levels == sorted(levels) and levels[2] > levels[0] + 3 and levels[0] > 18
    assert from_layers(layers, size).size == size


def test_layers_stay_within_their_sizes_and_use_them(photo):
    sizes = [1500, 2500, 4000, 8000]
    layers = to_layers(photo("coffee.jpg", (400, 300)), sizes)
    sums = np.cumsum([len(layer) for layer in layers])
    assert (sums <= np.cumsum(sizes)).all() and (sums > 0.9 * np.cumsum(sizes)).all()


def test_a_picture_that_does_not_fit_gives_empty_layers(photo):
    assert to_layers(photo("coffee.jpg", (400, 300)), [5, 5]) == [b"", b""]


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2)])
def test_tiny_pictures(photo, size):
    image = photo("cat.png", size)
    assert from_layers(to_layers(image, [400]), size).size == size


def test_damaged_layers_are_refused_with_a_sentence():
    with pytest.raises(StegError, match="damaged"):
        from_layers([b"\xff\xff" * 50], (300, 200))


def test_a_pillow_without_jpeg_2000_is_named_by_the_library(photo, monkeypatch):
    cover, secret = photo("coffee.jpg", (96, 64)), photo("cat.png", (60, 90))
    stego = steg.hide(cover, secret)
    monkeypatch.setattr(features, "check_codec", lambda _: False)  # cannot be taken out of the real one
    for call in (lambda: steg.hide(cover, secret), lambda: steg.reveal(stego)):
        with pytest.raises(StegError, match="The Pillow that is installed here lacks JPEG 2000"):
            call()
