"""Delivery profiles: sizes, formats and bytes that apps pass on, and what is revealed from the very bytes."""

import io
import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

import steg
from steg import delivery
from steg.delivery import ANY, PROFILES
from steg.images.metrics import psnr
from steg.methods import Robust


@pytest.fixture(scope="module")
def robust() -> Robust:
    return steg.load("robust")


@pytest.fixture
def cover(photo) -> Image.Image:
    return photo("coffee.jpg", (240, 160))


@pytest.fixture
def secret(photo) -> Image.Image:
    return photo("cat.png", (96, 64))


def fidelity(data: bytes, robust: Robust, secret: Image.Image) -> float:
    return psnr(np.asarray(robust.reveal(data).image), np.asarray(secret))


def test_telegram_desktop_gets_the_best_jpeg_that_it_passes_on(cover, secret, robust):
    data = delivery.hide(PROFILES["telegram-desktop"], robust, cover, secret)
    file = Image.open(io.BytesIO(data))
    assert file.format == "JPEG" and file.info["progressive"] and file.layer[0][1:3] == (2, 2)
    assert file.size == cover.size and 3.5 < 8 * len(data) / math.prod(file.size) <= 4
    assert fidelity(data, robust, secret) > 22


def test_a_png_is_as_large_as_its_bytes_may_be(cover, secret, robust, monkeypatch):
    profile = replace(PROFILES["signal"], most_bytes=60_000)
    side = delivery.longest_side(profile, cover)
    data = delivery.hide(profile, robust, cover, secret)
    stego = Image.open(io.BytesIO(data))
    assert stego.format == "PNG" and 0.93 * 60_000 < len(data) <= 60_000
    assert stego.size == Robust.sent_size(cover.size, side) and fidelity(data, robust, secret) > 24
    monkeypatch.setattr(delivery, "longest_side", lambda *_: side + 8)  # an estimate that is too high
    again = delivery.hide(profile, robust, cover, secret)
    assert 0.9 * 60_000 < len(again) <= 60_000


def test_a_small_cover_keeps_its_size(cover, secret, robust):
    data = delivery.hide(PROFILES["signal"], robust, cover, secret)
    assert Image.open(io.BytesIO(data)).size == cover.size
    assert delivery.longest_side(PROFILES["signal"], cover) > max(cover.size)


def test_for_any_app_it_is_the_picture_for_a_chat(cover, secret):
    stego = Image.open(io.BytesIO(steg.hide_for(ANY, cover, secret)))
    assert stego.tobytes() == steg.hide(cover, secret, channel="chat").tobytes()


@pytest.mark.parametrize("app", ["telegram", "", 7, None, ["signal"]])
def test_an_app_that_is_not_known_is_told(app, cover, secret):
    with pytest.raises(steg.StegError, match=r"There is no app .*; choose one of: any, telegram-desktop"):
        steg.hide_for(app, cover, secret)


def test_what_cannot_be_made_for_an_app_is_told(photo, secret):
    with pytest.raises(steg.StegError, match=r"\(64x48\) is too small for anything in it to outlive JPEG"):
        steg.hide_for("telegram-desktop", photo("coffee.jpg", (64, 48)), secret)
    with pytest.raises(steg.StegError, match="each side needs at least 16"):
        steg.hide_for("signal", photo("coffee.jpg", (64, 12)), secret)
    with pytest.raises(steg.StegError, match="The app signal is for the method robust, not lsb"):
        delivery.profile_of("signal", "lsb")
