"""Look inside: what its sections compute for the page, without a server."""

import gradio as gr
import numpy as np
import pytest
from PIL import Image

import steg
from steg.methods import Robust
from steg.steganalysis.residual import compute_residual
from steg.ui import inspect
from steg.ui.inspect import at_work, changed, loupe, planes, reading, trained_detectors, where
from steg.ui.inspect.changed import picture_of, sentence
from steg.ui.inspect.loupe import ENLARGED, SIDE
from steg.ui.inspect.planes import plane_of
from steg.weights import DETECTOR, card_of


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
    large = photo("tulips.png", (2400, 1600))
    large.save(tmp_path / "large.png")
    large.resize(Robust.sent_size(large.size)).save(tmp_path / "sent.png")  # as robust makes it smaller
    stego, cover, _ = reading.read(str(tmp_path / "sent.png"), str(tmp_path / "large.png"))
    assert stego.shape == cover.shape and np.abs(stego.astype(int) - cover).mean() < 2
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
    assert len(at_work.steps_of("robust", robust, files["cover"], None)) == 3
    file = str(tmp_path / "file.png")
    steg.load("file").hide(files["cover"], files["secret"]).save(file)
    assert len(at_work.steps_of("file", file, files["cover"], None)) == 5
    assert len(at_work.steps_of("file", file, None, None)) == 3
    for name, pictures, message in (
        ("file", (files["stego"], files["cover"], None), "Nothing is hidden in this picture as in a file"),
        ("robust", (files["stego"], files["cover"], None), "not made by the method robust"),
        ("predictive", (files["lsb"], None, None), "not made by the method predictive"),
        ("invertible", (files["stego"], None, files["secret"]), "Add the cover"),
        ("invertible", (files["stego"], files["cover"], None), "Add the secret"),
        ("prep-hide-reveal", (files["stego"], None, None), "Add the secret"),
    ):
        with pytest.raises(steg.StegError, match=message):
            at_work.steps_of(name, *pictures)


def test_the_sections_open_if_the_pictures_fit_together(files, photo, tmp_path):
    answer, _, sentence, steps = inspect.open_sections(files["stego"], None, None)
    assert answer.visible and "by the method **predictive**" in sentence and steps == []
    photo("tulips.png", (1100, 40)).save(tmp_path / "wide.png")
    assert inspect.open_sections(str(tmp_path / "wide.png"), None, None)[2].endswith(inspect.CUT)
    with pytest.raises(gr.Error, match="very cover that it was made from"):
        inspect.open_sections(files["stego"], str(tmp_path / "wide.png"), None)


def test_sections_show_what_they_can_without_a_cover(files):
    stego = files["stego"]
    assert changed.show_residual(stego, None, None, "Signed", "All", 20) == (None, changed.NEEDS_COVER)
    assert changed.show_leakage(stego, None, None)[2] == ""
    assert changed.show_leakage(stego, files["cover"], None)[2] == changed.NEEDS_SECRET
    assert not any(plot.visible for plot in changed.show_bars(stego, None, None))
    assert where.show_where(stego, None, None)[:3] == (changed.NEEDS_COVER, None, None)
    assert loupe.show_slider(stego, None, None) == (None, loupe.NEEDS_COVER)
    assert [path is None for path in loupe.show_loupes(stego, None, None, 50, 50)] == [True, False, True]
    shown = planes.show_planes(stego, None, None, 0, "All")
    assert [path is None for path in shown] == [False, True]
    said, *shown = planes.show_spectra(stego, None, None)
    assert planes.NEEDS_COVER in said and [path is None for path in shown] == [False, True, True]
    assert trained_detectors.show_verdicts(stego, None, None, False) == ("", "")


def pictures_of(gallery: gr.Gallery) -> list[str]:
    return [picture["caption"] for picture in gallery.value or []]


