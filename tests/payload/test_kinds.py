"""Kinds of payload: pictures, texts and files in layers, with and without a lock, and hostile layers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload import container, kinds, lock
from steg.payload.files import File, Text
from steg.payload.jpeg2000 import DAMAGED

STEGO, CAPACITIES, FOR_FILES = (320, 240), [600, 900, 0, 4000], 2
TEXT, FILE = Text("Meet me at nine. " * 9), File("notes.bin", np.random.RandomState(0).bytes(1300))
SENTENCES = {DAMAGED, lock.NEEDS_PASSPHRASE, lock.NOT_LOCKED, lock.WRONG_PASSPHRASE, kinds.NO_PICTURE}


@pytest.fixture(scope="module")
def picture(photo) -> Image.Image:
    return photo("cat.png", STEGO)


def packed(content: container.Content, passphrase: str | None = None) -> list[bytes]:
    layers = kinds.pack(content, STEGO, CAPACITIES, FOR_FILES, passphrase)
    assert layers is not None
    assert all(len(layer) <= size for layer, size in zip(layers, CAPACITIES, strict=True))
    return [layer.ljust(size, b"\0") for layer, size in zip(layers, CAPACITIES, strict=True)]


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
@pytest.mark.parametrize("content", [TEXT, FILE])
def test_texts_and_files_come_back_from_the_layers_that_are_for_them(content, passphrase):
    layers = packed(content, passphrase)
    opened = kinds.open_(layers[:FOR_FILES], passphrase)
    assert kinds.is_file(opened[0]) and kinds.read_file(opened) == content
    with pytest.raises(StegError, match=r"no picture in its layers"):
        kinds.read_picture(opened, len(CAPACITIES), STEGO)


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_of_a_picture_the_first_layers_suffice_for_a_coarse_one(picture, passphrase):
    layers = packed(picture, passphrase)
    db = []
    for count in (1, 2, 4):
        opened = kinds.open_(layers[:count], passphrase)
        assert len(opened) == count and not kinds.is_file(opened[0])
        secret, size = kinds.read_picture(opened, len(CAPACITIES), STEGO)
        db.append(psnr(np.asarray(secret.resize(STEGO)), np.asarray(picture)))
        assert size == STEGO
    assert db == sorted(db) and db[-1] > db[0] + 3


def test_a_file_of_which_a_layer_is_missing_is_damaged():
    with pytest.raises(StegError, match="damaged"):
        kinds.read_file(packed(FILE)[:1])


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_what_is_too_long_for_the_layers_that_are_for_files_is_not_packed(passphrase):
    most = kinds.room_for_files(CAPACITIES, FOR_FILES, bool(passphrase))
    random = np.random.RandomState(1).bytes(1600)
    overhead = len(container.exact(File("a", random), [9999]) or b"") - len(random)
    fits, too_long = File("a", random[: most - overhead]), File("a", random[: most - overhead + 1])
    assert kinds.read_file(kinds.open_(packed(fits, passphrase), passphrase)) == fits
    assert kinds.pack(too_long, STEGO, CAPACITIES, FOR_FILES, passphrase) is None
    assert kinds.pack(TEXT, STEGO, [20, 9], FOR_FILES, passphrase) is None


def test_nothing_in_clear_tells_what_is_locked(picture):
    layers = [packed(content, "open sesame") for content in (picture, TEXT, FILE)]
    shown = len(kinds.MARK) + 1
    assert {first[:shown] for first, *_ in layers} == {b"\0\0\2"}
    for of_one in layers:  # salt, filled layers and tags look random
        data = np.frombuffer(b"".join(of_one)[shown:], np.uint8)
        counts = np.bincount(data >> 4, minlength=16)
        assert counts.min() > 0.75 * len(data) / 16 and counts.max() < 1.25 * len(data) / 16


def test_each_lock_is_another_one():
    one, other = packed(TEXT, "open sesame"), packed(TEXT, "open sesame")
    assert one[0][3:] != other[0][3:] and one[1] != other[1]


@pytest.mark.parametrize(("locked_with", "passphrase", "match"), [
    ("open sesame", "Open sesame", "not the passphrase"),
    ("open sesame", None, "type the passphrase"),
    (None, "open sesame", "not locked"),
])  # fmt: skip
def test_a_wrong_missing_or_needless_passphrase_has_its_sentence(picture, locked_with, passphrase, match):
    for content in (TEXT, picture):
        with pytest.raises(StegError, match=match):
            kinds.open_(packed(content, locked_with), passphrase)


def test_layers_after_one_that_cannot_be_opened_are_left_out():
    layers = packed(TEXT, "open sesame")
    layers[1] = bytes(len(layers[1]))
    assert len(kinds.open_(layers, "open sesame")) == 1


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.binary(max_size=60), min_size=1, max_size=5),
    st.sampled_from(
        [b"", b"\0\0", b"\0\0\2", b"\0\0\x11\0", b"\0\0\x12\1", b"\0\0\x10\0", b"\0\x10\0\x10\0"]
    ),
    st.booleans(),
)
def test_hostile_layers_end_in_a_sentence(layers, begin, passphrase):
    layers = [begin + layers[0], *layers[1:]]
    if kinds.is_locked(layers[0]) and passphrase:
        return  # nobody can make these without the passphrase: see below
    assert_ends_in_a_sentence(layers, "pw" if passphrase else None)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=60), min_size=2, max_size=3), st.sampled_from([b"", b"\0\0"]))
def test_hostile_layers_inside_a_lock_end_in_a_sentence(layers, begin):
    layers = [begin + layers[0], *layers[1:]]
    sizes = [len(part) + 40 for part in layers]
    first, *others = lock.close(layers, sizes, "pw")
    assert_ends_in_a_sentence([kinds.MARK + first, *others], "pw")


def assert_ends_in_a_sentence(layers: list[bytes], passphrase: str | None) -> None:
    try:
        opened = kinds.open_(layers, passphrase)
        if kinds.is_file(opened[0]):
            assert isinstance(kinds.read_file(opened), Text | File)
        else:
            secret, size = kinds.read_picture(opened, 5, STEGO)
            assert secret.width * secret.height <= STEGO[0] * STEGO[1] and min(size) > 0
    except StegError as error:
        assert str(error) in SENTENCES or "newer version" in str(error)
