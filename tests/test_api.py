"""`steg.hide` and `steg.reveal`: the methods they take, what they refuse, and the docstring's example."""

import doctest
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import steg
from steg import api, channels
from steg.images.metrics import psnr
from steg.methods import recognise

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pair(photo):
    return photo("coffee.jpg", (240, 160)), photo("cat.png", (120, 90))


def test_the_example_works(photo, tmp_path, monkeypatch):
    photo("coffee.jpg", (240, 160)).save(tmp_path / "cover.jpg")
    photo("cat.png", (120, 90)).save(tmp_path / "secret.jpg")
    monkeypatch.chdir(tmp_path)
    results = doctest.testmod(api)
    assert results.attempted == 12 and results.failed == 0
    assert (tmp_path / "secret.png").exists()


def test_each_channel_has_its_method_and_reveal_recognises_it(pair):
    cover, secret = pair
    for channel, method, floor in (("file", "file", 39), ("chat", "robust", 25)):
        stego = steg.hide(cover, secret, channel=channel)
        assert recognise(stego) == method
        revealed = steg.reveal(stego)
        assert revealed.status is steg.Status.INTACT and revealed.image.size == secret.size
        assert psnr(np.asarray(revealed.image), np.asarray(secret)) > floor


def test_the_strength_is_passed_on(pair):
    cover, secret = pair[0], pair[0].rotate(180)
    faithful, invisible = (np.asarray(steg.hide(cover, secret, strength=strength)) for strength in (1, 0))
    assert psnr(invisible, np.asarray(cover)) > psnr(faithful, np.asarray(cover)) + 4


def test_a_passphrase_locks(pair):
    stego = steg.hide(*pair, passphrase="open sesame")
    assert recognise(stego) == "file"
    assert steg.reveal(stego, passphrase="open sesame").image.size == pair[1].size
    with pytest.raises(steg.StegError, match="is locked: type the passphrase"):
        steg.reveal(stego)
    with pytest.raises(steg.StegError, match="not the passphrase"):
        steg.reveal(stego, passphrase="open barley")


def test_a_text_for_a_chat_is_locked_too(pair):
    stego = steg.hide(pair[0], steg.Text("Meet me at nine."), channel="chat", passphrase="open sesame")
    sent = channels.jpeg(stego, 80)
    assert steg.reveal(sent, passphrase="open sesame").content == steg.Text("Meet me at nine.")
    with pytest.raises(steg.StegError, match="is locked: type the passphrase"):
        steg.reveal(sent)


def test_an_empty_passphrase_is_no_lock_and_refused(pair):
    stego = steg.hide(*pair)
    for call in (lambda: steg.hide(*pair, passphrase=""), lambda: steg.reveal(stego, passphrase="")):
        with pytest.raises(steg.StegError, match="The passphrase is empty: type one, or leave it out"):
            call()


def test_a_passphrase_without_a_lock_is_not_ignored(pair):
    for stego in (steg.hide(*pair), steg.load("lsb").hide(*pair)):
        with pytest.raises(steg.StegError, match="is not locked: reveal it without a passphrase"):
            steg.reveal(stego, passphrase="open sesame")


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
def test_where_nothing_is_hidden_or_jpeg_destroyed_it_one_sentence_says_so(pair, tmp_path, passphrase):
    steg.hide(*pair, passphrase=passphrase).save(tmp_path / "sent.jpg", quality=95)
    for picture in (pair[0], tmp_path / "sent.jpg"):
        assert recognise(picture) is None
        with pytest.raises(steg.StegError, match=r"Nothing found: .* Ask for the very file"):
            steg.reveal(picture, passphrase=passphrase)


@pytest.mark.parametrize("passphrase", [None, "open sesame"], ids=["open", "locked"])
@pytest.mark.parametrize("secret", [steg.Text("nine \u2603"), steg.File("a.bin", bytes(range(256)))], ids=str)
def test_texts_and_files_come_back(pair, secret, passphrase):
    stego = steg.hide(pair[0], secret, passphrase=passphrase)
    assert steg.reveal(stego, passphrase=passphrase).content == secret


def test_a_file_is_read_with_its_name_and_sentences_say_why_not(tmp_path, monkeypatch):
    (tmp_path / "notes.bin").write_bytes(b"\0abc")
    assert steg.File.from_path(tmp_path / "notes.bin") == steg.File("notes.bin", b"\0abc")
    for path in (tmp_path / "missing", tmp_path):
        with pytest.raises(steg.StegError, match="cannot be opened"):
            steg.File.from_path(path)
    monkeypatch.setattr("steg.payload.files.LARGEST_FILE", 3)
    with pytest.raises(steg.StegError, match=r"notes\.bin is larger than"):
        steg.File.from_path(tmp_path / "notes.bin")


