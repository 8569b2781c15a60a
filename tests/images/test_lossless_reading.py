"""Stego pictures as they are read: stored samples count, in every lossless format."""

import numpy as np
import pytest
from PIL import Image

from steg.images import reading
from steg.images.reading import read_stego


def test_stored_samples_count_whatever_says_how_to_show_them(tmp_path):
    pixels = np.random.RandomState(0).randint(0, 256, (24, 32, 3)).astype(np.uint8)
    image = Image.fromarray(pixels)
    alphas = [Image.new("L", image.size, value) for value in (254, 128, 0)] + [Image.radial_gradient("L")]
    for alpha in alphas:
        both = image.copy()
        both.putalpha(alpha.resize(image.size))
        for name, options in {"a.png": {}, "a.tif": {}, "a.webp": {"lossless": True, "exact": True}}.items():
            both.save(tmp_path / name, **options)
            assert np.array_equal(read_stego(tmp_path / name), pixels)
    for orientation in range(1, 9):
        for compression in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"):
            image.save(tmp_path / "a.tif", tiffinfo={0x0112: orientation}, compression=compression)
            assert np.array_equal(read_stego(tmp_path / "a.tif"), pixels)
            assert np.array_equal(read_stego(Image.open(tmp_path / "a.tif")), pixels)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.ppm", {}),
        ("a.tga", {}),
        ("a.tga", {"compression": "tga_rle"}),
        ("a.tga", {"orientation": 1}),
        ("a.jp2", {}),
        ("a.j2k", {}),
        ("a.jp2", {"tile_size": (16, 16), "mct": 1}),
        ("a.bmp", {}),
        ("a.webp", {"lossless": True}),
    ],
)
def test_lossless_formats_keep_every_sample(tmp_path, name, options):
    pixels = np.random.RandomState(0).randint(0, 256, (24, 32, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / name, **options)
    assert np.array_equal(read_stego(tmp_path / name), pixels)
    assert reading.is_picture(tmp_path / name)


def test_texts_and_other_files_are_not_taken_for_pictures(tmp_path):
    for text in (b"P3 is the third of the plans.\n", b"P6\n", b"\0\0\2" + bytes(60), b"BM", bytes(99)):
        (tmp_path / "a.bin").write_bytes(text)
        assert not reading.is_picture(tmp_path / "a.bin")
