"""Hide and Reveal: what their handlers give the page, without a server."""

import re
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from PIL import Image

from steg import ui
from steg.methods import LOCKABLE, LosslessFile, Robust
from steg.ui import hide, loader, pair, reveal, secret, sending


@pytest.fixture
def files(photo, tmp_path) -> tuple[str, str]:
    """Paths of a cover and a secret."""
    for name, size in (("tulips", (200, 160)), ("cat", (96, 64))):
        photo(f"{name}.png", size).save(tmp_path / f"{name}.png")
    return str(tmp_path / "tulips.png"), str(tmp_path / "cat.png")


def pixels(path: str) -> np.ndarray:
    return np.asarray(Image.open(path))


def test_what_is_hidden_is_measured_from_the_file_and_revealed_from_it(files):
    stego, message, _ = hide.hide(*files)
    assert message.startswith("tulips.png: 200x160 pixels")
    (before, after), shown, figures, residual = hide.look(
        files[0], "file", "", "picture", files[1], "", None, stego, 20
    )
    revealed = shown.value["path"]
    assert np.array_equal(pixels(before), pixels(files[0])) and np.array_equal(pixels(after), pixels(stego))
    assert pixels(revealed).shape == (64, 96, 3) and pixels(residual).shape == (160, 200, 3)
    assert "| Cover |" in figures and "| Secret |" in figures
    found, status, details = reveal.reveal(stego)
    assert (
        details["kind"] == "picture"
        and status.startswith("**Found and intact:**")
        and Path(found).name == "tulips-secret.png"
    )
    assert np.array_equal(pixels(found), pixels(revealed))


def test_only_a_robust_picture_that_outlives_jpeg_is_offered_as_such(files, photo, tmp_path):
    photo("cat.png", (80, 80)).save(tmp_path / "small.png")
    for path, method, as_jpeg in (
        (files[0], "robust", True),
        (tmp_path / "small.png", "robust", False),
        (files[0], "file", False),
        (files[0], "lsb", False),
    ):
        column, button, advice = hide.offer(path, method, "any")
        assert column.visible and button.visible == as_jpeg
        assert advice == sending.SEND["robust" if as_jpeg else "file"]


def test_for_an_app_the_file_has_its_form_and_is_what_the_receiver_is_shown(files):
    app = {"method": "robust", "app": "telegram-desktop"}
    stego, message, details = hide.hide(*files, **app)
    assert message.startswith("tulips.jpg: 200x160 pixels") and Image.open(stego).format == "JPEG"
    assert details["bytes"] == Path(stego).stat().st_size
    (_, after), shown, *_ = hide.look(files[0], "robust", "", "picture", files[1], "", None, stego, 20)
    assert np.array_equal(pixels(after), pixels(stego)) and shown.visible
    column, button, advice = hide.offer(stego, *app.values())
    assert column.visible and not button.visible and "passes this very JPEG file on" in advice


def test_for_an_app_it_is_said_how_small_a_cover_will_be_made(photo, tmp_path, files):
    photo("tulips.png", (1500, 1000)).save(tmp_path / "large.png")
    given = str(tmp_path / "large.png"), "robust", 0.5, "picture", files[1], "", None
    widths = []
    for app in ("any", "web-page", "signal", "signal-high", "whatsapp"):
        description = pair.describe(*given, app).both
        found = re.search(r"made smaller, to (\d+)x", description)
        widths.append(int(found[1]) if found else 1500)
    assert widths[:2] == [1280, 1024] and 700 < widths[2] < 1100 and 1280 < widths[3] <= widths[4] == 1500


def test_handlers_end_in_sentences(files):
    for call in (
        lambda: hide.hide(None, files[1]),
        lambda: hide.look(None, "predictive", "", "picture", files[1], "", None, files[0], 20),
        lambda: hide.hide(*files, method="predictive", passphrase="x"),
        lambda: hide.hide(*files, app="signal"),
        lambda: hide.hide(*files, method="robust", app=["signal"]),
        lambda: reveal.reveal(__file__),
    ):
        with pytest.raises(
            gr.Error,
            match=r"Choose a cover first|takes no passphrase|not a picture that|app signal is for|no app \[",
        ):
            call()


