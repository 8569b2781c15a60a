"""The postfilter on whole pictures: it brings coarse ones nearer to their originals, whatever their size."""

import numpy as np
import pytest
from PIL import Image

from steg.images.metrics import psnr
from steg.methods.chat.postfilter import filtered
from steg.payload.jpeg2000 import from_layers, to_layers
from steg.weights import POSTFILTER, load_network


@pytest.fixture(scope="module")
def network():
    return load_network(POSTFILTER)


def decoded(picture: Image.Image, bits: float) -> np.ndarray:
    """A picture after JPEG 2000 with so many bits a pixel."""
    layers = to_layers(picture, [int(bits * picture.width * picture.height / 8)])
    return np.asarray(from_layers(layers, picture.size))


@pytest.mark.parametrize("bits", [0.1, 0.3, 0.9])
def test_coarse_pictures_become_better(network, photo, bits):
    for name in ("astronaut.jpg", "coffee.jpg"):
        picture = photo(name, (250, 189))
        before = decoded(picture, bits)
        assert psnr(filtered(before, network), np.asarray(picture)) > psnr(before, np.asarray(picture)) + 0.05


@pytest.mark.parametrize("size", [(1, 1), (7, 300)])
def test_any_size_is_filtered(network, photo, size):
    pixels = np.asarray(photo("coffee.jpg", size))
    assert filtered(pixels, network).shape == pixels.shape
