"""Hide and Reveal: what their handlers give the page, without a server."""

from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from steg import ui
from steg.methods import LOCKABLE
from steg.ui import hide, loader, pair, reveal, sending


@pytest.fixture
def files(photo, tmp_path) -> tuple[str, str]:
    """Paths of a cover and a secret."""
    for name, size in (("tulips", (200, 160)), ("cat", (96, 64))):
        photo(f"{name}.png", size).save(tmp_path / f"{name}.png")
    return str(tmp_path / "tulips.png"), str(tmp_path / "cat.png")


def pixels(path: str) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_what_is_hidden_is_measured_from_the_file_and_revealed_from_it(files):
    stego, message = hide.hide(*files)
    assert message.startswith("Done: tulips-stego.png, 200x160 pixels")
    (before, after), revealed, figures, residual = hide.look(*files, "file", "", stego, 20)
    assert np.array_equal(pixels(before), pixels(files[0])) and np.array_equal(pixels(after), pixels(stego))
    assert pixels(revealed).shape == (64, 96, 3) and pixels(residual).shape == (160, 200, 3)
    assert "| Cover |" in figures and "| Secret |" in figures
    secret, status = reveal.reveal(stego)
    assert status.startswith("**Found and intact:**") and Path(secret).name == "tulips-secret.png"
    assert np.array_equal(pixels(secret), pixels(revealed))


def test_only_a_robust_picture_is_offered_as_jpeg(files):
    for method, as_jpeg in (("robust", True), ("file", False), ("lsb", False)):
        column, button, advice = hide.offer(files[0], method)
        assert column.visible and button.visible == as_jpeg
        assert advice == sending.SEND["robust" if as_jpeg else "file"]


def test_handlers_end_in_sentences(files):
    for call in (
        lambda: hide.hide(None, files[1]),
        lambda: hide.look(None, files[1], "predictive", "", files[0], 20),
        lambda: hide.hide(*files, method="predictive", passphrase="x"),
        lambda: reveal.reveal(__file__),
        lambda: pair.describe(__file__, None),
    ):
        with pytest.raises(
            gr.Error, match=r"Choose a cover first|takes no passphrase|not a picture that Steg"
        ):
            call()


def test_what_will_happen_is_said_once_both_pictures_are_there(files):
    assert pair.describe(files[0], None) == ""
    assert "come back in its own size" in pair.describe(*files)


def test_reveal_asks_for_a_passphrase_where_one_is_needed(files, tmp_path):
    locked = str(tmp_path / "locked.png")
    loader.method("file", "open sesame").hide(*files).save(locked)
    assert [reveal.ask_for_passphrase(path).visible for path in (locked, files[0], __file__, None)] == [
        True,
        False,
        False,
        False,
    ]
    assert reveal.reveal(locked) == (None, reveal.LOCKED) and reveal.reveal(None) == (None, "")
    secret, _ = reveal.reveal(locked, "open sesame")
    assert Image.open(secret).size == (96, 64) and reveal.offer_download(secret).visible
    assert not reveal.offer_download(None).visible


@pytest.mark.parametrize("method", loader.LABELS.values())
def test_the_answer_and_the_settings_fit_the_method(method):
    answer, costs, strength, passphrase = sending.settings_for(method)
    assert (sending.method_for(answer) == "robust") == (method == "robust") and costs == sending.COSTS[answer]
    assert strength.visible == (method in ("predictive", "file", "lsb"))
    assert passphrase.visible == (method in LOCKABLE)


def test_open_in_reveal_takes_the_file_along():
    tabs, path = ui.open_in_reveal("stego.png")
    assert (tabs.selected, path) == ("reveal", "stego.png")
