"""The robust method with a lock, and with texts and files, through real JPEG files."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg import Status, channels
from steg.embedding import header
from steg.images.metrics import psnr
from steg.methods import is_locked, recognise
from steg.methods.chat.synchronization import synchronise
from steg.payload import lock

SIZE, PASSPHRASE = (384, 320), "open sesame"
TEXT = steg.Text("Meet me at the old harbour at a quarter past nine, and bring the blue folder. " * 2)
FILE = steg.File("notes.bin", np.random.RandomState(0).bytes(700))


@pytest.fixture(scope="module")
def secrets(photo) -> dict[str, Image.Image | steg.Text | steg.File]:
    return {"picture": photo("astronaut.jpg", SIZE), "text": TEXT, "file": FILE}


@pytest.fixture(scope="module")
def locked() -> steg.Method:
    return steg.load("robust", passphrase=PASSPHRASE)


@pytest.fixture(scope="module")
def stego(photo, secrets, locked) -> dict[tuple[str, bool], Image.Image]:
    """Stego pictures of each kind of secret, without and with a lock."""
    cover = photo("flower_meadow.png", SIZE)
    each = {False: steg.load("robust"), True: locked}
    pairs = itertools.product(secrets, each)
    return {(kind, lock): each[lock].hide(cover, secrets[kind]) for kind, lock in pairs}


def sent(image: Image.Image, path: Path, quality: int) -> Path:
    image.save(path, quality=quality, subsampling=2)
    return path


def test_a_cover_that_is_too_small_for_a_short_payload_has_layers(photo, through_png):
    stego = steg.load("robust").hide(photo("flower_meadow.png", (200, 160)), steg.Text("Meet me at nine."))
    assert steg.reveal(through_png(stego)).content == steg.Text("Meet me at nine.")


@pytest.mark.parametrize("lock", [False, True])
@pytest.mark.parametrize("kind", ["text", "file"])
def test_texts_and_files_outlive_jpeg_75_and_arrive_whole(stego, secrets, tmp_path, kind, lock):
    path = sent(stego[kind, lock], tmp_path / "sent.jpg", 75)
    assert recognise(path) == "robust" and is_locked(Image.open(path)) is lock
    revealed = steg.reveal(path, passphrase=PASSPHRASE if lock else None)
    assert revealed.content == secrets[kind] and revealed.status is Status.MARKED
    assert "every byte is as it was hidden" in revealed.message
    with pytest.raises(steg.StegError, match=rf"is a {kind} and no picture"):
        _ = revealed.image


@pytest.mark.parametrize("lock", [False, True])
def test_in_a_png_file_they_are_intact(stego, secrets, through_png, lock):
    for kind, secret in secrets.items():
        revealed = steg.reveal(through_png(stego[kind, lock]), passphrase=PASSPHRASE if lock else None)
        assert revealed.status is Status.INTACT
        if kind != "picture":
            assert revealed.content == secret


@pytest.mark.parametrize(("percent", "quality", "least"), [(100, 75, 22.6), (50, 90, 18)])
def test_a_locked_picture_comes_back_coarser_where_finer_layers_are_lost(
    stego, secrets, locked, tmp_path, percent, quality, least
):
    smaller = channels.resize_and_back(stego["picture", True], percent)
    revealed = locked.reveal(sent(smaller, tmp_path / "sent.jpg", quality))
    assert "layers arrived" in revealed.message
    assert psnr(np.asarray(revealed.image), np.asarray(secrets["picture"])) > least


def test_a_crop_opens_too(stego, secrets, locked):
    cropped = channels.jpeg(stego["picture", True].crop((21, 13, 384, 320)), 95)
    revealed = locked.reveal(cropped)
    assert is_locked(cropped) and "was cut off" in revealed.message
    assert psnr(np.asarray(revealed.image), np.asarray(secrets["picture"])) > 18


def test_an_unlocked_picture_loses_nothing_and_a_locked_one_little(stego, secrets, locked):
    shown = [steg.load("robust").reveal(stego["picture", False]), locked.reveal(stego["picture", True])]
    open_db, locked_db = (psnr(np.asarray(each.image), np.asarray(secrets["picture"])) for each in shown)
    assert locked_db > open_db - 0.3


@pytest.mark.parametrize("kind", ["picture", "text", "file"])
def test_wrong_missing_and_needless_passphrases_have_their_sentences(stego, kind):
    received = channels.jpeg(stego[kind, True], 80)
    with pytest.raises(steg.StegError, match=r"is locked: type the passphrase"):
        steg.reveal(received)
    with pytest.raises(steg.StegError, match=r"not the passphrase"):
        steg.reveal(received, passphrase="open barley")
    with pytest.raises(steg.StegError, match=r"not locked: reveal it without"):
        steg.reveal(channels.jpeg(stego[kind, False], 80), passphrase=PASSPHRASE)


def test_a_key_is_derived_once_for_each_picture(stego, locked, monkeypatch):
    derived, key = [], lock._key
    monkeypatch.setattr(lock, "_key", lambda *of: derived.append(of) or key(*of))
    locked.reveal(channels.jpeg(stego["picture", True].crop((64, 64, 384, 320)), 90))
    assert len(derived) == 1
    with pytest.raises(steg.StegError):
        steg.load("robust", passphrase="open barley").reveal(stego["text", True])
    assert len(derived) == 2


def test_neither_header_nor_watermark_tells_what_is_locked(stego):
    marks = [header.read(np.asarray(stego[kind, True])) for kind in ("picture", "text", "file")]
    assert len(set(marks)) == 1 and marks[0].size == (1, lock.LOCKED)
    found = [
        synchronise(channels.jpeg(stego[kind, True], 80)).watermark for kind in ("picture", "text", "file")
    ]
    assert len(set(found)) == 1 and found[0].locked
    assert not synchronise(channels.jpeg(stego["picture", False], 80)).watermark.locked


def test_a_locked_text_changes_the_cover_as_a_picture_does(stego, photo):
    cover = np.asarray(photo("flower_meadow.png", SIZE))
    db = {kind: psnr(np.asarray(stego[kind, True]), cover) for kind in ("picture", "text", "file")}
    assert max(db.values()) - min(db.values()) < 0.1
    assert psnr(np.asarray(stego["text", False]), cover) > db["text"] + 0.6


def test_a_text_of_200_characters_outlives_jpeg_40_at_half_the_size(photo):
    text = steg.Text((TEXT.text * 2)[:200])
    stego = steg.hide(photo("flower_meadow.png", (768, 512)), text, channel="chat")
    for quality, marked in ((40, True), (20, False)):  # it outlives the watermark
        half = channels.jpeg(channels.resize(stego, 50), quality)
        assert (synchronise(half).watermark is not None) == marked
        assert steg.reveal(half).content == text


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_the_capacity_is_kept_and_more_is_refused_with_how_much_fits(photo, passphrase):
    method, cover = steg.load("robust", passphrase=passphrase), photo("coffee.jpg", (256, 200))
    random = np.random.RandomState(3).bytes(9000)
    fits = steg.File("a", random[: method.capacity(cover.size) - 12])  # beside name and lengths
    assert len(fits.data) > 200
    assert method.reveal(channels.jpeg(method.hide(cover, fits), 75)).content == fits
    with pytest.raises(
        steg.StegError, match=r"can carry [\d,]+ bytes that outlive JPEG of quality 75"
    ) as refused:
        method.hide(cover, steg.File("a", random))
    most = int(str(refused.value).split(" can carry ")[1].split(" ")[0].replace(",", ""))
    assert most >= method.capacity(cover.size)
    exactly = steg.File("a", random[: most - 12])
    assert method.reveal(channels.jpeg(method.hide(cover, exactly), 75)).content == exactly


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_the_smallest_covers_carry_a_few_letters_or_refuse(photo, through_png, passphrase):
    method = steg.load("robust", passphrase=passphrase)
    random = np.random.RandomState(3).bytes(5000)
    for size, outlives in (
        ((40, 30), "arrive in a lossless file"),
        ((160, 80), "outlive JPEG of quality 75"),
    ):
        cover = photo("coffee.jpg", size)
        assert method.reveal(through_png(method.hide(cover, steg.Text("Hi")))).content == steg.Text("Hi")
        with pytest.raises(steg.StegError, match=rf"can carry [\d,]+ bytes that {outlives}"):
            method.hide(cover, steg.File("a", random))
    with pytest.raises(steg.StegError, match="Choose another cover"):
        method.hide(np.full((16, 16, 3), 255, np.uint8), TEXT)


def test_what_becomes_of_a_text_is_said_before(locked):
    said = locked.describe((2000, 1000), None)
    assert "outlives JPEG of quality 75" in said and "made smaller, to 1280x640" in said


def test_an_empty_text_and_a_name_with_folders_come_back(photo):
    cover, method = photo("coffee.jpg", (256, 200)), steg.load("robust")
    assert method.reveal(channels.jpeg(method.hide(cover, steg.Text("")), 50)).content == steg.Text("")
    stego = method.hide(cover, steg.File("../../a/b.txt", b"12"))
    assert method.reveal(channels.jpeg(stego, 50)).content == steg.File("b.txt", b"12")


def test_there_are_no_pictures_in_the_layers_of_a_text(stego, locked):
    with pytest.raises(steg.StegError, match="no picture in its layers"):
        locked.layers_in(stego["text", True])
    assert len(locked.layers_in(stego["picture", True])) == 6