@pytest.mark.parametrize("wrong", [["file"], {"file": 1}, 7])
def test_a_method_or_a_kind_of_the_wrong_type_is_told(files, wrong):
    with pytest.raises(gr.Error, match=r"There is no method .*; choose one of: file, "):
        hide.hide(*files, method=wrong)
    with pytest.raises(gr.Error, match="There is no kind of secret"):
        hide.hide(*files, kind=wrong)


def test_what_will_happen_is_said_once_both_pictures_are_there(files):
    assert pair.describe(files[0], "file", 0.5, "picture", None, "", None) == pair.Description()
    said = pair.describe(files[0], "file", 0.5, "picture", files[1], "", None)
    assert "come back in its own size" in said.both
    assert said.megapixels == pytest.approx((200 * 160 + 96 * 64) / 1e6)


def test_what_cannot_be_read_is_told_where_it_was_chosen(files):
    said = pair.describe(__file__, "file", 0.5, "picture", files[1], "", None)
    assert said.cover.startswith("**The cover is not a picture") and not said.secret and not said.both
    said = pair.describe(files[0], "file", 0.5, "picture", __file__, "", None)
    assert said.secret.startswith("**The secret is not a picture") and not said.cover and not said.both


def test_a_cover_that_holds_a_secret_already_is_pointed_out(files):
    assert pair.warn_of_secret(files[0]) == pair.warn_of_secret(None) == pair.warn_of_secret(__file__) == ""
    stego, *_ = hide.hide(*files)
    assert Path(stego).name == Path(files[0]).name
    assert "Something is hidden in this cover already" in pair.warn_of_secret(stego)


def test_the_room_for_a_text_or_a_file_is_said_before(files):
    capacity = LosslessFile().capacity((200, 160), 0.2)
    said = pair.describe(files[0], "file", 0.2, "text", None, "grüße", None).both
    assert f"can carry {capacity:,} bytes" in said and "the text has 7," in said
    size = Path(files[1]).stat().st_size
    assert f"the file has {size:,}," in pair.describe(files[0], "file", 0.2, "file", None, "", files[1]).both
    assert "hides pictures only" in pair.describe(files[0], "lsb", 0.2, "text", None, "x", None).both


@pytest.mark.parametrize("passphrase", ["", "open sesame"])
@pytest.mark.parametrize("kind", ["text", "file"])
def test_texts_and_files_come_back_as_they_were(files, tmp_path, kind, passphrase):
    document = tmp_path / "minutes of 3 May.pdf"
    document.write_bytes(bytes(range(256)) * 5)
    given = {"kind": kind, "text": "Meet me at nine.\n", "file": str(document)}
    stego, message, _ = hide.hide(files[0], files[1], passphrase=passphrase, **given)
    assert message.startswith("tulips.png: ")
    inputs = (kind, files[1], given["text"], given["file"])
    _, shown, figures, _ = hide.look(files[0], "file", passphrase, *inputs, stego, 20)
    assert not shown.visible and pair.WHOLE in figures and "| Secret |" not in figures
    path, status, details = reveal.reveal(stego, passphrase)
    assert details["kind"] == kind and status.startswith("**Found and intact:**")
    picture, text, button, *_ = reveal.show(path, details)
    assert not picture.visible and button.visible and text.visible == (kind == "text")
    if kind == "text":
        assert text.value == "Meet me at nine.\n" and Path(path).name == "tulips-secret.txt"
    else:
        assert Path(path).name == document.name and Path(path).read_bytes() == document.read_bytes()


def test_only_the_chosen_kind_of_secret_counts(files):
    for kind, sentence in (
        ("picture", "Choose a secret first"),
        ("text", "Type the text"),
        ("file", "Choose the file to hide"),
        ("song", "no kind of secret 'song'; choose one of: picture, text, file"),
    ):
        with pytest.raises(gr.Error, match=sentence):
            hide.hide(files[0], kind=kind)
    assert [shown.visible for shown in secret.inputs_for("text")] == [False, True, False]


def test_too_much_is_refused_with_how_much_fits(files, tmp_path):
    large = tmp_path / "noise.bin"
    large.write_bytes(np.random.default_rng(0).bytes(50_000))
    with pytest.raises(gr.Error, match=r"can carry [\d,]+ bytes this way, and the secret takes more"):
        hide.hide(files[0], kind="file", file=str(large))


