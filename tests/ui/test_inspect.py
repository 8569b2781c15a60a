"""Look inside: what its sections compute for the page, without a server."""

import gradio as gr
import numpy as np
import pytest

import steg
from steg.steganalysis.residual import compute_residual
from steg.ui import inspect
from steg.ui.inspect import at_work, changed, loupe, planes, reading, trained_detectors
from steg.ui.inspect.changed import picture_of, sentence
from steg.ui.inspect.loupe import ENLARGED, SIDE
from steg.ui.inspect.planes import plane_of


@pytest.fixture
def files(photo, method, tmp_path) -> dict[str, str]:
    """Paths of a cover, a secret, and stego pictures of two methods."""
    cover, secret = photo("tulips.png", (300, 200)), photo("cat.png", (300, 200))
    pictures = {"cover": cover, "secret": secret, "stego": method.hide(cover, secret)}
    pictures["lsb"] = steg.load("lsb").hide(cover, secret)
    for name, picture in pictures.items():
        picture.save(tmp_path / f"{name}.png")
    return {name: str(tmp_path / f"{name}.png") for name in pictures}


def test_pictures_are_read_to_fit_together(files, photo, tmp_path):
    photo("cat.png", (50, 90)).save(tmp_path / "small.png")
    stego, cover, secret = reading.read(files["stego"], files["cover"], str(tmp_path / "small.png"))
    assert stego.shape == cover.shape == secret.shape == (200, 300, 3)
    assert reading.read(files["stego"])[1:] == (None, None)
    with pytest.raises(steg.StegError, match="Choose a stego picture first"):
        reading.read(None)
    photo("tulips.png", (2400, 1600)).save(tmp_path / "large.png")
    steg.load("robust").hide(tmp_path / "large.png", files["secret"]).save(tmp_path / "sent.png")
    stego, cover, _ = reading.read(str(tmp_path / "sent.png"), str(tmp_path / "large.png"))
    assert stego.shape == cover.shape and np.abs(stego.astype(int) - cover).mean() < 8
    with pytest.raises(steg.StegError, match="very cover that it was made from"):
        reading.read(files["stego"], str(tmp_path / "small.png"))


def test_errors_of_a_section_are_sentences(files):
    with pytest.raises(gr.Error, match="Choose a stego picture first"):
        reading.reader(lambda *_: None)(None, None, None)


def test_of_large_pictures_the_middle_is_looked_at():
    pixels = np.arange(3 * 1100 * 4, dtype=np.uint32).reshape(4, 1100, 3)
    assert reading.middle(pixels).shape == (4, 1024, 3)
    assert reading.middle(pixels)[0, 0, 0] == 3 * 38 and reading.middle(pixels[:, :9]).shape == (4, 9, 3)


@pytest.mark.parametrize("view", changed.VIEWS)
@pytest.mark.parametrize("channel", ["All", "Red", "Blue"])
def test_every_view_of_the_residual_is_a_picture(files, view, channel):
    stego, cover, _ = reading.read(files["stego"], files["cover"])
    change = compute_residual(cover, stego)
    assert picture_of(change, view, channel, 20).shape == cover.shape
    assert not np.array_equal(picture_of(change, view, channel, 20), picture_of(change, view, channel, 40))


