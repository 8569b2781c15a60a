"""`steg.load`: names and devices, and a sentence for what is not there."""

import pytest

import steg
from steg.methods.base import what_will_happen


def test_the_default_is_the_predictive_network(method):
    assert method.name == "predictive"
    assert type(steg.load("predictive")) is type(method)
    assert steg.load("invertible").name == "invertible"


def test_unknown_names_and_devices_end_in_a_sentence():
    with pytest.raises(steg.StegError, match="no method 'magic'; choose one of: predictive, robust"):
        steg.load("magic")
    with pytest.raises(steg.StegError, match="'warp' is not available here"):
        steg.load(device="warp")


def test_what_will_happen_is_said_before_hiding():
    assert "come back at 200x50" in what_will_happen((100, 100), (400, 100))
    assert "its own size" in what_will_happen((100, 100), (50, 50))
    assert "same size" in what_will_happen((100, 100), (100, 100))
