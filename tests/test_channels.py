"""Channels: each does what its label says, and the harshest setting of an attack more than the mildest."""

import numpy as np
import pytest

from steg import channels
from steg.channels import ATTACKS, CHANNELS
from steg.images.metrics import psnr


@pytest.mark.parametrize("name", [n for n in ATTACKS if n not in ("crop", "screenshot")])
def test_harsher_settings_do_more_harm(photo, name):
    image, attack = photo("coffee.jpg", (120, 96)), ATTACKS[name]
    settings = np.linspace(attack.mildest, attack.harshest, 4).tolist()
    levels = [psnr(np.asarray(image), np.asarray(attack.apply(image, s))) for s in settings]
    assert levels == sorted(levels, reverse=True) and levels[0] - levels[-1] > 8
    assert attack.apply(image, attack.default).size == image.size
    low, high = sorted((attack.mildest, attack.harshest))
    assert low <= attack.default <= high


def test_crop_keeps_the_upper_left(photo):
    image = photo("coffee.jpg", (120, 96))
    cropped = channels.crop(image, 25)
    assert cropped.size == (90, 72)
    assert cropped.tobytes() == image.crop((0, 0, 90, 72)).tobytes()
    assert channels.crop(image, 0).tobytes() == image.tobytes()
    assert min(channels.crop(image, 99).size) == 16


def test_a_scribble_covers_about_the_share_it_says(photo):
    white = photo("coffee.jpg", (240, 240)).point(lambda _: 255)
    for percent in (0, 15, 40):
        covered = (np.asarray(channels.scribble(white, percent)) == 0).mean()
        assert covered == pytest.approx(percent / 100, abs=0.06)


@pytest.mark.parametrize(("spots", "place"), [(1, 0.5), (1, 0), (1, 1), (5, 0.5)])
def test_as_much_is_painted_over_as_is_said(photo, spots, place):
    white = photo("coffee.jpg", (400, 300)).point(lambda _: 255)
    painted = np.asarray(channels.paint_over(white, 4, spots, place))[..., 0] == 0
    assert painted.mean() == pytest.approx(0.04, abs=0.001)
    assert painted[0, 0] == (place == 0) and painted[-1, -1] == (place == 1)
    assert (np.diff(painted[150].astype(int)) == 1).sum() == (spots if place == 0.5 else 0)


def test_a_screenshot_is_not_the_picture_but_looks_like_it(photo):
    image = photo("coffee.jpg", (120, 96))
    taken = channels.screenshot(image, 80)
    assert taken.size == image.size and 20 < psnr(np.asarray(image), np.asarray(taken)) < 40


def test_a_messenger_makes_large_pictures_smaller_and_keeps_others_their_size(photo):
    assert channels.chat(photo("coffee.jpg", (1600, 1067))).size == (1280, 854)
    image = photo("coffee.jpg")
    sent = channels.chat(image)
    assert sent.size == image.size and 25 < psnr(np.asarray(image), np.asarray(sent)) < 45


def test_channels_are_what_they_are_called(photo):
    image = photo("tulips.png", (96, 64))
    received = {name: channel.apply(image) for name, channel in CHANNELS.items()}
    assert received["png"].tobytes() == image.tobytes()
    smaller = {name for name, picture in received.items() if picture.size != image.size}
    assert smaller == {"half-jpeg90", "three-quarters-jpeg85"}
    assert received["half-jpeg90"].size == (48, 32)
    before = np.asarray(image, int)
    error = {n: np.abs(np.asarray(p.resize(image.size), int) - before).mean() for n, p in received.items()}
    assert 0 == error["png"] < error["jpeg95"] < error["jpeg90"] < error["jpeg85"] < error["jpeg75"]
    assert error["jpeg75"] < error["half-and-back-jpeg90"]
    assert all(name == channel.name for name, channel in CHANNELS.items())


def test_a_limit_on_the_size_binds_from_the_next_pixel_on(photo):
    chat = CHANNELS["chat"]
    assert chat.binds((90, 1281)) and not chat.binds((1280, 90)) and CHANNELS["png"].binds((16, 16))
    assert chat.apply(photo("coffee.jpg", (90, 1281))).height == 1280


def test_an_attack_at_a_setting_is_a_channel(photo):
    image, channel = photo("coffee.jpg", (120, 96)), ATTACKS["jpeg"].at(75)
    assert (channel.name, channel.label, channel.crops) == ("jpeg-75", "JPEG, quality: 75", False)
    assert channel.apply(image).tobytes() == channels.jpeg(image, 75).tobytes()
    assert ATTACKS["crop"].at(25).crops
