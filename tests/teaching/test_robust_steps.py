"""The method robust, step by step: what is shown is what it wrote, and what channels leave of it."""

import numpy as np
import pytest
from PIL import Image

import steg
from steg.channels import CHANNELS
from steg.methods.chat.layers import layers_for
from steg.networks.carriers import BITS
from steg.teaching.robust_steps import CELL, LOCKED, NO_LAYERS, channel_steps, robust_steps

SIZE = 264, 256


@pytest.fixture(scope="module")
def robust() -> steg.Method:
    return steg.load("robust")


@pytest.fixture(scope="module")
def stego(photo, robust) -> Image.Image:
    return robust.hide(photo("tulips.png", SIZE), photo("cat.png", SIZE))


def shades(picture: np.ndarray) -> np.ndarray:
    return picture.astype(int).sum(2)


def test_it_writes_where_jpeg_rounds_least(photo, robust, stego):
    waves, regions, contents = robust_steps(robust, stego, np.asarray(photo("tulips.png", SIZE)))
    assert "multiples of 5 (dark) to 61 levels" in waves.sentence  # of the standard's table at quality 75
    pictures = dict(map(reversed, waves.pictures))
    rounding, changed = (shades(pictures[f"{name} brightness"]) for name in ("JPEG rounds", "changed in"))
    assert changed[:96, :96].mean() > changed[160:, 160:].mean() + 30
    assert rounding[:96, :96].mean() < rounding[160:, 160:].mean() - 30
    assert "bits of all 5 layers" in regions.sentence and len(regions.pictures) == 4
    assert "of 5 layers 5 arrived" in contents.sentence
    assert [name for _, name in contents.pictures] == [
        "layer 1 alone",
        *(f"layers 1 to {last}" for last in range(2, 6)),
        "as revealed",
    ]


def test_without_the_cover_it_shows_what_needs_none(robust, stego):
    waves, regions, _ = robust_steps(robust, stego)
    assert "Add the cover" in waves.sentence and [len(s.pictures) for s in (waves, regions)] == [2, 3]


def test_every_wave_shows_the_layers_of_its_bits(robust, stego):
    table = robust_steps(robust, stego)[1].pictures[0][0]
    cells = table.reshape(8, CELL, 8, CELL, 3).transpose(0, 2, 1, 3, 4)
    assert not cells[0, 0].any()  # the mean of a block carries nothing
    colours = {tuple(pixel) for pixel in cells[0, 1][4]}  # a row above the digits
    of_first = {n for n, layer in enumerate(layers_for(33 * 32)) for c, _ in layer.bit_levels if c == 0}
    assert len(colours - {(0, 0, 0)}) == len(of_first)


def test_a_harsher_channel_leaves_fewer_bits_and_layers(robust, stego):
    channels = {
        "gentle": CHANNELS["jpeg95"],
        "harsh": CHANNELS["jpeg62"],
        "hopeless": CHANNELS["half-jpeg90"],
    }
    regions, layers = list(channel_steps(robust, stego, channels))[-1]
    left = [float(caption.split(": ")[1].split()[0]) for _, caption in regions.pictures]
    assert sum(BITS) > left[0] > left[1] > left[2] > left[3] >= 0
    brightness = [shades(picture).mean() for picture, _ in regions.pictures]
    assert brightness == sorted(brightness, reverse=True)
    captions = [caption for _, caption in layers.pictures]
    assert captions[0] == "as it is: layers 1 to 5 of 5" and "of 5" in captions[1]
    assert captions[3] == "hopeless: nothing; this arrived"


def test_what_is_no_open_picture_has_no_pictures_in_its_layers(photo, robust):
    cover = photo("tulips.png", SIZE)
    locked = steg.load("robust", passphrase="open sesame").hide(cover, photo("cat.png", SIZE))
    text = robust.hide(cover, steg.Text("Meet me at nine."))
    for stego, sentence in ((locked, LOCKED), (text, NO_LAYERS)):
        assert robust_steps(robust, stego)[-1] == (sentence, [])
    (_, first), *_ = channel_steps(robust, locked, {})
    assert first.pictures[0][1] == "as it is: layers 1 to 5 of 5"
