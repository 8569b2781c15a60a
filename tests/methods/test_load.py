"""`steg.load`: names and devices, and a sentence for what is not there."""

import pytest

import steg
from steg.methods.base import what_will_happen


def test_the_default_is_the_method_file():
    assert steg.load().name == steg.methods.DEFAULT == "file"
    assert steg.load("invertible").name == "invertible"


def test_all_but_sealed_are_offered_for_hiding_and_those_that_take_a_passphrase_are_named():
    assert set(steg.methods.METHODS) - set(steg.methods.OFFERED) == {"sealed"}
    for name in steg.methods.METHODS:
        if name in steg.methods.LOCKABLE:
            assert steg.load(name, passphrase="x").name == name
        else:
            with pytest.raises(steg.StegError, match=f"The method {name} takes no passphrase"):
                steg.load(name, passphrase="x")


def test_texts_and_files_are_carried_by_the_methods_that_are_named_and_refused_by_the_others(photo):
    cover = photo("tulips.png", (64, 64))
    for name in steg.methods.OFFERED:
        method = steg.load(name)
        if name in steg.methods.CARRY_FILES:
            assert method.reveal(method.hide(cover, steg.Text("x"))).content == steg.Text("x")
        else:
            with pytest.raises(steg.StegError, match="hides pictures only; a text or a file can be hidden"):
                method.hide(cover, steg.File("x", b"x"))


def test_unknown_names_and_devices_end_in_a_sentence():
    with pytest.raises(steg.StegError, match="no method 'magic'; choose one of: file, robust, predictive"):
        steg.load("magic")
    with pytest.raises(steg.StegError, match="'warp' is not available here"):
        steg.load(device="warp")


def test_what_will_happen_is_said_before_hiding():
    assert "come back at 200x50" in what_will_happen((100, 100), (400, 100))
    assert "its own size" in what_will_happen((100, 100), (50, 50))
    assert "same size" in what_will_happen((100, 100), (100, 100))
