"""As a file: what every receiver of the very file gets, with and without a lock."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

import steg
from steg import Status, StegError
from steg.embedding import header
from steg.evaluation import psnr_of
from steg.methods import recognise
from steg.methods.file import UNRESTORED, LosslessFile
from steg.payload.files import File, Text
from steg.payload.restoration import Restorer
from steg.weights import RESTORATION, load_network

LOCKS = pytest.mark.parametrize("passphrase", [None, "correct horse"], ids=["open", "locked"])


@pytest.fixture(scope="module")
def pair(photo) -> tuple[Image.Image, Image.Image]:
    return photo("tulips.png", (256, 256)), photo("coffee.jpg", (300, 200))


@LOCKS
@pytest.mark.parametrize(
    ("strength", "floors"), [(0, (53.4, 39)), (0.5, (49.6, 43)), (1, (47.2, 45.5))], ids=["0", "0.5", "1"]
)
def test_round_trip_through_a_png_file(pair, through_png, passphrase, strength, floors):
    cover, secret = pair
    stego = LosslessFile(passphrase).hide(cover, secret, strength=strength)
    revealed = LosslessFile(passphrase).reveal(through_png(stego))
    assert revealed.status is Status.INTACT and revealed.image.size == secret.size
    assert psnr_of(stego, cover) > floors[0] and psnr_of(revealed.image, secret) > floors[1]


def test_cover_and_secret_move_with_the_strength(pair):
    found = []
    for strength in np.linspace(0, 1, 9):
        stego = LosslessFile().hide(*pair, strength=strength)
        found.append((psnr_of(stego, pair[0]), psnr_of(LosslessFile().reveal(stego).image, pair[1])))
    covers, secrets = zip(*found, strict=True)
    assert list(covers) == sorted(covers, reverse=True) and list(secrets) == sorted(secrets)


@LOCKS
def test_drawings_come_back_exactly(pair, passphrase):
    drawing = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(drawing)
    for n in range(20):
        pen.ellipse((n * 15, n * 10, n * 15 + 60, n * 10 + 40), outline=(n * 12, 0, 200))
        pen.text((n * 12, 280 - n * 12), "exactly this", fill="black")
    revealed = LosslessFile(passphrase).reveal(LosslessFile(passphrase).hide(pair[0], drawing))
    assert np.array_equal(revealed.image, drawing)


@LOCKS
@pytest.mark.parametrize(
    "secret",
    [Text("Meet me at nine. \u2603"), File("../notes.bin", bytes(range(256)) * 20)],
    ids=["text", "file"],
)
def test_texts_and_files_come_back(pair, through_png, passphrase, secret):
    revealed = LosslessFile(passphrase).reveal(through_png(LosslessFile(passphrase).hide(pair[0], secret)))
    expected = File("notes.bin", secret.data) if isinstance(secret, File) else secret
    assert revealed.content == expected
    with pytest.raises(steg.StegError, match=r"is a (text|file) and no picture"):
        _ = revealed.image


def test_a_short_text_hardly_changes_the_cover_but_a_locked_one_tells_nothing_of_its_length(pair):
    assert psnr_of(LosslessFile().hide(pair[0], Text("Nine.")), pair[0]) > 60
    covers = [psnr_of(LosslessFile("x").hide(pair[0], Text("Nine. " * n)), pair[0]) for n in (1, 5000)]
    assert max(covers) < 50.5


def test_a_file_that_is_too_large_is_refused_with_how_much_fits(pair):
    data = np.random.RandomState(0).bytes(LosslessFile().capacity((256, 256)))
    with pytest.raises(steg.StegError, match=r"can carry 3\d,\d\d\d bytes .* higher strength"):
        LosslessFile().hide(pair[0], File("x", data))
    stego = LosslessFile().hide(pair[0], File("x", data[:-20]))
    assert LosslessFile().reveal(stego).content.data == data[:-20]


@pytest.mark.parametrize("size", [(16, 16), (64, 64), (17, 300), (301, 203)], ids=str)
def test_covers_of_any_shape(photo, through_png, size):
    cover, secret = photo("tulips.png", size), photo("cat.png", size)
    revealed = LosslessFile().reveal(through_png(LosslessFile().hide(cover, secret)))
    assert revealed.image.size == size and psnr_of(revealed.image, secret) > 27


def test_saturated_covers_do_not_wrap_around(photo):
    pixels = np.array(photo("tulips.png", (200, 200)))
    pixels[:60], pixels[60:120] = 0, 255
    stego = np.asarray(LosslessFile().hide(pixels, photo("cat.png", (100, 100)), strength=1))
    assert np.abs(stego.astype(int) - pixels).max() < 16
    assert LosslessFile().reveal(stego).status is Status.INTACT


def test_flat_and_clipped_parts_change_less_than_texture(photo):
    pixels = np.array(photo("tulips.png", (256, 256)))
    pixels[:100, :128], pixels[:100, 128:] = 255, 90
    stego = np.asarray(LosslessFile().hide(pixels, photo("coffee.jpg", (256, 256))))
    squares = np.square(stego.astype(float) - pixels)
    clipped, flat, texture = squares[8:92, :120].mean(), squares[8:92, 136:].mean(), squares[104:].mean()
    assert clipped < 0.9 * texture and flat < 0.6 * texture


def test_other_pictures_hold_nothing(pair, photo):
    jpeg = io.BytesIO()
    LosslessFile().hide(*pair).save(jpeg, "JPEG", quality=95)
    for picture in (photo("coffee.jpg", (300, 200)), Image.open(jpeg), steg.load("lsb").hide(*pair)):
        with pytest.raises(steg.StegError, match="Nothing is hidden in this picture as in a file"):
            LosslessFile().reveal(picture)


def test_flat_pictures_and_dark_ones_are_not_taken_for_ours(photo):
    dark = np.zeros((300, 300, 3), np.uint8)
    dark[20:80, 20:80] = np.asarray(photo("coffee.jpg", (60, 60)))
    for picture in (np.zeros_like(dark), np.full_like(dark, 255), np.full_like(dark, 1), dark):
        assert recognise(picture) is None
        with pytest.raises(steg.StegError, match="Nothing is hidden in this picture as in a file"):
            LosslessFile().reveal(picture)


def test_a_newer_picture_asks_for_an_update(photo):
    mark = header.Header(LosslessFile.method_id, header.NO_WEIGHTS, (9, 9), version=header.VERSION + 1)
    with pytest.raises(steg.StegError, match="update Steg"):
        LosslessFile().reveal(header.write(np.asarray(photo("coffee.jpg", (64, 64))), mark))


def test_headers_with_senseless_numbers_are_no_trap(photo):
    for length, kind in ((1, 1), (144, 5), (145, 9), (65535, 1), (78, 0), (78, 3), (78, 13), (78, 65535)):
        mark = header.Header(LosslessFile.method_id, header.NO_WEIGHTS, (length, kind))
        with pytest.raises(steg.StegError):
            LosslessFile().reveal(header.write(np.asarray(photo("coffee.jpg", (64, 64))), mark))


def test_the_secret_is_restored_where_that_helps(pair):
    """The bundled network gains a little, at every strength, over what is decoded."""
    network = load_network(RESTORATION)
    for strength in (0, 0.5, 1):
        restored, plain = (
            LosslessFile(restorer=Restorer(lambda: network), asks_for_restoration=True),
            LosslessFile(),
        )
        stego = restored.hide(*pair, strength=strength)
        gain = psnr_of(restored.reveal(stego).image, pair[1]) - psnr_of(plain.reveal(stego).image, pair[1])
        assert gain > 0.02
        assert restored.reveal(stego).message == Status.INTACT.value


def test_without_its_weights_the_method_hides_and_reveals_and_says_what_is_missing(pair, monkeypatch):
    restorer = Restorer(lambda: load_network(RESTORATION))
    stego = LosslessFile(restorer=restorer, asks_for_restoration=True).hide(*pair)
    restored = steg.load("file").reveal(stego)

    def missing(*args, **options):
        raise StegError("The weights are not there.")

    monkeypatch.setattr(steg.methods, "load_network", missing)
    method = steg.load("file")
    revealed = method.reveal(stego)
    assert revealed.status is Status.INTACT and revealed.message.endswith(UNRESTORED)
    assert restored.message == Status.INTACT.value
    assert 0.02 < psnr_of(restored.image, pair[1]) - psnr_of(revealed.image, pair[1]) < 1
    plain = LosslessFile(restorer=Restorer(missing), asks_for_restoration=True).hide(*pair)
    assert steg.load("file").reveal(plain).message == Status.INTACT.value


def test_texts_and_files_need_no_network(photo, monkeypatch):
    def forbidden(*args, **options):
        raise AssertionError("loaded")

    monkeypatch.setattr(steg.methods, "load_network", forbidden)
    method = steg.load("file")
    for secret in (Text("a text"), File("x.bin", bytes(99))):
        assert method.reveal(method.hide(photo("cat.png", (200, 160)), secret)).content == secret


def test_a_description_names_both_sizes():
    assert "own size (30x20)" in LosslessFile.describe((640, 480), (30, 20))
