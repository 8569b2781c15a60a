"""The steps with trained networks, and the trained detectors of Look inside, without a server."""

import re

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.ui import examples, loader
from steg.ui.inspect import trained_detectors as detectors
from steg.ui.learn import SLUGS, autoencoder, classifier, hiding, last_layer
from steg.weights import CAT_OR_DOG, STEGO_OR_CLEAN


@pytest.fixture
def pixels(photo) -> np.ndarray:
    return np.asarray(photo("tulips.png", (300, 200)))


@pytest.fixture
def patch(photo, tmp_path) -> str:
    photo("cat.png", (64, 64)).save(tmp_path / "patch.png")
    return str(tmp_path / "patch.png")


def test_the_steps_are_in_the_walk():
    assert SLUGS[5:8] == ["classifier", "autoencoder", "hiding"]


def test_cat_or_dog_is_asked_about_the_whole_picture(pixels):
    answer, second, hidden, seen, saliency, about, patch = classifier.answer_about(pixels, CAT_OR_DOG)
    assert set(answer) == {"cat", "dog"} and sum(answer.values()) == pytest.approx(1)
    assert Image.open(patch).size == (64, 64) and Image.open(seen).size == Image.open(saliency).size == (
        256,
        256,
    )
    assert not second.visible and not hidden.visible and "one unseen picture in" in about


def test_the_detector_of_look_inside_is_asked_beside_the_small_network(photo):
    pixels, said = np.asarray(photo("rock_and_lake.png")), []
    for picture in (pixels, classifier.hide_ours(pixels, "lsb")):
        answer, detector, dropdown, *_ = classifier.answer_about(picture, STEGO_OR_CLEAN)
        assert set(answer) == {"clean", "hides something"} and detector.visible and dropdown.visible
        said.append(detector.value["label"])
    assert said == ["Nothing noticed", "Hides something"]


def test_a_small_picture_gets_a_sentence(photo):
    with pytest.raises(StegError, match="choose a larger one"):
        classifier.answer_about(np.asarray(photo("cat.png", (40, 40))), STEGO_OR_CLEAN)


@pytest.mark.parametrize(("layer", "filters", "side"), [(1, 16, 64), (4, 128, 8)])
def test_feature_maps_fit_in_one_picture(patch, layer, filters, side):
    picture, sentence = classifier.maps_of(patch, CAT_OR_DOG, layer)
    assert Image.open(picture).width > 900
    assert f"{filters} filters, and each made a map of {side}x{side}" in sentence


def test_each_map_has_its_place_on_the_sheet():
    maps = np.zeros((16, 64, 64), np.float32)
    maps[9, 3, 5] = 2.0
    sheet = classifier.sheet(maps)
    brightest = np.argwhere(sheet[..., 0] - sheet[..., 2].astype(int) > 100)
    cell = 2 * 64 + 2
    assert sheet.shape == (2 * cell, 8 * cell, 3)
    assert brightest.min(0).tolist() == [cell + 6, cell + 10] and len(brightest) == 4


def test_the_last_layer_is_trained_before_ones_eyes(patch, monkeypatch):
    monkeypatch.setattr(last_layer.time, "sleep", lambda _: None)
    frames = list(last_layer.train_again(patch, CAT_OR_DOG, 0.1))
    assert len(frames) == last_layer.FRAMES + 1
    assert "Step 0:" in frames[0][0] and f"Step {last_layer.STEPS}:" in frames[-1][0]
    learnt, unseen = map(int, re.findall(r"\*\*(\d+)%\*\*", frames[-1][0]))
    assert learnt > 95 and 55 < unseen < learnt - 10  # it knows by heart what it learnt from
    assert next(last_layer.train_again(None, CAT_OR_DOG, 0.1))[0].startswith("**Choose a picture first")


def test_a_wider_bottleneck_gives_a_better_picture(pixels):
    found = {}
    for width in (1, 64):
        sentence, before, _, after = autoencoder.squeezed(pixels, width)
        before, after = (np.asarray(Image.open(path)) for path in (before, after))
        assert before.shape == after.shape == (200, 296, 3)
        found[width] = psnr(before, after)
        assert f"{found[width]:.1f} dB" in sentence and f"**{width}**" in sentence
    assert found[64] > found[1] + 5


def test_a_training_shows_frames_until_it_is_stopped(patch, monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr(hiding.time, "monotonic", lambda: next(clock))  # so that a step takes a second
    controls = hiding.Controls()
    training = hiding.watch(patch, str(examples.SECRET), controls)
    first, second = next(training), next(training)
    assert set(first["pictures"]) == set(hiding.FRAMES) and len(second["curve"]) == 2
    assert first["pictures"]["cover"] == second["pictures"]["cover"] != second["pictures"]["stego"]
    hiding.stop_training(controls)
    assert "Ended after 3 s and 3 steps" in list(training)[-1]["says"]
    assert list(hiding.watch(patch, None, controls)) == [{"says": "<b>Choose a secret first.</b>"}]


def test_a_training_ends_after_a_minute(patch, monkeypatch):
    clock = iter(range(0, 1000, 25))
    monkeypatch.setattr(hiding.time, "monotonic", lambda: next(clock))
    frames = list(hiding.watch(patch, str(examples.SECRET), hiding.Controls()))
    assert len(frames) == 3 and "Ended after 75 s" in frames[-1]["says"]


def test_channels_are_drawn_side_by_side():
    code = np.zeros((3, 4, 6), np.float32)
    code[2, 0, 0], code[2, 3, 5] = 1.0, -1.0
    picture = autoencoder.channels(code, side=24)
    cell = 4 * 2 + 2, 6 * 2 + 2
    assert picture.shape == (2 * cell[0], 2 * cell[1], 3)
    orange, blue = [255, 195, 138], [138, 209, 255]
    assert [picture[place].tolist() for place in ((cell[0], 0), (cell[0] + 6, 10))] == [orange, blue]
    assert picture[:8, :12].max() < 4  # a channel without anything in it is black


@pytest.mark.parametrize("name", autoencoder.METHODS.values())
def test_two_pictures_share_the_stego_picture(photo, tmp_path, name):
    photo("tulips.png", (200, 200)).save(tmp_path / "picture.png")
    sentence, stego, revealed = autoencoder.hide_and_reveal(str(tmp_path / "picture.png"), name)
    assert "3 numbers a pixel" in sentence
    cover = np.asarray(Image.open(tmp_path / "picture.png"))
    assert psnr(cover, np.asarray(Image.open(stego))) > 15
    assert Image.open(revealed).size == Image.open(examples.SECRET).size or Image.open(revealed).width > 100


def test_look_inside_shows_what_the_detector_says(photo):
    pixels = np.asarray(photo("rock_and_lake.png"))
    stego = np.asarray(loader.method("lsb").hide(pixels, examples.SECRET))
    sentence, table = detectors.judged(stego, pixels)
    assert "**Hides something**" in sentence and "| stego | **hides something** |" in table
    assert "| cover | **nothing noticed** |" in table
    assert "larger" in detectors.judged(pixels[:40], None)[0]
