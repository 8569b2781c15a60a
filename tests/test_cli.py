"""The command line: results, exit status, one line per error, nothing half-written."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import COVER, ROOT, SECRET, run
from PIL import Image

import steg
from steg.images.metrics import psnr

AWKWARD, GOLDEN = ROOT / "tests" / "awkward", ROOT / "tests" / "golden"


@pytest.fixture(scope="module")
def stego(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("cli")
    done = run("hide", COVER, SECRET, "-o", "stego.png", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    before, result = done.stdout.split("output:")
    assert (
        before == "The secret will come back in its own size (225x150), compressed as little as "
        "the cover (300x200) allows.\n"
    )
    assert "cover psnr" in result and "secret psnr" in result and "Send it as a file" in result
    return folder / "stego.png"


def test_hide_then_reveal_gives_the_secret_back(stego, tmp_path):
    done = run("reveal", stego, "-o", tmp_path / "secret.png", cwd=tmp_path)
    assert done.returncode == 0
    assert "Found and intact" in done.stdout
    secret, revealed = Image.open(SECRET).convert("RGB"), Image.open(tmp_path / "secret.png")
    assert psnr(np.asarray(revealed), np.asarray(secret)) > 30
    assert [path.name for path in tmp_path.iterdir()] == ["secret.png"]


def test_json_for_machines(stego, tmp_path):
    done = run("reveal", stego, "-o", "secret.jpg", "--json", cwd=tmp_path)
    result = json.loads(done.stdout)
    assert result["status"] == "intact" and result["size"] == [225, 150]
    assert Image.open(tmp_path / "secret.jpg").format == "JPEG"


def test_json_holds_all_notices(tmp_path):
    hide = "hide", SECRET, COVER, "-o", "stego.png", "--method", "predictive", "--json"
    done = run(*hide, cwd=tmp_path)
    before, after = json.loads(done.stdout)["notices"]
    assert "it will come back at 225x150" in before and "Send it as a file" in after


def test_the_method_file_locks_with_a_passphrase_and_reveals_with_the_one_in_the_environment(tmp_path):
    hide = ("hide", COVER, SECRET, "-o", "locked.png", "--passphrase", "open sesame")
    assert run(*hide, cwd=tmp_path).returncode == 0
    assert "locked: True" in run("info", "locked.png", cwd=tmp_path).stdout
    reveal = "reveal", "locked.png", "-o", "secret.png"
    assert run(*reveal, cwd=tmp_path, STEG_PASSPHRASE="open sesame").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["locked.png", "secret.png"]


@pytest.mark.parametrize("method", ["lsb", "invertible"])
def test_the_method_is_recognised_by_the_header(tmp_path, method):
    assert run("hide", COVER, SECRET, "-o", "stego.png", "--method", method, cwd=tmp_path).returncode == 0
    assert f"method: {method}" in run("info", "stego.png", cwd=tmp_path).stdout
    done = run("reveal", "stego.png", "-o", "secret.png", cwd=tmp_path)
    assert done.returncode == 0 and "Found and intact" in done.stdout


def test_no_dead_jpeg_stays_behind(tmp_path, monkeypatch):
    Image.open(COVER).resize((80, 80)).save(tmp_path / "small.png")
    for more in ((), ("--no-check",)):
        done = run("hide", "small.png", SECRET, "-o", "s.jpg", "--method", "robust", *more, cwd=tmp_path)
        assert done.returncode == 2 and "(80x80) is too small for anything in it to outlive" in done.stderr
    done = run("hide", "small.png", SECRET, "-o", "s.png", "--method", "robust", "--no-check", cwd=tmp_path)
    assert "too small for anything in it to outlive" in done.stdout and "through a chat" not in done.stdout
    Image.open(COVER).resize((96, 96)).save(tmp_path / "cover.png")
    monkeypatch.setattr(
        "steg.methods.chat.Robust.reveal", lambda *_, **__: (_ for _ in ()).throw(steg.StegError("lost"))
    )
    done = run("hide", "cover.png", SECRET, "-o", "s.jpg", "--method", "robust", cwd=tmp_path)
    assert done.returncode == 2 and "does not come back, so it was not kept" in done.stderr
    assert not list(tmp_path.glob("s.jpg*"))


def test_a_robust_picture_may_be_a_jpeg_file_and_is_known_by_its_mark(tmp_path):
    done = run("hide", COVER, SECRET, "-o", "stego.jpg", "--method", "robust", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "through a chat or a web page" in done.stdout and "destroy" not in done.stdout
    assert Image.open(tmp_path / "stego.jpg").format == "JPEG"
    with Image.open(tmp_path / "stego.jpg") as sent:
        sent.save(tmp_path / "again.jpg", quality=75)
    info = json.loads(run("info", "again.jpg", "--json", cwd=tmp_path).stdout)
    assert info["status"] == "marked" and info["method"] == "robust"
    assert info["sent_size"] == list(Image.open(COVER).size)
    assert "Found by its mark" in info["notices"][0]
    done = run("reveal", "again.jpg", "-o", "secret.png", cwd=tmp_path)
    assert done.returncode == 0 and "Found, " in done.stdout
    secret, revealed = Image.open(SECRET).convert("RGB"), Image.open(tmp_path / "secret.png")
    assert psnr(np.asarray(revealed), np.asarray(secret)) > 20


def test_for_an_app_the_file_has_its_form(tmp_path):
    hide = "hide", COVER, SECRET, "-o", "stego.jpg", "--app", "telegram-desktop", "--json"
    result = json.loads(run(*hide, cwd=tmp_path).stdout)
    with Image.open(tmp_path / "stego.jpg") as stego:
        assert stego.info["progressive"] and result["size"] == list(stego.size)
    assert result["secret_psnr"] > 20 and "passes this very JPEG file on" in result["notices"][-1]


def test_a_large_cover_is_made_smaller_and_said_to_be(photo, tmp_path):
    photo("coffee.jpg", (1500, 300)).save(tmp_path / "large.jpg")
    done = run("hide", "large.jpg", SECRET, "-o", "stego.png", "--method", "robust", cwd=tmp_path)
    assert "The cover (1500x300) will be made smaller, to 1280x256" in done.stdout
    assert "cover psnr" in done.stdout and "size: 1280x256" in done.stdout


def test_a_recompressed_picture_of_another_method_is_said_to_be(stego, tmp_path):
    with Image.open(stego) as sent:
        sent.save(tmp_path / "sent.jpg", quality=90)
    for command in (("info", "sent.jpg"), ("reveal", "sent.jpg", "-o", "secret.png")):
        done = run(*command, cwd=tmp_path)
        said = done.stdout if command[0] == "info" else done.stderr
        assert "Nothing found" in said and "This is a JPEG file" in said
        assert "Through a chat or a web page" in said


def test_strength_moves_both_figures(tmp_path):
    results = []
    for strength in ("0", "1"):
        done = run(
            "hide", COVER, SECRET, "-o", f"{strength}.png", "--strength", strength, "--json", cwd=tmp_path
        )
        results.append(json.loads(done.stdout))
    assert results[0]["cover_psnr"] > results[1]["cover_psnr"] + 4
    assert results[0]["secret_psnr"] < results[1]["secret_psnr"] - 2


def test_a_pair_that_goes_badly_is_said_to(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    done = run("hide", "noise.png", "noise.png", "-o", "stego.png", cwd=tmp_path)
    assert "This pair went badly: the secret comes back with visible faults" in done.stdout
    unchecked = run("hide", "noise.png", "noise.png", "-o", "again.png", "--no-check", cwd=tmp_path)
    assert "badly" not in unchecked.stdout and "secret psnr" not in unchecked.stdout


def test_reveal_recognises_the_method(tmp_path):
    for method in ("predictive", "invertible"):
        run("hide", COVER, SECRET, "-o", f"{method}.png", "--method", method, cwd=tmp_path)
        done = run("reveal", f"{method}.png", "-o", f"{method}-secret.png", cwd=tmp_path)
        assert "Found and intact" in done.stdout
        assert json.loads(run("info", f"{method}.png", "--json", cwd=tmp_path).stdout)["method"] == method


def test_info(stego, tmp_path):
    result = json.loads(run("info", stego, "--json", cwd=tmp_path).stdout)
    assert result["status"] == "intact" and result["method"] == "file" and result["locked"] is False
    assert "Nothing found" in run("info", COVER, cwd=tmp_path).stdout


def test_the_stego_file_carries_no_metadata(stego):
    assert Image.open(stego).info == {}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("hide", COVER, SECRET, "-o", "stego.jpg"), "destroy the hidden picture"),
        (("hide", COVER, SECRET, "-o", "stego"), "has to be a .png file"),
        (("hide", COVER, SECRET, "-o", "s.png", "--app", "telegram-desktop"), "has to end in .jpg"),
        (("hide", COVER, SECRET, "-o", "s.png", "--app", "signal", "--method", "lsb"), "not lsb"),
        (("hide", COVER, SECRET, "-o", "s.webp", "--method", "robust"), "a .png or .jpg or .jpeg file"),
        (("hide", COVER, SECRET, "-o", "nowhere/stego.png"), "does not exist"),
        (("hide", COVER, SECRET, "-o", "taken.png"), "exists already"),
        (("hide", "missing.png", SECRET, "-o", "stego.png"), "cannot be opened"),
        (("hide", COVER, "-o", "stego.png"), "Name one secret"),
        (("hide", COVER, SECRET, "--text", "x", "-o", "stego.png"), "Name one secret"),
        (("hide", COVER, "missing", "-o", "stego.png"), "The secret missing cannot be opened"),
        (("hide", COVER, "missing", "--as-file", "-o", "stego.png"), "The file missing cannot be opened"),
        (("hide", COVER, AWKWARD / "truncated.png", "-o", "stego.png"), "damaged or cut short"),
        (("hide", COVER, SECRET, "-o", "stego.png", "--lock"), "A passphrase is needed: set STEG_PASSPHRASE"),
        (("hide", COVER, SECRET, "-o", "stego.png", "--passphrase", ""), "The passphrase is empty"),
        (
            ("hide", COVER, "--text", "x", "-o", "stego.png", "--method", "lsb"),
            "This method hides pictures only",
        ),
        (
            ("hide", COVER, SECRET, "-o", "stego.png", "--method", "lsb", "--passphrase", "x"),
            "The method lsb takes no passphrase",
        ),
        (("hide", AWKWARD / "elongated_8192x2.png", SECRET, "-o", "stego.png"), "The cover is 8192x2 pixels"),
        (("hide", COVER, SECRET, "-o", "stego.png", "--device", "warp"), "not available"),
        (("hide", COVER, SECRET, "-o", "stego.png", "--strength", "2"), "choose from 0 (invisible) to 1"),
        (("hide", COVER, SECRET, "-o", "stego.png", "--weights", "x"), "The method file has no weights"),
        (
            ("hide", COVER, SECRET, "-o", "stego.png", "--method", "predictive", "--weights", "x"),
            "The weights' card x.json is missing",
        ),
        (("reveal", COVER, "-o", "secret.txt"), "Nothing found"),
        (("reveal", GOLDEN / "file.png", "-o", "secret.txt"), "needs a file with one of the endings"),
        (("reveal", GOLDEN / "file.png", "--passphrase", "x"), "is not locked: reveal it without"),
        (("reveal", GOLDEN / "file-locked.png"), "A passphrase is needed"),
        (("reveal", GOLDEN / "file-locked.png", "--passphrase", "x"), "not the passphrase"),
        (("reveal", COVER, "-o", "taken.png"), "exists already"),
        (("reveal", COVER, "--max-megapixels", "0.05"), "the limit is 0.05"),
        (("info", __file__), "The file is not a picture"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_errors_are_one_line_and_leave_nothing_behind(tmp_path, arguments, sentence):
    (tmp_path / "taken.png").write_bytes(b"precious")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == (3 if sentence == "Nothing found" else 2)
    assert done.stdout == ""
    assert sentence in done.stderr and done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["taken.png"]
    assert (tmp_path / "taken.png").read_bytes() == b"precious"


@pytest.mark.parametrize("number", ["0", "nan", "65"])
def test_limits_in_megapixels_are_not_raised(tmp_path, number):
    done = run("reveal", GOLDEN / "file.png", "--max-megapixels", number, cwd=tmp_path)
    assert done.returncode == 2 and "choose a number above 0, of at most 64" in done.stderr


def test_force_replaces_a_file(tmp_path):
    (tmp_path / "stego.png").write_bytes(b"old")
    assert run("hide", COVER, SECRET, "-o", "stego.png", "--force", cwd=tmp_path).returncode == 0
    assert Image.open(tmp_path / "stego.png").size == (300, 200)
