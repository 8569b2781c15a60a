"""Short payloads: they outlive what no picture does, come back from crops, and are found nowhere else."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.coding import code_blocks
from steg.embedding import watermark
from steg.embedding.watermark_fields import Watermark
from steg.images.dct import luma
from steg.images.metrics import psnr
from steg.methods.chat import short
from steg.methods.chat.synchronization import Synchronised, synchronise

SIZE = 768, 512
DATA = np.random.RandomState(0).bytes(200)


@pytest.fixture(scope="module")
def cover(photo) -> np.ndarray:
    pixels = np.asarray(photo("flower_meadow.png", SIZE))
    return watermark.write(pixels, Watermark("5a", SIZE))


@pytest.fixture(scope="module")
def stego(cover) -> Image.Image:
    return Image.fromarray(short.write(cover, DATA))


def in_place(image: Image.Image) -> Synchronised:
    return Synchronised(np.asarray(image), image.size)


def smaller_and_back(image: Image.Image, percent: float, quality: int) -> Image.Image:
    sent = channels.jpeg(channels.resize(image, percent), quality)
    return sent.resize(image.size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    ("percent", "quality"), [(100, 75), (100, 20), (100, 10), (50, 40), (50, 25), (33, 50)]
)
def test_200_bytes_outlive_harsh_channels(stego, percent, quality):
    read = short.read(in_place(smaller_and_back(stego, percent, quality)))
    assert read is not None and read.startswith(DATA) and not read[len(DATA) :].strip(b"\0")


def test_it_is_lost_where_nothing_is_left(stego):
    assert short.read(in_place(smaller_and_back(stego, 15, 30))) is None


@pytest.mark.parametrize("basis", [watermark.BASIS, watermark.HAAR])
def test_the_cover_is_changed_little_and_the_watermark_not_at_all(cover, stego, basis):
    assert psnr(np.asarray(stego), cover) > 36
    before, after = (watermark._block_coefficients(luma(x), basis) for x in (cover, np.asarray(stego)))
    assert np.abs(after - before).mean() < 0.5  # of steps of 24 and 56 levels: rounding


@pytest.mark.parametrize(("left", "top"), [(0, 0), (16, 32), (5, 11), (8, 24), (203, 130)])
def test_a_crop_holds_it_all(stego, left, top):
    received = synchronise(channels.jpeg(stego.crop((left, top, 760, 505)), 80))
    assert (short.read(received) or b"").startswith(DATA)


def test_as_much_as_the_capacity_outlives_jpeg_75(cover):
    data = np.random.RandomState(1).bytes(short.capacity(SIZE))
    sent = channels.jpeg(Image.fromarray(short.write(cover, data)), 75)
    assert short.read(in_place(sent)) == data and len(data) > 400


@pytest.mark.parametrize("size", [(16, 16), (17, 40), (8, 300), (100, 60)])
def test_small_covers_have_little_capacity_or_none(photo, size):
    pixels = np.asarray(photo("flower_meadow.png", size))
    most = short.capacity(size)
    assert most < 30
    if most:
        assert short.read(in_place(Image.fromarray(short.write(pixels, bytes(range(most)))))) == bytes(
            range(most)
        )
    assert short.read(Synchronised(pixels, size)) is None


def test_nothing_is_read_from_photographs_or_noise(photo):
    for name in ("flower_meadow.png", "tulips.png", "coffee.jpg", "cat.png", "astronaut.jpg"):
        assert short.read(in_place(photo(name))) is None
    noise = np.random.RandomState(2).randint(0, 256, (480, 640, 3)).astype(np.uint8)
    assert short.read(Synchronised(noise, (640, 480))) is None
    assert short.read(Synchronised(np.zeros_like(noise), (640, 480))) is None


def test_data_of_no_bytes_are_none(cover):
    stego = short.write(cover, b"")
    assert code_blocks.capacity(short._coded_bits(SIZE), 0) == 0
    assert short.read(Synchronised(stego, SIZE)) is None


def test_a_claimed_size_below_a_block_or_below_the_received_part_is_harmless(stego):
    for size in ((3, 3), (16, 16), (160, 96), (1600, 1600)):
        assert short.read(Synchronised(np.asarray(stego), size)) is None
