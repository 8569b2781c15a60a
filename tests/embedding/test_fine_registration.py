"""Registration of the fine watermark: the size before scaling is found, through real codecs."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.embedding import watermark
from steg.embedding.fine_registration import size_before_scaling
from steg.embedding.watermark_fields import Watermark

PHOTOS = "flower_meadow.png", "tulips.png", "rock_and_lake.png", "coffee.jpg"


def sent(photo, name: str, size: tuple[int, int], claimed: tuple[int, int] | None = None) -> Image.Image:
    pixels = watermark.write(np.asarray(photo(name, size)), Watermark("ca", claimed or size), coarse=False)
    return Image.fromarray(pixels)


def received(image: Image.Image, scale: float, quality: int) -> np.ndarray:
    size = [round(side * scale) for side in image.size]
    return np.asarray(channels.jpeg(image.resize(size, Image.Resampling.LANCZOS), quality))


@pytest.mark.parametrize(
    ("name", "size", "scale", "quality"),
    [
        ("flower_meadow.png", (1427, 951), 1280 / 1427, 60),
        ("tulips.png", (1300, 260), 1280 / 1300, 80),
        ("coffee.jpg", (701, 1001), 0.7, 75),
        ("flower_meadow.png", (640, 201), 0.8, 80),
        ("rock_and_lake.png", (640, 201), 0.8, 80),
        ("tulips.png", (400, 210), 1.5, 75),
    ],
)
def test_a_whole_picture_of_any_size_that_was_scaled(photo, name, size, scale, quality):
    assert size_before_scaling(received(sent(photo, name, size), scale, quality)) == size


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("size", [(960, 640), (333, 500), (700, 120)])
def test_photographs_have_none(photo, name, size):
    assert size_before_scaling(received(photo(name, size), 1, 75)) is None


def test_patterns_have_none():
    y, x = np.mgrid[:288, :288]
    patterns = [0 * x, x // 8 % 2 * 60, (x // 8 + y // 8) % 2 * 40, x * y % 64, y % 9 * 20]
    for number, pattern in enumerate(patterns):
        picture = np.repeat((40 + pattern % 200).astype(np.uint8)[..., None], 3, 2)
        assert size_before_scaling(picture) is None, number


@pytest.mark.parametrize("claimed", [(1000, 200), (8191 // 2, 8191), (0, 90)])
def test_a_watermark_that_claims_another_size_is_none(photo, claimed):
    assert size_before_scaling(received(sent(photo, "tulips.png", (640, 200), claimed), 0.8, 90)) is None


@pytest.mark.parametrize("size", [(1, 1), (63, 400), (4000, 64), (1601, 1601)])
def test_sizes_that_may_hold_none(size):
    assert size_before_scaling(np.zeros((*size, 3), np.uint8)) is None
