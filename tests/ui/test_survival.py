"""What survives: the panel's words and pictures, without a server."""

import pytest
from PIL import Image

from steg.evaluation import Transmission
from steg.ui import survival
from steg.ui.survival import SHOWN


def after(*levels: float | None) -> dict[str, Transmission]:
    picture = Image.new("RGB", (40, 30))
    transmissions = [
        Transmission(picture, None if level is None else picture, None, "Nothing is sealed in it.", level)
        for level in levels
    ]
    return dict(zip(SHOWN, transmissions, strict=False))


@pytest.mark.parametrize(
    ("levels", "sentence"),
    [
        ((30.0, 30.0, 28.0, 26.0, 25.0), ""),
        ((30.0, 30.0, 28.0, 26.0, 25.0, 22.0), "survives** in all 6"),
        ((30.0, 30.0, 21.0, 14.0, 9.0, 9.0), "survives in 3 of these 6 cases."),
        ((9.0, 9.0, 8.0, 8.0, 8.0, 8.0), "does not survive re-compression**: send"),
        ((36.0, None, None, None, None, None), "re-compression**, only that a part is painted over: send"),
        ((None, None, None, None, None, None), "does not survive re-compression**: send"),
    ],
)
def test_the_verdict_waits_for_the_last_channel(levels, sentence):
    assert sentence in survival.sentence(after(*levels))
    assert bool(sentence) == bool(survival.sentence(after(*levels)))


def test_the_table_says_it_in_figures_and_words():
    table = survival.table_of(after(31.2, None, 8.0))
    assert "| Painted over | 31.2 dB | small differences on a close look |" in table
    assert "| Telegram | nothing | Nothing is sealed in it. |" in table
    assert "| Signal | 8.0 dB | noise |" in table


def test_large_pictures_wait_to_be_asked(method, photo, tmp_path):
    photo("tulips.png", (2000, 1200)).save(tmp_path / "large.png")
    photo("cat.png", (64, 48)).save(tmp_path / "secret.png")
    method.hide(photo("tulips.png", (96, 64)), tmp_path / "secret.png").save(tmp_path / "small.png")
    large, small, secret = (str(tmp_path / f"{name}.png") for name in ("large", "small", "secret"))
    (asked,) = survival.show_or_ask(large, "predictive", "", "picture", secret, "", None)
    assert asked[0] == survival.LARGE and asked[1].visible
    *_, last = survival.show_or_ask(small, "predictive", "", "picture", secret, "", None)
    assert "does not survive" in last[0] and not last[1].visible
    assert len(last[3].splitlines()) == 2 + len(SHOWN)


def test_pictures_are_files_and_say_which_channel_they_came_through():
    pictures = survival.gallery_of(after(31.2, None))
    assert [caption for _, caption in pictures] == ["Painted over: 31.2 dB", "Telegram: nothing"]
    assert all(Image.open(path).size == (40, 30) for path, _ in pictures)
