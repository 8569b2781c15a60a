"""The method file, step by step: what is shown is what the code does."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg.methods.file import LosslessFile
from steg.payload.files import Text
from steg.teaching.trellis_steps import LAYER_COLOURS, SHOWN, _rgb, trellis_steps

METHOD = LosslessFile()
GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture(scope="module")
def cover(photo) -> np.ndarray:
    return np.asarray(photo("tulips.png", (320, 256)))


@pytest.fixture(scope="module")
def stego(cover, photo) -> np.ndarray:
    return np.asarray(METHOD.hide(cover, photo("coffee.jpg", (300, 200))))


@pytest.fixture(scope="module")
def steps(cover, stego):
    return trellis_steps(METHOD, stego, cover)


def numbers(sentence: str) -> list[float]:
    return [float(number) for number in re.findall(r"\d+(?:\.\d+)?", sentence)]


def test_shares_of_changed_samples_are_counted(steps, cover, stego):
    size = np.abs(stego.astype(int) - cover)
    expected = [100 * (size == 0).mean(), 100 * (size == 1).mean(), 100 * (size > 1).mean()]
    assert numbers(steps[0].sentence) == pytest.approx(expected, abs=0.5)
    blocks = dict(map(reversed, steps[0].pictures))["squared change of each block"]
    assert blocks.shape == cover.shape


def test_changes_are_where_they_are_cheapest(steps):
    cheapest, flat = map(float, re.findall(r"(\d\.\d+) (?:where it is|in flat)", steps[1].sentence))
    assert cheapest > 1.4 * flat


def test_blocks_of_clipped_samples_are_spared_but_for_pictures_of_before(cover, photo):
    pixels = cover.copy()
    pixels[:128] = 255
    stego = np.asarray(METHOD.hide(pixels, photo("coffee.jpg", (300, 200))))
    sentence, pictures = trellis_steps(METHOD, stego, pixels)[1]
    assert "that is flat throughout is spared, too" in sentence and "change most" not in sentence
    costs = pictures[0][0]
    assert np.all(costs[:120] == costs[0, 0]) and not np.array_equal(costs[-1, -1], costs[0, 0])
    before = np.asarray(Image.open(GOLDEN / "file.png"))
    assert (
        "a block that is flat throughout has no choice" in trellis_steps(METHOD, before, before)[1].sentence
    )


def test_bits_are_the_same_in_all_blocks(steps, stego):
    assert numbers(steps[2].sentence)[:3] == [1.6, 77, 384]
    rates = dict(map(reversed, steps[2].pictures))["bits a sample"]
    full = (rates == rates[0, 0]).all(2)
    samples = stego.size - 160
    assert 1 - full.mean() < 0.02 and abs(3 * full.sum() - samples // 384 * 384) < 3 * 200


def test_layers_fill_their_share_of_single_samples(steps):
    layers = dict(map(reversed, steps[3].pictures))["layers, in single samples of green"]
    shares = [(layers == _rgb(colour)).all(2).mean() for colour in LAYER_COLOURS.values()]
    assert shares == pytest.approx([2 / 77, 5 / 77, 15 / 77, 55 / 77], abs=0.03)
    assert "2 (blue)" in steps[3].sentence


def test_each_layer_makes_the_secret_better(steps, stego):
    *coarse, (last, caption) = steps[4].pictures
    assert len(coarse) == 3 and caption == "all that is there"
    errors = [np.abs(picture.astype(int) - last).mean() for picture, _ in coarse]
    assert errors == sorted(errors, reverse=True) and errors[-1] > 0
    assert np.array_equal(last, METHOD.reveal(stego).image)


def test_without_a_cover_the_receiver_sees_the_rest(stego):
    assert [step.sentence.split(":")[0] for step in trellis_steps(METHOD, stego)] == [
        "How many bits each region carries",
        "Which samples carry what",
        "What the layers give",
    ]


@pytest.mark.parametrize(
    ("passphrase", "words"), [("x", "locked with the passphrase"), (None, "is no picture")]
)
def test_locked_secrets_and_texts_are_not_shown(cover, passphrase, words):
    stego = np.asarray(LosslessFile(passphrase).hide(cover, Text("Nine.")))
    sentence, pictures = trellis_steps(METHOD, stego)[-1]
    assert words in sentence and pictures == []


def test_small_and_large_pictures_have_their_steps(photo):
    for size in ((16, 16), (1100, 40)):
        cover = photo("tulips.png", size)
        steps = trellis_steps(
            METHOD, np.asarray(METHOD.hide(cover, photo("cat.png", (24, 24)))), np.asarray(cover)
        )
        assert len(steps) == 5 and all(p.dtype == np.uint8 for step in steps for p, _ in step.pictures)
        assert steps[1].pictures[0][0].shape[1] <= SHOWN


def test_other_pictures_have_none(cover):
    with pytest.raises(steg.StegError, match="Nothing is hidden in this picture as in a file"):
        trellis_steps(METHOD, cover, cover)