def test_what_does_not_exist_is_refused_with_a_sentence(pair):
    with pytest.raises(steg.StegError, match="no channel 'pigeon'; choose one of: file, chat"):
        steg.hide(*pair, channel="pigeon")


def test_methods_are_loaded_once(pair, monkeypatch):
    stego = steg.hide(*pair)
    monkeypatch.setattr(api, "load", lambda *_, **__: pytest.fail("loaded again"))
    steg.reveal(stego)


def _in_a_new_process(script: str, folder: Path, **environment: str) -> str:
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_", "KMP_"))
    }
    command = [sys.executable, "-c", script]
    options = {"cwd": folder, "env": clean | {"PYTHONPATH": str(ROOT)} | environment, "text": True}
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, **options).stdout.strip()


def test_the_number_of_threads_changes_neither_stego_picture_nor_secret(pair, tmp_path):
    pair[0].save(tmp_path / "cover.png")
    pair[1].save(tmp_path / "secret.png")
    script = (
        "import hashlib, pathlib, steg, torch; stego = steg.hide('cover.png', 'secret.png');"
        "hidden = pathlib.Path('stego.png'); hidden.exists() or stego.save(hidden);"
        "pixels = stego.tobytes() + steg.reveal(hidden).image.tobytes();"
        "print(torch.get_num_threads(), hashlib.sha256(pixels).hexdigest())"
    )
    found = [
        _in_a_new_process(script, tmp_path, OMP_NUM_THREADS=number, OPJ_NUM_THREADS=number).split()
        for number in ("1", "2")
    ]
    assert [threads for threads, _ in found] == ["1", "2"] and found[0][1] == found[1][1]


@pytest.mark.parametrize(
    ("given", "policy"),
    [({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE"), ({"KMP_BLOCKTIME": "0"}, "None")],
    ids=["nothing", "policy", "block time"],
)
def test_threads_wait_passively_unless_the_user_says_how_they_wait(tmp_path, given, policy):
    script = "import os, steg; print(os.environ.get('OMP_WAIT_POLICY'), os.environ.get('OMP_NUM_THREADS'))"
    assert _in_a_new_process(script, tmp_path, OMP_NUM_THREADS="1", **given) == f"{policy} 1"


def test_jpeg_2000_is_coded_in_threads_unless_the_user_says_in_how_many(tmp_path):
    script = "import os, steg; print(os.environ['OPJ_NUM_THREADS'])"
    assert int(_in_a_new_process(script, tmp_path)) >= 1
    assert _in_a_new_process(script, tmp_path, OPJ_NUM_THREADS="7") == "7"


def test_pictures_are_taken_as_paths_bytes_and_file_objects(pair, tmp_path):
    path = tmp_path / "cover.png"
    pair[0].save(path)
    expected = steg.hide(path, steg.Text("nine")).tobytes()
    data = path.read_bytes()
    with open(path, "rb") as file:
        for source in (str(path), data, bytearray(data), memoryview(data), io.BytesIO(data), file):
            assert steg.hide(source, steg.Text("nine")).tobytes() == expected
    buffer = io.BytesIO()
    steg.hide(data, io.BytesIO(data)).save(buffer, "PNG")
    assert steg.reveal(buffer.getvalue()).image.size == pair[0].size


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (None, "has to be a path, bytes, a file object, a PIL image or an array, not NoneType"),
        (7, "not int"),
        ([], "not list"),
        (b"", "is empty"),
        (io.BytesIO(), "is empty"),
        (b"x", "not a picture"),
        (io.StringIO("x"), "in text mode; open it in binary mode"),
        ("a\0b", "cannot be opened"),
        ("\ud800", "cannot be opened"),
        ("a" * 300, "cannot be opened: File name too long"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_picture_is_refused_with_a_sentence(source, sentence):
    for call in (steg.reveal, lambda source: steg.hide(source, steg.Text("x"))):
        with pytest.raises(steg.StegError, match=sentence):
            call(source)


def test_file_objects_that_cannot_be_read_are_refused_with_a_sentence(pair, tmp_path):
    pair[0].save(tmp_path / "cover.png")
    with open(tmp_path / "cover.png") as text, pytest.raises(steg.StegError, match="binary mode"):
        steg.reveal(text)
    with pytest.raises(steg.StegError, match="cannot be read: I/O operation on closed file"):
        steg.reveal(text)


@pytest.mark.parametrize("passphrase", ["\ud800", "a\udcff", b"bytes", 7])
def test_a_passphrase_is_a_text(pair, passphrase):
    with pytest.raises(steg.StegError, match=r"The passphrase (is no text in UTF-8|has to be a text)"):
        steg.hide(*pair, passphrase=passphrase)
