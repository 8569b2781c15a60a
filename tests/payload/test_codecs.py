"""Filling a file format to a size."""

import io

import pytest
from PIL import Image

from steg.payload import codecs


@pytest.mark.parametrize("codec", [codecs.AVIF, codecs.WEBP, codecs.JPEG], ids=lambda c: c.name)
def test_the_highest_quality_that_fits(photo, codec):
    image = photo("cat.png", (128, 96))
    sizes = {q: len(codec.encode(image, q)) for q in range(30, 60, 5)}
    reported = []
    data = codecs.fill(image, sizes[50], codec, reported.append)
    assert len(data) <= sizes[50] and len(data) >= sizes[45]
    assert Image.open(io.BytesIO(data)).size == image.size
    assert reported == sorted(reported) and 0 < reported[-1] <= 1


def test_nothing_fits_into_too_few_bytes(photo):
    assert codecs.fill(photo("cat.png", (64, 64)), 20, codecs.best_here()) is None