def test_reveal_asks_for_a_passphrase_where_one_is_needed(files, tmp_path):
    locked = str(tmp_path / "locked.png")
    loader.method("file", "open sesame").hide(*files).save(locked)
    assert reveal.reveal(None) == (None, "", {})
    found, said, details = reveal.reveal(locked)
    assert found is None and said == reveal.LOCKED and reveal.show(found, details)[-1].visible
    found, _, details = reveal.reveal(locked, "open sesame")
    assert Image.open(found).size == (96, 64)
    _, _, download, *_, passphrase = reveal.show(found, details)
    assert download.visible and not reveal.show(None, None)[2].visible
    assert not isinstance(passphrase, gr.Textbox)  # it stays as it is
    with pytest.raises(gr.Error, match="not the passphrase"):
        reveal.reveal(locked, "open sesamy")


def test_where_nothing_is_found_noise_is_shown_on_request_alone(files):
    found, status, details = reveal.reveal(files[0])
    assert found is None and status.startswith("**Nothing found:**") and not details["found"]
    picture, _, _, ask, noise, _ = reveal.show(found, details)
    assert ask.visible and not picture.visible and not noise.visible
    ask, noise = reveal.show_noise(files[0])
    assert not ask.visible and noise.visible and pixels(noise.value["path"]).std() > 60


@pytest.mark.parametrize("method", loader.LABELS.values())
def test_the_answer_and_the_settings_fit_the_method(method):
    answer, costs, app, strength, passphrase = sending.settings_for(method)
    assert (sending.method_for(answer) == "robust") == (method == "robust") and costs == sending.COSTS[answer]
    assert strength.visible == (method in ("predictive", "file", "lsb", "robust"))
    assert passphrase.visible == (method in LOCKABLE)
    assert app.visible == (method == "robust") and (app.visible or app.value == "any")


def test_open_in_reveal_takes_the_file_along():
    tabs, path = ui.open_in_reveal("stego.png")
    assert (tabs.selected, path) == ("reveal", "stego.png")


def test_words_follow_what_is_seen_not_the_psnr_alone(photo):
    noise = np.random.default_rng(0).normal(0, 4, (128, 128)).repeat(2, 0).repeat(2, 1)[..., None]
    smooth = photo("tulips.png", (8, 8)).resize((256, 256), Image.Resampling.BICUBIC)
    gravel = Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    gravel = gravel.resize((256, 256), Image.Resampling.BICUBIC)
    for cover, words in ((smooth, "looks grainy at first glance"), (gravel, "small differences")):
        noisy = Image.fromarray((np.asarray(cover) + noise).clip(0, 255).astype(np.uint8))
        assert words in pair.describe_cover(cover, noisy, 34), words
    assert pair.describe_cover(smooth, smooth, 99) == "cannot be told apart by eye"


def test_a_smooth_cover_is_warned_of_for_chats_and_the_better_one_named(photo, tmp_path):
    smooth = photo("tulips.png", (8, 8)).resize((200, 160), Image.Resampling.BICUBIC)
    smooth.save(tmp_path / "smooth.png")
    photo("spiral_stairs.jpg", (200, 160)).save(tmp_path / "stairs.png")
    paths = str(tmp_path / "smooth.png"), str(tmp_path / "stairs.png")

    def said(cover: str, method: str, picture: str) -> str:
        return pair.describe(cover, method, 0.5, "picture", picture, "", None).both

    assert "smooth in 100% of its area" in said(paths[0], "robust", paths[1])
    assert pair.SWAP in said(paths[0], "robust", paths[1])
    assert pair.TEXTURED in said(paths[0], "robust", paths[0])
    assert "smooth" not in said(paths[1], "robust", paths[0]) + said(*[paths[0], "file", paths[1]])


def test_a_larger_cover_is_advised_only_where_it_is_sent_larger():
    advice = "larger cover"
    assert advice in Robust.describe((800, 600), (3000, 2000))
    assert advice not in Robust.describe((2560, 1920), (3000, 2000))
    assert advice not in Robust.describe((800, 600), (400, 300))
