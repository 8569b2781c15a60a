"""`steg.hide` and `steg.reveal`: the methods they take, what they refuse, and the docstring's example."""

import doctest

import numpy as np
import pytest

import steg
from steg import api
from steg.images.metrics import psnr
from steg.methods import recognise


@pytest.fixture(scope="module")
def pair(photo):
    return photo("coffee.jpg", (240, 160)), photo("cat.png", (120, 90))


def test_the_example_works(photo, tmp_path, monkeypatch):
    photo("coffee.jpg", (240, 160)).save(tmp_path / "cover.jpg")
    photo("cat.png", (120, 90)).save(tmp_path / "secret.jpg")
    monkeypatch.chdir(tmp_path)
    results = doctest.testmod(api)
    assert results.attempted == 6 and results.failed == 0
    assert (tmp_path / "secret.png").exists()


def test_each_channel_has_its_method_and_reveal_recognises_it(pair):
    cover, secret = pair
    for channel, method, floor in (("file", "predictive", 35), ("chat", "robust", 25)):
        stego = steg.hide(cover, secret, channel=channel)
        assert recognise(stego) == method
        revealed = steg.reveal(stego)
        assert revealed.status is steg.Status.INTACT and revealed.image.size == secret.size
        assert psnr(np.asarray(revealed.image), np.asarray(secret)) > floor


def test_the_strength_is_passed_on(pair):
    faithful, invisible = (np.asarray(steg.hide(*pair, strength=strength)) for strength in (1, 0))
    assert psnr(invisible, np.asarray(pair[0])) > psnr(faithful, np.asarray(pair[0])) + 4


def test_a_passphrase_locks(pair):
    stego = steg.hide(*pair, passphrase="open sesame")
    assert recognise(stego) == "sealed"
    assert steg.reveal(stego, passphrase="open sesame").image.size == pair[1].size
    with pytest.raises(steg.StegError, match="This picture is sealed: give the passphrase"):
        steg.reveal(stego)
    with pytest.raises(steg.StegError, match="not the passphrase"):
        steg.reveal(stego, passphrase="open barley")


def test_an_empty_passphrase_is_no_lock_and_refused(pair):
    for call in (lambda: steg.hide(*pair, passphrase=""), lambda: steg.reveal(pair[0], passphrase="")):
        with pytest.raises(steg.StegError, match="needs a passphrase"):
            call()


def test_a_passphrase_without_a_lock_is_not_ignored(pair):
    with pytest.raises(steg.StegError, match="Nothing is sealed in this picture"):
        steg.reveal(pair[0], passphrase="open sesame")


def test_what_does_not_exist_is_refused_with_a_sentence(pair):
    with pytest.raises(steg.StegError, match="no channel 'pigeon'; choose one of: file, chat"):
        steg.hide(*pair, channel="pigeon")
    with pytest.raises(steg.StegError, match="for a chat cannot be locked with a passphrase yet"):
        steg.hide(*pair, channel="chat", passphrase="open sesame")


def test_methods_are_loaded_once(pair, monkeypatch):
    steg.reveal(pair[0])
    monkeypatch.setattr(api, "load", lambda *_, **__: pytest.fail("loaded again"))
    steg.reveal(pair[0])