def test_the_slider_goes_through_the_steps_of_the_method_that_made_the_picture(files):
    stego = files["stego"]
    (waiting,) = at_work.show_found(stego, None, None, False, [])
    assert waiting == (gr.skip(),) * 6
    ((method, steps, slider, sentence, gallery, _),) = at_work.show_found(stego, None, None, True, [])
    assert method == "predictive" and slider.maximum == len(steps) == 4 and sentence == steps[0][0]
    assert list(at_work.show_found(stego, None, None, True, steps)) == [(gr.skip(),) * 6]
    assert pictures_of(gallery) == [caption for _, caption in steps[0][1]] and gallery.columns == 3
    last, of_last = at_work.show_step(steps, 4)
    assert last == steps[3][0] != sentence and pictures_of(of_last) == [c for _, c in steps[3][1]]
    assert at_work.show_step([], 1)[0] == ""
    ((_, steps, _, sentence, _, _),) = at_work.show_at_work(stego, None, None, "robust")
    assert steps == [] and sentence.startswith("**This picture was not made by the method robust")
    for name, said in (("lsb", at_work.NO_STEPS.format(name="lsb")), ("cover", at_work.UNKNOWN)):
        ((_, steps, _, sentence, _, _),) = at_work.show_found(files[name], None, None, True, [])
        assert (steps, sentence) == ([], said)


def test_of_the_robust_method_what_each_road_leaves_follows(photo, tmp_path):
    cover = photo("tulips.png", (136, 128))
    steg.load("robust").hide(cover, photo("cat.png", (60, 40))).save(tmp_path / "stego.png")
    first, *between, last = at_work.show_found(str(tmp_path / "stego.png"), None, None, True, [])
    assert first[0] == "robust" and first[2].maximum == len(first[1]) == 3
    assert [said for *_, said in between] == [at_work.sending(n, 3) for n in range(6)]
    assert last[2].maximum == len(last[1]) == 5 and last[-1] == ""
    for _, pictures in last[1][3:]:
        assert [caption.split(":")[0] for _, caption in pictures] == ["as it is", *at_work.CHANNELS_TRIED]


def test_the_header_is_where_it_is_said_to_be(photo, tmp_path):
    blank = Image.new("RGB", (90, 60), "white")
    blank.save(tmp_path / "cover.png")
    assert changed.header_sentence(str(tmp_path / "cover.png")) == ""
    stego = np.asarray(steg.load("lsb").hide(blank, blank))
    Image.fromarray(stego).save(tmp_path / "stego.png")
    row, column = np.argwhere((stego < 255).any(2)).mean(0) / (60, 90)
    said = changed.header_sentence(str(tmp_path / "stego.png"))
    assert changed.DOWN[int(3 * row)] in said and changed.ACROSS[int(3 * column)] in said


def test_it_is_said_whether_smooth_parts_were_spared():
    noise = np.random.RandomState(0).randint(0, 256, (64, 32, 3))
    cover = np.concatenate([np.full((64, 32, 3), 128), noise], 1).astype(np.uint8)
    everywhere = np.ones((64, 64, 3), np.int16)
    spared, betraying = everywhere.copy(), everywhere.copy()
    spared[:, :32], betraying[:, 32:] = 0, 0
    assert "Smooth parts were spared" in where.sentence_of(cover, spared)
    assert "changed more than textured" in where.sentence_of(cover, betraying)
    assert "changed alike" in where.sentence_of(cover, everywhere)
    assert "rather textured" in where.sentence_of(noise.astype(np.uint8), everywhere[:, :32])
    assert "both pictures are the same" in where.sentence_of(cover, 0 * everywhere)


def test_what_one_sees_knows_smooth_parts(tmp_path):
    smooth = np.full((128, 128, 3), 128, np.uint8)
    coarse = np.random.RandomState(0).randint(-9, 10, (32, 32, 3)).repeat(4, 0).repeat(4, 1)  # 33 dB
    for name, pixels in {"cover": smooth, "stego": smooth + coarse}.items():
        Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / f"{name}.png")
    _, said = loupe.show_slider(str(tmp_path / "stego.png"), str(tmp_path / "cover.png"), None)
    assert "looks grainy at first glance" in said


def test_the_detectors_figures_are_of_one_source_or_the_mean_of_all():
    sources = card_of(DETECTOR)["figures"]["sources"]
    first, *others = [trained_detectors.figures_of(name).splitlines() for name in sources]
    mean = trained_detectors.figures_of(trained_detectors.ALL_SOURCES).splitlines()
    assert {len(lines) for lines in (mean, first, *others)} == {2 + len(sources["kodak, as they are"])}
    assert first[2].startswith("| clean | 0.0% | 0.0% |")
    (row,) = [line for line in mean if line.startswith("| file |")]
    taken = np.mean([of_source["file"]["taken_for_stego"] for of_source in sources.values()])
    assert row.split("|")[2].strip() == f"{taken:.1%}"
