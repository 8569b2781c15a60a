"""Learn: what its steps compute for the page."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg.teaching.convolution import KERNELS, convolve
from steg.ui import learn
from steg.ui.learn import activations, convolution, flatten, padding, pooling
from steg.ui.learn.curves import bars, plot
from steg.ui.learn.numbers import number
from steg.ui.learn.pictures import brightness, enlarged, keep_small, read_kept
from steg.ui.learn.windows import framed

AWKWARD = Path(__file__).parents[1] / "awkward"


@pytest.fixture
def pixels(photo) -> np.ndarray:
    return np.asarray(photo("cat.png", (150, 100)))


def opened(path: str) -> np.ndarray:
    return np.asarray(Image.open(path))


@pytest.mark.parametrize("step", learn.STEPS)
def test_every_step_has_words_a_source_and_a_question(step):
    assert 2 <= len(re.findall(r"[.?!](?: |$)", step.WORDS)) <= 3
    assert re.search(r"\]\(https://\S+\)", step.SOURCE) and "?" in step.TRY
    assert re.fullmatch(r"[a-z-]+", step.SLUG) and learn.SLUGS.count(step.SLUG) == 1


def test_the_shared_picture_is_small_and_its_faults_are_sentences(photo, tmp_path):
    photo("flower_meadow.png").save(tmp_path / "large.png")
    path, sentence = learn.prepare_picture(str(tmp_path / "large.png"))
    assert read_kept(path).shape == (364, 512, 3) and sentence == ""
    assert learn.prepare_picture(None) == ("", learn.NO_PICTURE)
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


def test_the_sum_that_is_worked_out_is_the_pixel_that_is_marked(pixels):
    kernel = KERNELS["Sharpen"]
    whole, close, result, sums, about = convolution.show(pixels, kernel.tolist(), 2, 3, 40, 61, False, False)
    answers = convolve(brightness(pixels), kernel, 2, 3)
    assert f"is <strong>{number(answers[30, 20])}</strong>" in sums and sums.count("<table>") == 3
    assert "(150 − 7) / 2, rounded down, + 1 = **72** places across and 47 down" in about
    assert opened(whole).shape == pixels.shape and opened(result).shape == (94, 144, 3)
    assert opened(close).shape[0] == opened(close).shape[1] >= 400


def test_the_window_stays_inside_the_picture_and_must_fit(pixels):
    edge = convolution.show(pixels, np.ones((3, 3)).tolist(), 1, 1, 500, 500, True, False)
    corner = brightness(pixels)[-3:, -3:].sum()
    assert f"is <strong>{number(corner)}</strong>" in edge[3]
    with pytest.raises(steg.StegError, match="The window is larger than the picture"):
        convolution.show(pixels[:20], np.ones((5, 5)).tolist(), 1, 8, 0, 0, False, False)


def test_the_window_slides_to_the_end_of_its_row(pixels):
    cells = np.ones((3, 3)).tolist()
    assert convolution.slide(pixels, cells, 2, 1, 141)[0] == 142
    across, label, clock = convolution.slide(pixels, cells, 2, 1, 146)
    assert (across, label, clock.active) == (147, convolution.SLIDE, False)
    assert (
        convolution.play_or_stop(convolution.SLIDE)[1].active
        and not convolution.play_or_stop(convolution.STOP)[1].active
    )


def test_a_patch_of_the_picture_is_found_again(pixels):
    cells, alike, cut = convolution.choose_kernel(pixels, convolution.PATCH, 1, 60, 33)
    assert alike.visible and cut.visible
    about = convolution.show(pixels, cells, 1, 1, 60, 33, False, True)[4]
    assert "largest number, 1, is with the window 60 pixels from the left and 33 from the top" in about
    cells, alike, cut = convolution.choose_kernel(pixels, "My own, 5x5", 1, 0, 0)
    assert np.sum(cells) == cells[2][2] == 1 and not alike.visible
    flat = convolution.show(np.full_like(pixels, 9), cells, 1, 1, 0, 0, False, True)
    assert "without any pattern" in flat[3]


@pytest.mark.parametrize("cell", ["", None, "x", float("nan")])
def test_weights_that_are_no_numbers_end_in_a_sentence(cell):
    with pytest.raises(steg.StegError, match="empty or not a number"):
        convolution.read_kernel([[1, 2, 3], [4, cell, 6], [7, 8, 9]])


def test_weights_can_be_typed_but_have_to_be_square():
    assert convolution.read_kernel([["1", "-0.5"], [2, 3]]).tolist() == [[1, -0.5], [2, 3]]
    for cells in ([[1, 2, 3], [4, 5, 6]], [[1, 2], [3]]):
        with pytest.raises(steg.StegError, match="as many rows as columns"):
            convolution.read_kernel(cells)


def test_padding_fills_in_the_formula_and_says_what_happens_to_the_border(pixels):
    padded, result, about = padding.show(pixels, "zeros", 2, 5, 1, 1)
    assert "| across | ⌊(48 + 2 + 2 − 5) / 1⌋ + 1 | **48** |" in about and "48x32 → 48x32." in about
    assert opened(padded).shape == opened(result).shape and opened(result)[0, 0, 3] == 0
    before, after = map(int, re.findall(r"brightness of \*\*(\d+).*\*\*(\d+)\*\*", about)[0])
    assert after < 0.75 * before
    _, _, about = padding.show(pixels, "reflect", 2, 5, 1, 3)
    before, after = map(int, re.findall(r"brightness of \*\*(\d+).*\*\*(\d+)\*\*", about)[0])
    assert abs(after - before) < 0.1 * before
    assert "48x32 → 44x28 → 40x24." in padding.show(pixels, "none", 2, 5, 1, 2)[2]
    assert "48x32 → 24x16 → 12x8." in padding.show(pixels, "same", 0, 5, 2, 2)[2]


def test_padding_says_when_nothing_is_left(pixels):
    with pytest.raises(steg.StegError, match="For layer 4 the picture is smaller than the kernel"):
        padding.show(pixels, "none", 0, 9, 1, 8)
    with pytest.raises(steg.StegError, match="For layer 3 the picture has too few pixels to mirror 8"):
        padding.show(pixels, "reflect", 8, 3, 4, 8)


def test_pooling_keeps_more_than_the_picture(pixels):
    *pictures, windows, table = pooling.show(pixels, "max", "edges", 2, 2, 1)
    assert len(pictures) == 4 and windows.count("<table>") == 4
    before, after = map(int, re.findall(r"\*\*(\d+)%\*\*", table))
    assert after > before
    still = pooling.show(pixels, "average", "brightness", 3, 2, 0)[-1]
    assert re.findall(r"\*\*(\d+)%\*\*", still) == ["100", "100"]


def test_activations_in_words_curves_and_maps(pixels):
    curve, words = activations.show_curve("Sigmoid", 0.0, 0.1)
    assert "Sigmoid of 0 is **0.50**, and its slope there is **0.25**" in words
    assert 'aria-label="Sigmoid of 0 is 0.50' in curve
    assert (
        "is **0.25**, and its slope there is **0.19**. The other three"
        in activations.show_curve("Softmax", 0, 0.1)[1]
    )
    name = next(iter(activations.MAPS))
    before, after, table = activations.show_maps(pixels, "ReLU", name, 0.0, 0.1)
    blue = opened(before)[..., 2].astype(int) - opened(before)[..., 0]
    assert blue.max() > 50 and (opened(after)[..., 2].astype(int) - opened(after)[..., 0]).max() <= 0
    assert re.search(r"\| after \| 0\.00 .* \| 0% \| \d\d% \|", table)
    shares = [activations.show_maps(pixels, "Softmax", name, bias, 0.1)[2] for bias in (-3, 3)]
    assert shares[0].splitlines()[3] == shares[1].splitlines()[3]  # softmax does not see a common bias


def test_jumps_of_a_slope_are_not_joined_by_a_line():
    x = np.linspace(-2, 2, 9)
    assert plot(x, [("step", np.where(x > 0, 1.0, 0.0))], (0, [0.0]), "").count("<polyline") == 2
    assert plot(x, [("line", x / 5)], (0, [0.0]), "").count("<polyline") == 1


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
    with pytest.raises(steg.StegError, match="Pictures of 16 pixels become smaller"):
        flatten.show_layers(16, 16, 7, flatten.TWO, 2)
    maps, row, sentence = flatten.show_maps(pixels, 64, 16, 3)
    assert "32 x 14 x 14 = **6,272** numbers" in sentence and opened(maps).ndim == opened(row).ndim == 3


def test_small_pictures_are_enlarged_without_smoothing(pixels):
    large = enlarged(pixels[:20, :30])
    assert large.shape == (320, 480, 3) and np.array_equal(large[::16, ::16], pixels[:20, :30])
    marked = framed(pixels, 40, 60, 3, 3)
    assert np.array_equal(marked[40:43, 60:63], pixels[40:43, 60:63]) and not np.array_equal(marked, pixels)


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
