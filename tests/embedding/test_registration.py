"""Registration: the coarse watermark is found at any scale, turned and in crops, through real codecs."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from steg import channels
from steg.embedding import watermark
from steg.embedding.integral import Box
from steg.embedding.registration import Registered, register
from steg.embedding.watermark_fields import Watermark
from steg.images.metrics import psnr
from steg.networks.robust import RobustConfig

PHOTOS = "flower_meadow.png", "tulips.png", "rock_and_lake.png", "coffee.jpg"
TURNS = [None, *Image.Transpose]
RESAMPLING = Image.Resampling


def marked(photo, name: str, size: tuple[int, int] = (640, 448)) -> Image.Image:
    return Image.fromarray(watermark.write(np.asarray(photo(name, size)), Watermark("a7", size)))


def found_in(image: Image.Image) -> Registered:
    found = register(np.asarray(image))
    assert found is not None
    return found


def scaled(image: Image.Image, across: float, down: float | None = None, how: int = RESAMPLING.LANCZOS):
    return image.resize((round(image.width * across), round(image.height * (down or across))), how)


@pytest.mark.parametrize("name", PHOTOS[:2])
@pytest.mark.parametrize("scale", [0.4, 0.5, 0.73, 1.0, 1.25, 2.5])
def test_a_whole_picture_is_found_at_any_scale(photo, name, scale):
    sent = marked(photo, name)
    found = found_in(channels.jpeg(scaled(sent, scale), 90))
    assert found.watermark == Watermark("a7", sent.size) and found.box == Box(0, 0, *sent.size)
    assert not any(found.orientation)


@pytest.mark.parametrize("how", [RESAMPLING.BOX, RESAMPLING.BILINEAR, RESAMPLING.BICUBIC, RESAMPLING.HAMMING])
def test_whatever_the_filter(photo, how):
    assert found_in(channels.jpeg(scaled(marked(photo, "tulips.png"), 0.62, how=how), 80))


@pytest.mark.parametrize("turn", TURNS)
@pytest.mark.parametrize("size", [(640, 448), (501, 333)])
def test_turned_and_mirrored_pictures_are_put_upright(photo, turn, size):
    sent = marked(photo, "rock_and_lake.png", size)
    received = channels.jpeg(sent if turn is None else sent.transpose(turn), 90)
    found = found_in(received)
    assert found.watermark.size == size and found.box == Box(0, 0, *size)
    upright = found.orientation.undo(np.asarray(received))
    assert upright.shape == (*size[::-1], 3) and psnr(upright, np.asarray(sent)) > 30


@pytest.mark.parametrize("turn", [None, Image.Transpose.ROTATE_90, Image.Transpose.FLIP_TOP_BOTTOM])
@pytest.mark.parametrize("scale", [0.8, 1.0, 1.3])
def test_the_edges_of_a_crop_are_found_to_a_third_of_a_pixel(photo, turn, scale):
    edges = 37, 58, 597, 410
    cropped = scaled(marked(photo, "flower_meadow.png").crop(edges), scale)
    found = found_in(channels.jpeg(cropped if turn is None else cropped.transpose(turn), 85))
    assert np.abs(np.array(found.box) - edges).max() < 0.34


def test_slightly_different_scales_of_width_and_height(photo):
    sent = marked(photo, "tulips.png")
    for across, down in ((0.808, 0.8), (1.2, 1.213)):
        assert found_in(channels.jpeg(scaled(sent, across, down), 85)).box == Box(0, 0, *sent.size)


@pytest.mark.parametrize("name", PHOTOS)
def test_half_the_size_and_jpeg_50(photo, name):
    assert found_in(channels.jpeg(scaled(marked(photo, name, (768, 512)), 0.5), 50))


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 120, 200)])
def test_flat_and_saturated_pictures_carry_it_too(colour):
    pixels = np.full((384, 512, 3), colour, np.uint8)
    image = Image.fromarray(watermark.write(pixels, Watermark("5a", (512, 384))))
    assert found_in(channels.jpeg(image, 75)).watermark == Watermark("5a", (512, 384))


@pytest.mark.parametrize("name", PHOTOS)
def test_it_costs_at_most_0_3_decibels_beside_the_robust_network(photo, name):
    before = np.asarray(photo(name, (640, 448)))
    error = 255**2 / 10 ** (psnr(before, np.asarray(marked(photo, name))) / 10)
    allowed = 255**2 / 10 ** (RobustConfig.cover_db / 10)
    assert 10 * np.log10(1 + error / allowed) < 0.3


@pytest.mark.parametrize("name", PHOTOS)
def test_photographs_have_none(photo, name):
    image = photo(name, (384, 288))
    for other in (image, channels.jpeg(image, 60)):
        assert register(np.asarray(other)) is None


def test_patterns_have_none():
    """Flat colour, stripes and checks make all repetitions agree, as a watermark does."""
    y, x = np.mgrid[:288, :288]
    patterns = [0 * x, x // 8 % 2 * 60, (x // 8 + y // 8) % 2 * 40, x * y % 64]
    for number, pattern in enumerate(patterns):
        picture = np.repeat((40 + pattern % 200).astype(np.uint8)[..., None], 3, 2)
        assert register(picture) is None, number


def test_a_picture_of_another_size_than_its_watermark_says_is_taken_for_a_crop(photo):
    pixels = watermark.write(np.asarray(photo("tulips.png", (640, 448))), Watermark("a7", (1000, 800)))
    found = found_in(channels.jpeg(Image.fromarray(pixels), 90))
    assert found.watermark.size == (1000, 800) and found.box.right == pytest.approx(640, abs=0.5)


@pytest.mark.parametrize("size", [(1601, 900), (8191, 8191)])
def test_a_watermark_that_claims_more_than_a_sender_makes_is_none(photo, size):
    pixels = watermark.write(np.asarray(photo("tulips.png", (640, 448))), Watermark("a7", size))
    assert register(pixels) is None


@pytest.mark.parametrize("size", [(16, 16), (90, 400), (4200, 300)])
def test_sizes_that_no_sent_picture_can_have(size):
    assert register(np.zeros((*size, 3), np.uint8)) is None


def test_a_stroke_across_it_does_no_harm(photo):
    sent = marked(photo, "coffee.jpg")
    ImageDraw.Draw(sent).line((0, 0, *sent.size), fill=(0, 0, 0), width=40)
    assert found_in(channels.jpeg(scaled(sent, 0.75), 80)).box == Box(0, 0, *sent.size)
