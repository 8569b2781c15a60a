"""The fine watermark: found after real JPEG, resizing and crops, not found where there is none, and cheap."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.embedding import watermark, watermark_fields
from steg.embedding.watermark_fields import TEXTURED, VERSION, Watermark, nearest_scale
from steg.images.metrics import psnr
from steg.networks.robust import RobustConfig

WATERMARK = Watermark("a7", (1600, 901))
PHOTOS = "flower_meadow.png", "tulips.png", "rock_and_lake.png", "cat.png", "coffee.jpg"


def marked(
    photo, name: str, size: tuple[int, int] | None = None, which: Watermark = WATERMARK
) -> Image.Image:
    return Image.fromarray(watermark.write(np.asarray(photo(name, size)), which, coarse=False))


def read(image: Image.Image) -> Watermark | None:
    found = watermark.read(np.asarray(image))
    return found and found.watermark


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("quality", [95, 90, 75, 60])
def test_found_after_jpeg(photo, name, quality):
    assert read(channels.jpeg(marked(photo, name), quality)) == WATERMARK


@pytest.mark.parametrize("name", PHOTOS)
def test_found_after_half_the_size_and_back_and_jpeg(photo, name):
    assert read(channels.jpeg(channels.resize_and_back(marked(photo, name), 50), 90)) == WATERMARK


@pytest.mark.parametrize(("left", "top"), [(1, 0), (8, 8), (13, 27), (64, 5), (100, 71)])
def test_found_in_a_crop_wherever_it_begins(photo, left, top):
    image = marked(photo, "flower_meadow.png")
    cropped = image.crop((left, top, left + 400, top + 300))
    found = watermark.read(np.asarray(channels.jpeg(cropped, 80)))
    assert found.watermark == WATERMARK
    assert ((left + found.left) % watermark.SQUARE, (top + found.top) % watermark.SQUARE) == (0, 0)


@pytest.mark.parametrize("size", [(64, 64), (65, 200), (301, 203), (1600, 70)])
def test_round_trip_at_any_size_with_room(photo, size):
    image = marked(photo, "coffee.jpg", size)
    assert read(image) == WATERMARK and image.size == size
    assert read(channels.jpeg(image, 95)) == WATERMARK


@pytest.mark.parametrize("size", [(16, 16), (63, 400), (400, 63)])
def test_a_picture_without_room_is_left_as_it_is(photo, size):
    before = photo("coffee.jpg", size)
    image = marked(photo, "coffee.jpg", size)
    assert image.tobytes() == before.tobytes() and read(image) is None


@pytest.mark.parametrize(
    "wanted",
    [
        Watermark("00", (1, 1)),
        Watermark("ff", (4095, 8191), 1, True),
        Watermark("5", (640, 480), TEXTURED, scale=nearest_scale(0.4)),
        Watermark("f", (1600, 2047), VERSION, True, nearest_scale(3.5)),
    ],
)
def test_every_field_comes_back(photo, wanted):
    assert read(marked(photo, "cat.png", which=wanted)) == wanted


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (90, 120, 200)])
def test_flat_and_saturated_covers_carry_it_too(colour):
    image = Image.fromarray(
        watermark.write(np.full((128, 128, 3), colour, np.uint8), WATERMARK, coarse=False)
    )
    assert read(channels.jpeg(image, 75)) == WATERMARK


@pytest.mark.parametrize("name", PHOTOS)
def test_it_costs_a_fifth_of_a_decibel_beside_the_robust_network(photo, name):
    before = np.asarray(photo(name))
    error = 255**2 / 10 ** (psnr(before, np.asarray(marked(photo, name))) / 10)
    allowed = 255**2 / 10 ** (RobustConfig.cover_db / 10)
    assert 10 * np.log10(1 + error / allowed) < 0.25


def test_the_picture_handed_in_is_left_alone(photo):
    before = np.array(photo("cat.png"))
    kept = before.copy()
    watermark.write(before, WATERMARK)
    assert (before == kept).all()


@pytest.mark.parametrize("name", PHOTOS)
def test_a_photograph_has_none(photo, name):
    image = photo(name)
    for other in (image, channels.jpeg(image, 75), channels.resize_and_back(image, 40), image.rotate(180)):
        assert read(other) is None


def test_no_false_find_in_patterns():
    """Flat colour, stripes and checks make all repetitions agree, as a watermark does."""
    y, x = np.mgrid[:192, :192]
    for number, pattern in enumerate([0 * x, x, x % 8, y % 16, (x // 8 + y // 8) % 2 * 40, x * y % 64]):
        picture = np.repeat((40 + pattern % 200).astype(np.uint8)[..., None], 3, 2)
        assert watermark.read(picture) is None, number


def test_no_false_find_in_noise():
    random = np.random.default_rng(0)
    for _ in range(200):
        assert watermark.read(random.integers(0, 256, (96, 128, 3), dtype=np.uint8)) is None


def test_a_watermark_with_a_wrong_checksum_is_none(photo, monkeypatch):
    image = marked(photo, "cat.png")
    monkeypatch.setattr(watermark_fields, "_crc", lambda number: 0xABCD)
    assert read(image) is None


@pytest.mark.parametrize("coarse", [False, True])
def test_what_was_painted_over_says_nothing(photo, coarse):
    stego = watermark.write(np.asarray(photo("coffee.jpg", (512, 512))), WATERMARK, coarse=coarse)
    stego[:, 256:] = 0
    assert watermark.read_in_place(stego, coarse) is None
    assert watermark.read_in_place(stego, coarse, painted=True).watermark == WATERMARK
