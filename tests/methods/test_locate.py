"""Locating: turned, mirrored and bordered stego pictures are found, and what is found is revealed."""

import numpy as np
import pytest
from PIL import Image

import steg
from steg.errors import NothingFoundError
from steg.images.placement import positions
from steg.methods import locate


@pytest.fixture(scope="module")
def stego(photo) -> Image.Image:
    return steg.hide(photo("tulips.png", (120, 90)), photo("cat.png", (60, 40)))


def bordered(image: Image.Image, colour: str = "black") -> Image.Image:
    whole = Image.new("RGB", (image.width + 70, image.height + 45), colour)
    whole.paste(image, (33, 21))
    return whole


@pytest.mark.parametrize("around", [lambda image: image, bordered], ids=["alone", "bordered"])
def test_all_eight_positions_are_revealed_as_intact(stego, around):
    expected = np.asarray(steg.reveal(stego).image)
    for position in positions(np.asarray(stego)):
        revealed = steg.reveal(around(Image.fromarray(np.ascontiguousarray(position))))
        assert revealed.status is steg.Status.INTACT
        assert np.array_equal(revealed.image, expected)


@pytest.mark.parametrize("name", ["predictive", "lsb", "sealed"])
def test_every_method_is_found_when_it_is_turned(photo, name):
    passphrase = "x" if name == "sealed" else None
    pair = photo("tulips.png", (64, 48)), photo("cat.png", (48, 48))
    turned = steg.load(name, passphrase=passphrase).hide(*pair).transpose(Image.Transpose.ROTATE_90)
    assert locate(turned).name == name
    assert steg.reveal(turned, passphrase=passphrase).status is steg.Status.INTACT


def test_a_robust_picture_in_a_jpeg_file_with_a_border(photo, tmp_path):
    method = steg.load("robust")
    sent = method.hide(photo("tulips.png", (320, 240)), steg.Text("Meet me at nine."))
    bordered(sent, "white").save(tmp_path / "a.jpg", quality=90)
    assert steg.reveal(tmp_path / "a.jpg").content == steg.Text("Meet me at nine.")


def test_nothing_is_found_in_other_pictures(photo):
    for image in (photo("coffee.jpg", (90, 60)), bordered(photo("coffee.jpg", (90, 60)))):
        assert locate(image).name is None
        with pytest.raises(NothingFoundError):
            steg.reveal(image)
