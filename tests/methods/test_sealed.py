"""Sealed: opens with the passphrase and the very file, and says why where it does not."""

import io
from unittest import mock

import numpy as np
import pytest
from PIL import Image

import steg
from steg import Status
from steg.embedding import header
from steg.images.metrics import psnr
from steg.methods import sealed
from steg.payload import codecs


@pytest.fixture(scope="module")
def locked() -> steg.Method:
    return steg.load("sealed", passphrase="correct horse")


@pytest.fixture(scope="module")
def pair(photo) -> tuple[Image.Image, Image.Image]:
    return photo("tulips.png", (256, 256)), photo("cat.png", (300, 200))


@pytest.mark.parametrize(
    ("strength", "floors"), [(0, (50.5, 37)), (0.5, (49.3, 40)), (1, (44.5, 42))], ids=["2", "3", "5"]
)
def test_round_trip_through_a_png_file(locked, pair, through_png, strength, floors):
    cover, secret = pair
    stego = locked.hide(cover, secret, strength=strength)
    revealed = locked.reveal(through_png(stego))
    assert revealed.status is Status.INTACT
    assert psnr(np.asarray(stego), np.asarray(cover)) > floors[0]
    assert revealed.image.size == secret.size
    assert psnr(np.asarray(revealed.image), np.asarray(secret)) > floors[1]


def test_webp_takes_over_where_there_is_no_avif(locked, pair, monkeypatch):
    monkeypatch.setattr(codecs.features, "check", lambda name: False)
    revealed = locked.reveal(locked.hide(*pair, strength=1))
    assert psnr(np.asarray(revealed.image), np.asarray(pair[1])) > 36


def test_the_same_pair_is_sealed_differently_each_time(locked, pair):
    first, again = (np.asarray(locked.hide(*pair)) for _ in range(2))
    assert (first != again).mean() > 0.4


def test_a_wrong_passphrase_opens_nothing(locked, pair):
    stego = locked.hide(*pair)
    with pytest.raises(steg.StegError, match="not the passphrase"):
        steg.load("sealed", passphrase="Correct horse").reveal(stego)
    composed, decomposed = "caf\u00e9", "cafe\u0301"  # the same letters as two keyboards may type them
    stego = steg.load("sealed", passphrase=composed).hide(*pair)
    assert steg.load("sealed", passphrase=decomposed).reveal(stego).status is Status.INTACT


@pytest.mark.parametrize("passphrase", [None, ""])
def test_without_a_passphrase_there_is_no_method(passphrase):
    with pytest.raises(steg.StegError, match="needs a passphrase"):
        steg.load("sealed", passphrase=passphrase)


def test_a_changed_picture_is_said_to_be_changed(locked, pair):
    stego = np.array(locked.hide(*pair))
    row = 200 if header.place(stego).start < 100 * 768 else 20
    stego[row, 5:9] ^= 1
    with pytest.raises(steg.StegError, match="was changed after it was made"):
        locked.reveal(stego)


def test_other_pictures_hold_nothing_sealed(locked, pair, photo, tmp_path):
    locked.hide(*pair).save(tmp_path / "sent.jpg", quality=95)
    for picture in (photo("coffee.jpg"), tmp_path / "sent.jpg", steg.load("lsb").hide(*pair)):
        with pytest.raises(steg.StegError, match="Nothing is sealed in this picture"):
            locked.reveal(picture)


def test_a_newer_picture_asks_for_an_update(locked, photo):
    mark = header.Header(sealed.Sealed.method_id, header.NO_WEIGHTS, (9, 9), version=header.VERSION + 1)
    with pytest.raises(steg.StegError, match="update Steg"):
        locked.reveal(header.write(np.asarray(photo("coffee.jpg")), mark))


@pytest.mark.parametrize("size", [(16, 16), (24, 16)])
def test_too_small_a_cover_is_refused_with_figures(locked, photo, size):
    with pytest.raises(steg.StegError, match=rf"cover \({size[0]}x{size[1]}\) can carry \d+ bytes .* larger"):
        locked.hide(photo("coffee.jpg", size), photo("cat.png"))


def test_all_samples_carry_something_in_an_order_of_the_key(pair):
    pixels = np.asarray(pair[0])
    seeds = np.array([1, 2], np.uint32), np.array([1, 3], np.uint32)
    (salt, one), (_, other) = (sealed._sample_order(pixels, seed) for seed in seeds)
    everything = np.sort(np.concatenate([salt, one, np.arange(pixels.size)[header.place(pixels)]]))
    assert np.array_equal(everything, np.arange(pixels.size))
    assert (one != other).mean() > 0.99


def test_the_description_names_both_sizes(locked):
    assert "own size (30x20)" in locked.describe((640, 480), (30, 20))


def carrying(data: bytes, passphrase: str, cover: Image.Image) -> Image.Image:
    """A sealed picture that is valid in all but the file inside."""
    with mock.patch.object(sealed, "_file", lambda *_: data):
        return sealed.Sealed(passphrase).hide(cover, Image.new("RGB", (9, 9)), strength=1)


def encoded(image: Image.Image, name: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def larger_than_it_says() -> bytes:
    """An AVIF file around a frame of another size."""
    small, large = (encoded(Image.new("RGB", size), "AVIF") for size in ((8, 8), (900, 700)))
    return small[: small.index(b"mdat") + 4] + large[large.index(b"mdat") + 4 :]


@pytest.mark.parametrize(
    "data",
    [
        *(encoded(Image.new("RGB", (9, 9)), name) for name in ("PNG", "ICO", "EPS", "JPEG", "GIF", "TIFF")),
        encoded(Image.new("1", (9000, 9000)), "PNG"),
        encoded(Image.new("RGB", (9, 9)), "AVIF")[:-9],
        encoded(Image.new("RGB", (9, 9)), "WEBP")[:-9],
        encoded(Image.new("RGB", (8000, 7000)), "WEBP", lossless=True, quality=0, method=0),
        larger_than_it_says(),
        b"",
        b"RIFF",
        bytes(99),
    ],
    ids=["png", "ico", "eps", "jpeg", "gif", "tiff", "large", "cut", "webp-cut", "webp-64", "frame", "none",
         "riff", "zeros"],
)  # fmt: skip
def test_only_avif_and_webp_of_a_possible_size_are_opened(data):
    cover = Image.effect_noise((256, 256), 50).convert("RGB")
    with mock.patch.object(sealed, "SCRYPT_COST", 2), pytest.raises(steg.StegError, match="damaged"):
        sealed.Sealed("pw").reveal(carrying(data, "pw", cover))


def test_a_pillow_without_avif_is_named(locked, pair, monkeypatch):
    stego = locked.hide(*pair)
    monkeypatch.setattr(sealed.features, "check", lambda name: False)
    with pytest.raises(steg.StegError, match="The Pillow that is installed here lacks AVIF"):
        locked.reveal(stego)
