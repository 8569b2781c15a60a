"""The loader: what the page keeps, and what it must not keep."""

import pytest

from steg.errors import StegError
from steg.methods import OFFERED
from steg.ui import loader
from steg.weights import CAT_OR_DOG


def test_the_page_offers_every_method_that_hides():
    assert set(loader.LABELS.values()) == set(OFFERED)


def test_methods_and_networks_are_loaded_once():
    assert loader.method() is loader.method("file")
    assert loader.network(CAT_OR_DOG) is loader.network(CAT_OR_DOG)


def test_a_passphrase_is_not_kept_and_never_ignored(photo):
    first, second = loader.method("file", "one"), loader.method("file", "one")
    assert first is not second
    stego = first.hide(photo("tulips.png", (200, 160)), photo("cat.png", (40, 30)))
    assert second.reveal(stego).image.size == (40, 30)
    with pytest.raises(StegError, match="not the passphrase"):
        loader.method("file", "other").reveal(stego)
    with pytest.raises(StegError, match="takes no passphrase"):
        loader.method("predictive", "one")
