"""Learn: what its steps compute for the page."""

import re
from base64 import b64decode
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

import steg
from steg.ui import examples, learn
from steg.ui.learn import activations, flatten
from steg.ui.learn.bars import bars
from steg.ui.learn.live import live
from steg.ui.learn.numbers import number
from steg.ui.learn.pictures import brightness, enlarged, keep_small, read_kept, small
from steg.ui.learn.sliding import window_on

AWKWARD = Path(__file__).parents[1] / "awkward"


@pytest.fixture
def pixels(photo) -> np.ndarray:
    return np.asarray(photo("cat.png", (150, 100)))


def opened(path: str) -> np.ndarray:
    return np.asarray(Image.open(path))


@pytest.mark.parametrize("step", learn.STEPS)
def test_every_step_has_words_a_source_and_a_question(step):
    assert 2 <= len(re.findall(r"[.?!](?: |$)", step.WORDS)) <= 4
    assert re.search(r"\]\(https://\S+\)", step.SOURCE) and "?" in step.TRY
    assert re.fullmatch(r"[a-z-]+", step.SLUG) and learn.SLUGS.count(step.SLUG) == 1


def test_the_shared_picture_is_small_and_its_faults_are_sentences(photo, tmp_path):
    photo("flower_meadow.png").save(tmp_path / "large.png")
    path, sentence, named = learn.prepare_picture(str(tmp_path / "large.png"))
    assert read_kept(path).shape == (364, 512, 3) and sentence == "" and named == {"picture": None}
    assert learn.prepare_picture(examples.LEARN[1])[2] == {"picture": "tulips"}
    assert learn.prepare_picture(None)[:2] == ("", learn.NO_PICTURE)
    (tmp_path / "no.png").write_text("no picture")
    assert "not a picture that Steg can read" in learn.prepare_picture(str(tmp_path / "no.png"))[1]
    with pytest.raises(
        steg.StegError, match="has 512x1 pixels where it is used; choose one with at least 16"
    ):
        keep_small(str(AWKWARD / "elongated_8192x2.png"))
    with pytest.raises(steg.StegError, match="deleted from the server by now"):
        read_kept(str(tmp_path / "gone.png"))


def test_only_the_chosen_step_is_shown_and_given_the_picture():
    updates = learn.open_step("pooling", "new.png", *["old.png"] * len(learn.STEPS))
    columns, pictures = updates[: len(learn.STEPS)], updates[len(learn.STEPS) :]
    assert [slug for slug, column in zip(learn.SLUGS, columns, strict=True) if column.visible] == ["pooling"]
    assert [p for s, p in zip(learn.SLUGS, pictures, strict=True) if s == "pooling"] == ["new.png"]
    assert pictures.count("old.png") == len(learn.STEPS) - 1
    without = learn.open_step("pooling", "", *[None] * len(learn.STEPS))
    assert not any(column.visible for column in without[: len(learn.STEPS)])


def test_the_window_gets_brightness_and_colours(pixels):
    given = window_on(pixels, 60)
    assert (given["height"], given["width"]) == (40, 60)
    light, red, _, blue = (
        np.frombuffer(b64decode(text), np.uint8).reshape(40, 60) for text in given["planes"]
    )
    made_small = small(pixels, 60)
    assert np.array_equal(light, brightness(made_small))
    assert np.array_equal(red, made_small[..., 0]) and np.array_equal(blue, made_small[..., 2])


def test_feature_maps_are_those_of_four_directions(pixels):
    given = activations.maps_of(pixels)
    maps = [
        np.frombuffer(b64decode(text), "<i2").reshape(given["height"], given["width"]) / 1000
        for text in given["maps"].values()
    ]
    assert np.array_equal(maps[0], -maps[1]) and np.array_equal(maps[2], -maps[3])
    assert np.std(maps) == pytest.approx(1, abs=0.01)


def test_the_output_layer_answers_each_kind_of_question(pixels):
    table = flatten.show_layers(64, 16, 3, flatten.MANY, 4)
    assert "| Output | 4 | 260 | 4 x (64 + 1) |" in table and "Together **406,820** parameters" in table
    assert "| Output | 1 | 65 |" in flatten.show_layers(64, 16, 3, flatten.TWO, 4)
    assert "A sum of −2.50 means **−2.50**" in flatten.show_answer(flatten.REGRESSION, 4, -2.5)[0]
    assert "probability of **0.731**" in flatten.show_answer(flatten.TWO, 4, 1.0)[0]
    chances = [
        float(p) for p in re.findall(r"<td>(0\.\d+)</td></tr>", flatten.show_answer(flatten.MANY, 6, 3.0)[1])
    ]
    assert len(chances) == 6 and abs(sum(chances) - 1) < 0.005 and max(chances) == chances[0]
    two = flatten.show_answer(flatten.MANY, 2, 1.0)[1]
    assert "<td>0.731</td>" in two and "sum 0" in two  # the question to try: the sigmoid's probability
    assert flatten.show_layers(16, 16, 7, flatten.TWO, 2).startswith("**Pictures of 16 pixels become smaller")
    assert flatten.show_maps(pixels, 16, 16, 7) == (None, None, "")
    maps, row, sentence = flatten.show_maps(pixels, 64, 16, 3)
    assert "32 x 14 x 14 = **6,272** numbers" in sentence and opened(maps).ndim == opened(row).ndim == 3


def test_what_a_step_cannot_compute_is_said_below_it_until_it_can():
    def halve(number: int) -> int:
        if number % 2:
            raise steg.StegError("Take an even number.")
        return number // 2

    with gr.Blocks() as page:
        given = gr.Number()
        live(gr.State(), halve, [given], [gr.Number()], with_picture=False)
    (listener,) = page.fns.values()
    ((skipped, said),) = listener.fn("picture.png", 3)
    assert skipped == gr.skip() and said.visible and said.value == "**Take an even number.**"
    ((halved, said),) = listener.fn("picture.png", 4)
    assert halved == 2 and not said.visible


def test_small_pictures_are_enlarged_without_smoothing(pixels):
    large = enlarged(pixels[:20, :30])
    assert large.shape == (320, 480, 3) and np.array_equal(large[::16, ::16], pixels[:20, :30])


def test_numbers_and_bars_are_written_plainly():
    assert [number(x) for x in (3.0, -3, 0.005, -0.001, 2.345, 12345.6)] == [
        "3",
        "−3",
        "0.01",
        "0",
        "2.35",
        "12,345.60",
    ]
    assert "width:25.0%" in bars([("a", "sum 1", 0.25)])
