"""As a file: what every receiver of the very file gets, with and without a lock, and after damage."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

import steg
from steg import Status, StegError
from steg.embedding import header
from steg.images.metrics import psnr
from steg.methods import is_locked, recognise
from steg.methods.file import UNRESTORED, LosslessFile
from steg.payload.files import File, Text
from steg.payload.restoration import Restorer
from steg.weights import RESTORATION, load_network

LOCKS = pytest.mark.parametrize("passphrase", [None, "correct horse"], ids=["open", "locked"])


@pytest.fixture(scope="module")
def pair(photo) -> tuple[Image.Image, Image.Image]:
    return photo("tulips.png", (256, 256)), photo("coffee.jpg", (300, 200))


@pytest.fixture(scope="module")
def large(photo) -> tuple[Image.Image, Image.Image]:
    return photo("rock_and_lake.png", (512, 512)), photo("coffee.jpg", (512, 512))


def _db(a: Image.Image, b: Image.Image) -> float:
    return psnr(np.asarray(a), np.asarray(b))


def _painted(stego: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """With a filled rectangle, given by left, top, right and bottom."""
    painted = stego.copy()
    ImageDraw.Draw(painted).rectangle(box, fill=(200, 30, 40))
    return painted


def _box_beside_header(size: tuple[int, int], side: int) -> tuple[int, int, int, int]:
    row = header.place(np.zeros((size[1], size[0], 3), np.uint8)).start // (3 * size[0])
    top = row + 8 if row + 8 + side < size[1] else row - 8 - side
    return 60, top, 60 + side, top + side


@LOCKS
@pytest.mark.parametrize(
    ("strength", "floors"), [(0, (53.4, 39)), (0.5, (49.6, 43)), (1, (47.2, 45.5))], ids=["0", "0.5", "1"]
)
def test_round_trip_through_a_png_file(pair, through_png, passphrase, strength, floors):
    cover, secret = pair
    stego = LosslessFile(passphrase).hide(cover, secret, strength=strength)
    revealed = LosslessFile(passphrase).reveal(through_png(stego))
    assert revealed.status is Status.INTACT and revealed.image.size == secret.size
    assert _db(stego, cover) > floors[0] and _db(revealed.image, secret) > floors[1]


def test_cover_and_secret_move_with_the_strength(pair):
    found = []
    for strength in np.linspace(0, 1, 9):
        stego = LosslessFile().hide(*pair, strength=strength)
        found.append((_db(stego, pair[0]), _db(LosslessFile().reveal(stego).image, pair[1])))
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
    assert _db(LosslessFile().hide(pair[0], Text("Nine.")), pair[0]) > 60
    covers = [_db(LosslessFile("x").hide(pair[0], Text("Nine. " * n)), pair[0]) for n in (1, 5000)]
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
    assert revealed.image.size == size and _db(revealed.image, secret) > 27


def test_saturated_covers_do_not_wrap_around(photo):
    pixels = np.array(photo("tulips.png", (200, 200)))
    pixels[:60], pixels[60:120] = 0, 255
    stego = np.asarray(LosslessFile().hide(pixels, photo("cat.png", (100, 100)), strength=1))
    assert np.abs(stego.astype(int) - pixels).max() < 16
    assert LosslessFile().reveal(stego).status is Status.INTACT


@LOCKS
@pytest.mark.parametrize(("share", "floor"), [(0.04, 30), (0.09, 26), (0.2, 22)])
def test_what_is_painted_over_costs_detail(large, passphrase, share, floor):
    stego = LosslessFile(passphrase).hide(*large)
    painted = _painted(stego, _box_beside_header(stego.size, int(512 * share**0.5)))
    revealed = LosslessFile(passphrase).reveal(painted)
    assert revealed.status is Status.CHANGED
    assert "of the picture was changed since: the secret is shown coarser" in revealed.message
    assert _db(revealed.image, large[1]) > floor


def test_a_dot_costs_nothing(large):
    stego = LosslessFile().hide(*large)
    left, top, *_ = _box_beside_header(stego.size, 10)
    revealed = LosslessFile().reveal(_painted(stego, (left, top, left + 5, top + 5)))
    assert revealed.status is Status.CHANGED and "all of the secret could be restored" in revealed.message
    assert np.array_equal(revealed.image, LosslessFile().reveal(stego).image)


@LOCKS
def test_the_header_may_be_painted_over_too(large, passphrase):
    stego = LosslessFile(passphrase).hide(*large)
    row = header.place(np.asarray(stego)).start // (3 * 512)
    painted = _painted(stego, (0, max(0, row - 6), 511, row + 6))
    assert header.read(np.asarray(painted)) is None and recognise(painted) == "file"
    assert is_locked(painted) is (passphrase is not None)
    revealed = LosslessFile(passphrase).reveal(painted)
    assert revealed.status is Status.CHANGED and _db(revealed.image, large[1]) > 30


@pytest.mark.parametrize("kind", ["drawing", "file"])
def test_what_is_of_use_only_as_a_whole_outlives_a_spot_if_there_is_room(large, kind):
    drawing = large[1].quantize(8).convert("RGB").resize((300, 300), Image.Resampling.NEAREST)
    secret = drawing if kind == "drawing" else File("notes.bin", np.random.RandomState(0).bytes(90_000))
    stego = LosslessFile().hide(large[0], secret)
    content = LosslessFile().reveal(_painted(stego, _box_beside_header(stego.size, 102))).content
    assert np.array_equal(content, drawing) if kind == "drawing" else content == secret


def test_flat_and_clipped_parts_change_less_than_texture(photo):
    pixels = np.array(photo("tulips.png", (256, 256)))
    pixels[:100, :128], pixels[:100, 128:] = 255, 90
    stego = np.asarray(LosslessFile().hide(pixels, photo("coffee.jpg", (256, 256))))
    squares = np.square(stego.astype(float) - pixels)
    clipped, flat, texture = squares[8:92, :120].mean(), squares[8:92, 136:].mean(), squares[104:].mean()
    assert clipped < 0.9 * texture and flat < 0.6 * texture


def test_a_text_outlives_much(large):
    stego = LosslessFile("x").hide(large[0], Text("Meet me at nine."))
    painted = _painted(stego, _box_beside_header(stego.size, 230))
    assert LosslessFile("x").reveal(painted).content == Text("Meet me at nine.")


def test_a_wrong_or_missing_passphrase_opens_nothing(pair):
    stego = LosslessFile("correct horse").hide(*pair)
    with pytest.raises(steg.StegError, match="not the passphrase"):
        LosslessFile("Correct horse").reveal(stego)
    with pytest.raises(steg.StegError, match="is locked: type the passphrase"):
        LosslessFile().reveal(stego)
    with pytest.raises(steg.StegError, match=r"not the passphrase .* or too much of the picture was changed"):
        LosslessFile("Correct horse").reveal(_painted(stego, _box_beside_header(stego.size, 20)))


def test_too_much_damage_is_said(pair):
    stego = LosslessFile().hide(*pair)
    box = _box_beside_header(stego.size, 10)
    with pytest.raises(steg.StegError, match="Too much of the picture was changed"):
        LosslessFile().reveal(
            _painted(stego, (0, 0, 255, box[1] - 20) if box[1] > 128 else (0, box[3], 255, 255))
        )


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
        gain = _db(restored.reveal(stego).image, pair[1]) - _db(plain.reveal(stego).image, pair[1])
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
    assert 0.02 < _db(restored.image, pair[1]) - _db(revealed.image, pair[1]) < 1
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