def test_an_lsb_residual_leaks_more_than_it_should(files):
    _, cover, secret = reading.read(files["lsb"], files["cover"], files["secret"])
    assert "Add the secret" in sentence(compute_residual(cover, cover), None)
    assert "does not show" in sentence(compute_residual(cover, cover), secret)
    assert "shows plainly" in sentence(secret.astype(np.int16) // 32 - 4, secret)


def test_the_loupe_shows_single_pixels_anywhere():
    pixels = np.random.RandomState(0).randint(0, 256, (100, 60, 3)).astype(np.uint8)
    corner = loupe.loupe(pixels, 1.0, 1.0)
    assert corner.shape == (SIDE * ENLARGED, SIDE * ENLARGED, 3)
    assert np.array_equal(
        corner[-ENLARGED:, -ENLARGED:], np.broadcast_to(pixels[-1, -1], (ENLARGED, ENLARGED, 3))
    )
    assert loupe.loupe(pixels[:20, :20], 0.5, 0.5).shape == (20 * ENLARGED, 20 * ENLARGED, 3)


def test_a_plane_of_one_channel_is_black_and_white(files):
    stego = reading.read(files["stego"])[0]
    assert plane_of(stego, 0, "All").shape == (200, 300, 3)
    assert set(np.unique(plane_of(stego, 0, "Green"))) == {0, 255}


def test_networks_at_work_say_what_they_need(files, method, tmp_path):
    steps = at_work.steps_of("predictive", files["stego"], None, None)
    known = dict(map(reversed, steps[-1].pictures))["smoothed"]
    secret = at_work.centre(reading.read(files["stego"], None, files["secret"])[2])
    inner = slice(32, -32)
    assert known.shape == (200, 256, 3)
    assert np.abs(known[inner, inner].astype(int) - secret[inner, inner]).mean() < 4
    assert len(at_work.steps_of("invertible", *(files[n] for n in ("stego", "cover", "secret")))) == 9
    assert len(at_work.steps_of("prep-hide-reveal", files["stego"], None, files["secret"])) == 2
    robust = str(tmp_path / "robust.png")
    steg.load("robust").hide(files["cover"], files["secret"]).save(robust)
    assert len(at_work.steps_of("robust", robust, files["cover"], None)) == 4
    file = str(tmp_path / "file.png")
    steg.load("file").hide(files["cover"], files["secret"]).save(file)
    assert len(at_work.steps_of("file", file, files["cover"], None)) == 5
    assert len(at_work.steps_of("file", file, None, None)) == 3
    for name, pictures, message in (
        ("file", (files["stego"], files["cover"], None), "Nothing is hidden in this picture as in a file"),
        ("robust", (files["stego"], files["cover"], None), "not made by the method robust"),
        ("robust", (robust, None, None), "Add the cover"),
        ("predictive", (files["lsb"], None, None), "not made by the method predictive"),
        ("invertible", (files["stego"], None, files["secret"]), "Add the cover"),
        ("invertible", (files["stego"], files["cover"], None), "Add the secret"),
        ("prep-hide-reveal", (files["stego"], None, None), "Add the secret"),
    ):
        with pytest.raises(steg.StegError, match=message):
            at_work.steps_of(name, *pictures)


def test_the_sections_open_if_the_pictures_fit_together(files, photo, tmp_path):
    assert inspect.open_sections(files["stego"], files["cover"], None)[1] == ""
    tabs, sentence = inspect.open_sections(files["stego"], None, None)
    assert tabs.visible and sentence == inspect.NEEDS_COVER
    photo("tulips.png", (1100, 40)).save(tmp_path / "wide.png")
    assert inspect.open_sections(str(tmp_path / "wide.png"), None, None)[1].endswith(inspect.CUT)
    with pytest.raises(gr.Error, match="very cover that it was made from"):
        inspect.open_sections(files["stego"], str(tmp_path / "wide.png"), None)


def test_sections_show_what_they_can_without_a_cover(files):
    stego = files["stego"]
    assert changed.show_residual(stego, None, None, "Signed", "All", 20) == (None, changed.VIEWS["Signed"])
    assert changed.show_figures(stego, None, None)[:3] == (None, None, None)
    assert loupe.show_slider(stego, None, None) is None
    assert [path is None for path in loupe.show_loupes(stego, None, None, 50, 50)] == [True, False, True]
    for shown in (planes.show_planes(stego, None, None, 0, "All"), planes.show_spectra(stego, None, None)):
        assert [path is None for path in shown] == [False, True]
    assert trained_detectors.show_verdicts(stego, None, None, False) == ""


def test_the_slider_goes_through_the_steps_of_a_network(files):
    steps, slider, sentence, pictures = at_work.show_at_work(files["stego"], None, None, "predictive")
    assert slider.maximum == len(steps) > 2 and (sentence, pictures) == at_work.show_step(steps, 1)
    last = at_work.show_step(steps, len(steps))
    assert last == steps[-1] and last != steps[0] and at_work.show_step([], 1) == ("", [])
    with pytest.raises(gr.Error, match="not made by the method robust"):
        at_work.show_at_work(files["stego"], None, None, "robust")
