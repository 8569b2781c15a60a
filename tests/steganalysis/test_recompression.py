"""Traces of lossy compression: detected in files and in pixels, and advice that claims no more."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.steganalysis import recompression

CLEAN = "flower_meadow.png", "rock_and_lake.png", "tulips.png"


@pytest.mark.parametrize(
    ("ending", "options", "kind"),
    [
        ("jpg", {"quality": 95}, "a JPEG file"),
        ("webp", {"quality": 90}, "a lossy WebP file"),
        ("webp", {"lossless": True}, None),
        ("webp", {"lossless": True, "icc_profile": bytes(300)}, None),
        ("webp", {"lossless": True, "exif": bytes(300), "exact": True}, None),
        ("webp", {"quality": 90, "icc_profile": b"VP8L" * 9}, "a lossy WebP file"),
        ("avif", {}, "an AVIF file"),
        ("gif", {}, "a GIF file"),
        ("jp2", {}, None),
        ("j2k", {"irreversible": True}, "a lossy JPEG 2000 file"),
        ("tif", {"compression": "jpeg"}, "a TIFF file with JPEG compression"),
        ("tif", {"compression": "tiff_lzw"}, None),
        ("ppm", {}, None),
        ("tga", {}, None),
        ("png", {}, None),
        ("bmp", {}, None),
    ],
)
def test_a_files_format_tells(photo, tmp_path, ending, options, kind):
    path = tmp_path / f"picture.{ending}"
    photo("cat.png").save(path, **options)
    assert recompression.lossy_format(path.read_bytes()) == kind


@pytest.mark.parametrize("name", CLEAN)
def test_jpeg_leaves_blocks_wherever_they_begin(photo, name):
    sent = channels.jpeg(photo(name, (480, 360)), 80)
    assert recompression.has_jpeg_blocks(np.asarray(sent))
    assert recompression.has_jpeg_blocks(np.asarray(sent)[5:, 3:])
    assert not recompression.has_jpeg_blocks(np.asarray(photo(name, (480, 360))))


def test_tiny_pictures_show_nothing():
    assert not recompression.has_jpeg_blocks(np.zeros((16, 20, 3), np.uint8))


def test_the_advice_says_what_it_rests_on_and_what_to_do(photo, tmp_path):
    image = photo("rock_and_lake.png", (480, 360))
    image.save(tmp_path / "clean.png")
    image.save(tmp_path / "sent.jpg", quality=90)
    Image.open(tmp_path / "sent.jpg").save(tmp_path / "sent.png")
    assert recompression.advice(tmp_path / "clean.png") is None
    for name, sign in (("sent.jpg", "This is a JPEG file"), ("sent.png", "blocks of a JPEG file")):
        sentence = recompression.advice(tmp_path / name)
        assert sign in sentence and "just any photograph" in sentence
        assert "Through a chat or a web page" in sentence
