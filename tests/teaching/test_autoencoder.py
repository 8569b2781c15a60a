"""A picture through the bottleneck: any size, and the better the wider."""

import numpy as np
import pytest

from steg.images.metrics import psnr
from steg.teaching.autoencoder import reconstruct
from steg.weights import load_network


@pytest.fixture(scope="module")
def network():
    return load_network("autoencoder")


def test_the_wider_the_bottleneck_the_better_the_picture(network, photo):
    pixels = np.asarray(photo("astronaut.jpg", (256, 256)))
    db = [psnr(pixels, reconstruct(network, pixels, width).after) for width in (1, 4, 16, 64)]
    assert db == sorted(db) and db[0] > 12 and db[-1] > db[0] + 6
    assert reconstruct(network, pixels, 4).code.shape == (4, 32, 32)


def test_sides_are_cut_to_whole_squares_around_the_middle(network):
    pixels = np.random.RandomState(0).randint(0, 256, (37, 24, 3)).astype(np.uint8)
    passed = reconstruct(network, pixels, 8)
    assert np.array_equal(passed.before, pixels[2:34]) and passed.after.shape == (32, 24, 3)
