"""Attacks: each does something, the harshest more than the mildest, and keeps to its promise."""

import numpy as np
import pytest

from steg import channels as attacks
from steg.channels import ATTACKS
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
    cropped = attacks.crop(image, 25)
    assert cropped.size == (90, 72)
    assert cropped.tobytes() == image.crop((0, 0, 90, 72)).tobytes()
    assert attacks.crop(image, 0).tobytes() == image.tobytes()
    assert min(attacks.crop(image, 99).size) == 16


def test_a_scribble_covers_about_the_share_it_says(photo):
    white = photo("coffee.jpg", (240, 240)).point(lambda _: 255)
    for percent in (0, 15, 40):
        covered = (np.asarray(attacks.scribble(white, percent)) == 0).mean()
        assert covered == pytest.approx(percent / 100, abs=0.06)


def test_a_screenshot_is_not_the_picture_but_looks_like_it(photo):
    image = photo("coffee.jpg", (120, 96))
    taken = attacks.screenshot(image, 80)
    assert taken.size == image.size and 20 < psnr(np.asarray(image), np.asarray(taken)) < 40


def test_a_messenger_makes_large_pictures_smaller_and_keeps_others_their_size(photo):
    assert attacks.messenger(photo("coffee.jpg", (1600, 1067))).size == (1280, 854)
    image = photo("coffee.jpg")
    sent = attacks.messenger(image)
    assert sent.size == image.size and 25 < psnr(np.asarray(image), np.asarray(sent)) < 45


def test_every_trip_changes_pixels(photo):
    image = photo("coffee.jpg", (120, 96))
    levels = {name: psnr(np.asarray(image), np.asarray(trip(image))) for name, trip in attacks.TRIPS.items()}
    assert levels["JPEG 95"] > levels["JPEG 85"] > levels["JPEG 75"] and max(levels.values()) < 60
