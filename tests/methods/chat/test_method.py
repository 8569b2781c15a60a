"""The robust method with its bundled weights, through real JPEG files, chats and crops."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg import Status, channels
from steg.embedding import header, watermark
from steg.embedding.watermark_fields import Watermark
from steg.images.metrics import psnr
from steg.methods import neural, recognise
from steg.methods.chat import Robust
from steg.methods.chat.synchronization import synchronise

COVER, SECRET = "flower_meadow.png", "astronaut.jpg"


def db(a: Image.Image, b: Image.Image) -> float:
    return psnr(np.asarray(a), np.asarray(b))


@pytest.fixture(scope="module")
def method() -> steg.Method:
    return steg.load("robust")


@pytest.fixture(scope="module")
def pair(photo) -> tuple[Image.Image, Image.Image]:
    return photo(COVER, (384, 320)), photo(SECRET, (384, 320))


@pytest.fixture(scope="module")
def stego(method, pair) -> Image.Image:
    return method.hide(*pair)


@pytest.fixture(scope="module")
def large(method, photo) -> tuple[Image.Image, Image.Image]:
    """A stego picture of a cover as a phone takes it, and its secret."""
    secret = photo(SECRET, (1024, 1024))
    return method.hide(photo(COVER, (2000, 1499)), secret), secret


def test_a_png_file_is_found_intact(method, pair, stego, through_png):
    revealed = method.reveal(through_png(stego))
    assert revealed.status is Status.INTACT and revealed.image.size == pair[1].size
    assert db(stego, pair[0]) > 34.8 and db(revealed.image, pair[1]) > 39


@pytest.mark.parametrize(("quality", "subsampling", "floor"), [(95, 0, 30.2), (90, 2, 27.2), (75, 2, 23.1)])
def test_the_secret_survives_a_jpeg_file(method, pair, stego, tmp_path, quality, subsampling, floor):
    stego.save(tmp_path / "sent.jpg", quality=quality, subsampling=subsampling)
    assert recognise(tmp_path / "sent.jpg") == "robust"
    revealed = method.reveal(tmp_path / "sent.jpg")
    assert revealed.status is Status.MARKED and "Pixels were changed since" in revealed.message
    assert revealed.image.size == pair[1].size
    assert db(revealed.image, pair[1]) > floor


@pytest.mark.parametrize(
    ("channel", "floor"),
    [
        ("three-quarters-jpeg85", 19.5),
        ("webp75", 19.5),
        ("jpeg62", 19.5),
        ("avif65", 19.5),
        ("jpeg85", 23),
    ],
)
def test_it_survives_platforms(method, pair, stego, channel, floor):
    revealed = method.reveal(channels.CHANNELS[channel].apply(stego))
    assert revealed.status is Status.MARKED and db(revealed.image, pair[1]) > floor


def test_the_default_method_does_not_survive_what_this_one_does(pair, stego):
    lossless = steg.load("predictive")
    revealed = lossless.reveal(channels.jpeg(lossless.hide(*pair), 90))
    assert revealed.status is Status.NO_HEADER and db(revealed.image, pair[1]) < 15


def test_a_large_cover_is_made_smaller_and_said_to_be(method, large):
    assert large[0].size == (1280, 959)
    sentence = method.describe((2000, 1499), (512, 512))
    assert "The cover (2000x1499) will be made smaller, to 1280x959" in sentence
    assert "made smaller" not in method.describe((1280, 960), (512, 512))


def test_a_web_page_that_makes_it_smaller_loses_neither_size_nor_secret(method, large):
    stego, secret = large
    sent = channels.web_page(stego)
    assert sent.size == (1080, 809)
    found = synchronise(sent)
    assert found.pixels.shape == (959, 1280, 3) and not found.cropped
    revealed = method.reveal(sent)
    assert revealed.status is Status.MARKED and revealed.image.size == (1024, 1024)
    assert db(revealed.image, secret) > 20


@pytest.mark.parametrize(("left", "top"), [(16, 32), (5, 11), (70, 0), (100, 70)])
def test_a_crop_still_holds_the_whole_secret(method, pair, stego, left, top):
    revealed = method.reveal(channels.jpeg(stego.crop((left, top, 384, 320)), 95))
    assert revealed.status is Status.MARKED and "was cut off" in revealed.message
    assert revealed.image.size == pair[1].size
    assert db(revealed.image, pair[1]) > 18


def test_a_crop_below_and_at_the_right_too(method, pair, stego):
    revealed = method.reveal(stego.crop((0, 0, 300, 250)))
    assert db(revealed.image, pair[1]) > 18


def test_too_little_of_it_is_said_to_be_too_little(method, stego):
    for quality in (60, 50):
        left = channels.jpeg(stego.crop((0, 0, 220, 180)), quality)
        with pytest.raises(steg.StegError, match=r"^It is one of ours, but too little of it is left"):
            method.reveal(left)


@pytest.mark.parametrize("claimed", [(1600, 1600), (4095, 8191), (3, 3)])
def test_a_watermark_that_claims_more_or_less_than_there_is_ends_in_a_sentence(method, photo, claimed):
    pixels = watermark.write(np.asarray(photo(COVER, (136, 80))), Watermark(method.weights_id[:2], claimed))
    with pytest.raises(steg.StegError, match=r"too little of it is left|Nothing found"):
        method.reveal(pixels)


def test_a_picture_that_is_not_ours_is_said_not_to_be(method, photo):
    with pytest.raises(steg.StegError, match="Nothing found"):
        method.reveal(photo("coffee.jpg"))


@pytest.mark.parametrize("size", [(16, 16), (17, 31), (63, 200)])
def test_small_covers_have_no_room_for_the_watermark_but_carry(method, photo, through_png, size):
    cover, secret = photo(COVER, size), photo(SECRET, size)
    assert "no room for the mark" in method.describe(size, size)
    stego = method.hide(cover, secret)
    revealed = method.reveal(through_png(stego))
    assert stego.size == size and revealed.status is Status.INTACT and revealed.image.size == size


@pytest.mark.parametrize("left, top", [(128, 128), (192, 192), (256, 192)])
def test_where_the_symbols_spoil_the_watermark_the_secret_comes_back_all_the_same(method, photo, left, top):
    cover = photo("astronaut.jpg").crop((left, top, left + 64, top + 64))
    assert method.reveal(method.hide(cover, photo(SECRET, (64, 64)))).status is Status.INTACT


def test_a_cover_that_carries_nothing_is_refused(method, photo):
    with pytest.raises(steg.StegError, match="Choose another cover"):
        method.hide(np.full((16, 16, 3), 255, np.uint8), photo(SECRET))


def test_layers_add_detail_and_a_postfilter_where_there_are_few_bits(method, pair, stego):
    *layers, revealed = (db(Image.fromarray(x), pair[1]) for x in method.layers_in(stego))
    assert len(layers) == 5 and layers == sorted(layers) and layers[-1] > layers[0] + 5
    assert revealed == layers[-1]
    after = method.layers_in(channels.jpeg(stego, 75))
    assert 1 < len(after) - 1 < 5  # those that survive quality 75
    assert db(Image.fromarray(after[-1]), pair[1]) > db(Image.fromarray(after[-2]), pair[1])


@pytest.mark.parametrize("size", [(383, 321), (500, 341), (1281, 66)])
def test_sides_need_not_be_whole_blocks(method, photo, size):
    cover, secret = photo(COVER, size), photo(SECRET, size)
    stego = method.hide(cover, secret)
    revealed = method.reveal(channels.jpeg(stego, 90))
    assert revealed.status is Status.MARKED and revealed.image.size == Robust.sent_size(size)
    if stego.size == cover.size:
        rest = stego.height % 8
        assert np.array_equal(np.asarray(stego)[-rest:, 300:], np.asarray(cover)[-rest:, 300:])


def test_a_picture_too_narrow_for_the_coarse_watermark_outlives_resizing_too(method, photo):
    secret = photo(SECRET, (150, 100))
    stego = method.hide(photo(COVER, (600, 200)), secret)
    revealed = method.reveal(channels.jpeg(channels.resize(stego, 80), 85))
    assert revealed.status is Status.MARKED and db(revealed.image, secret) > 18


def test_a_secret_comes_back_in_its_own_shape_and_size(method, photo):
    stego = method.hide(photo(COVER, (400, 300)), photo(SECRET, (150, 400)))
    assert method.reveal(channels.jpeg(stego, 90)).image.size == (150, 400)
    strip = 16_000, 3
    stego = method.hide(photo(COVER, (320, 160)), photo(SECRET, strip))
    assert method.reveal(channels.jpeg(stego, 95)).image.size == strip


def test_other_weights_are_named(method, photo):
    pixels = np.asarray(photo("coffee.jpg"))
    other = f"{int(method.weights_id[:2], 16) ^ 1:02x}"
    size = pixels.shape[1::-1]
    with pytest.raises(steg.StegError, match=rf"other weights \({other}\.\.\..*too little"):
        method.reveal(watermark.write(pixels, Watermark(other, size)))


def test_a_scribble_is_noticed_and_made_up_for(method, pair, stego):
    row = header.place(np.asarray(stego)).start // (384 * 3)
    scribbled = np.array(stego)
    rows = slice(200, 260) if row < 160 else slice(40, 100)
    scribbled[rows, 100:200] = 0
    revealed = method.reveal(scribbled)
    assert revealed.status is Status.CHANGED
    assert db(revealed.image, pair[1]) > 25


def test_receivers_with_and_without_bfloat16_see_the_same_secret(method, pair, stego, monkeypatch):
    levels, sent = [], channels.jpeg(stego, 85)
    for capable in (False, True):
        monkeypatch.setattr(neural, "has_bfloat16", lambda capable=capable: capable)
        levels.append(db(method.reveal(sent).image, pair[1]))
    assert levels[0] != levels[1]  # it was switched on
    assert abs(levels[0] - levels[1]) < 0.1


def test_photographs_are_not_taken_for_ours(photo):
    large = channels.jpeg(photo("coffee.jpg", (2000, 1500)), 80)
    for image in (photo(COVER), large):
        assert synchronise(image).watermark is None


def test_the_strength_moves_cover_and_secret(method, pair, stego):
    covers, secrets = [], []
    for made in (method.hide(*pair, strength=0), stego, method.hide(*pair, strength=1)):
        covers.append(db(made, pair[0]))
        secrets.append(db(method.reveal(channels.jpeg(made, 90)).image, pair[1]))
    assert covers[0] > 38.4 and 34.9 < covers[1] < 35.4 and 34.2 < covers[2] < 34.6
    assert secrets == sorted(secrets) and secrets[1] > secrets[0] + 1
    with pytest.raises(steg.StegError, match=r"choose from 0 \(invisible\) to 1"):
        method.hide(*pair, strength=2)


def test_the_weights_and_their_card_take_at_most_8_mb():
    folder = Path(__file__).parents[3] / "weights"
    assert sum((folder / f"robust.{kind}").stat().st_size for kind in ("safetensors", "json")) < 8e6
