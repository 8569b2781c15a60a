"""The command line with texts, files and locks: what comes back, under which name, and what is refused."""

import json
import os
import pty
import sys
from pathlib import Path

import numpy as np
import pytest
from command_line import COVER, ROOT, SECRET, run
from PIL import Image
from test_cli import AWKWARD

import steg
from steg.cli.reveal import harmless

METHODS = pytest.mark.parametrize("method", ["file", "robust"])
LOCKS = pytest.mark.parametrize("lock", [(), ("--passphrase", "open sesame")], ids=["open", "locked"])


@METHODS
@LOCKS
def test_a_text_is_printed_alone_and_what_is_said_of_it_goes_elsewhere(tmp_path, method, lock):
    done = run(
        "hide", COVER, "--text", "Nine. \u2603", "-o", "s.png", "--method", method, *lock, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert "The secret takes 9 bytes" in done.stdout and "secret exact: True" in done.stdout
    assert f"locked: {bool(lock)}" in run("info", "s.png", cwd=tmp_path).stdout
    done = run("reveal", "s.png", *lock, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Nine. \u2603\n") and "Found and intact" in done.stderr
    result = json.loads(run("reveal", "s.png", "--json", *lock, cwd=tmp_path).stdout)
    assert (result["kind"], result["text"], result["size"]) == ("text", "Nine. \u2603", 9)
    assert run("reveal", "s.png", "-o", "note.txt", *lock, cwd=tmp_path).returncode == 0
    assert (tmp_path / "note.txt").read_bytes() == "Nine. \u2603".encode()


@METHODS
@LOCKS
def test_a_file_comes_back_under_its_name_and_over_no_other(tmp_path, method, lock):
    (tmp_path / "notes.bin").write_bytes(bytes(range(100)))
    hide = "hide", COVER, "notes.bin", "-o", "s.png", "--method", method, *lock
    done = run(*hide, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "notes.bin is no picture that Steg reads, so it is hidden as a file" in done.stdout
    done = run("reveal", "s.png", *lock, cwd=tmp_path)
    assert done.returncode == 2 and "notes.bin exists already" in done.stderr
    (tmp_path / "elsewhere").mkdir()
    done = run("reveal", "../s.png", "--json", *lock, cwd=tmp_path / "elsewhere")
    result = json.loads(done.stdout)
    assert (result["kind"], result["name"], result["size"]) == ("file", "notes.bin", 100)
    assert (tmp_path / "elsewhere" / result["output"]).read_bytes() == bytes(range(100))
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


def test_a_text_may_come_from_standard_input_and_has_to_be_one(tmp_path):
    hide = "hide", COVER, "--text", "-", "-o", "s.png"
    done = run(*hide, cwd=tmp_path, stdin=b"\xff\xfe\x00")
    assert done.returncode == 2 and "no text in UTF-8" in done.stderr and not (tmp_path / "s.png").exists()
    assert run(*hide, cwd=tmp_path, stdin=b"two\nlines").returncode == 0
    assert steg.reveal(tmp_path / "s.png").content == steg.Text("two\nlines")


@pytest.mark.parametrize("name", ["plain.svg", "bad_signature.png", "empty.png"])
def test_what_is_no_picture_that_can_be_read_is_hidden_as_a_file(tmp_path, name):
    done = run("hide", COVER, AWKWARD / name, "-o", "s.png", cwd=tmp_path)
    assert done.returncode == 0 and "so it is hidden as a file" in done.stdout
    assert steg.reveal(tmp_path / "s.png").content == steg.File(name, (AWKWARD / name).read_bytes())


def test_a_picture_can_be_kept_byte_for_byte(tmp_path):
    picture = AWKWARD / "palette_trns.png"
    assert run("hide", COVER, picture, "--as-file", "-o", "s.png", cwd=tmp_path).returncode == 0
    assert run("reveal", "s.png", cwd=tmp_path).returncode == 0
    assert (tmp_path / picture.name).read_bytes() == picture.read_bytes()


@pytest.mark.parametrize(
    ("hostile", "safe"),
    [
        ("../../x", "x"),
        ("C:\\Windows\\con.txt", "_con.txt"),
        ("a" * 300 + ".txt", "a" * 96 + ".txt"),
        ("..", "file"),
    ],
)
def test_hostile_names_stay_in_the_folder(tmp_path, hostile, safe):
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    steg.hide(COVER, steg.File(hostile, b"x")).save(tmp_path / "s.png")
    assert run("reveal", tmp_path / "s.png", cwd=folder).returncode == 0
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    written = [path for path in files if path.read_bytes() == b"x"]
    assert written == [folder / safe]


def test_too_much_is_refused_with_how_much_fits_and_leaves_nothing(tmp_path):
    (tmp_path / "large").write_bytes(np.random.default_rng(0).bytes(10**5))
    done = run("hide", COVER, "large", "-o", "s.png", cwd=tmp_path)
    capacity = f"{steg.load().capacity(Image.open(COVER).size):,}"
    assert (
        f"The secret takes 100,000 bytes before it is compressed; the cover (300x200) can carry {capacity}"
        in done.stdout
    )
    assert (
        done.returncode == 2
        and f"can carry {capacity} bytes this way, and the secret takes more" in done.stderr
    )
    assert not (tmp_path / "s.png").exists()
    assert json.loads(run("info", COVER, "--json", cwd=tmp_path).stdout)["capacity"] == int(
        capacity.replace(",", "")
    )


def test_a_picture_is_written_under_a_neutral_name_with_a_lock_from_the_environment(tmp_path):
    hide = "hide", COVER, SECRET, "-o", "coffee-stego.png", "--lock", "--json"
    done = run(*hide, cwd=tmp_path, STEG_PASSPHRASE="open sesame")
    assert json.loads(done.stdout)["locked"] is True
    done = run("reveal", "coffee-stego.png", cwd=tmp_path, STEG_PASSPHRASE="open sesame")
    assert "output: coffee-secret.png" in done.stdout and "kind: picture" in done.stdout
    assert Image.open(tmp_path / "coffee-secret.png").size == Image.open(SECRET).size
    assert run("hide", COVER, SECRET, "-o", "open.png", cwd=tmp_path, STEG_PASSPHRASE="x").returncode == 0
    assert "locked: False" in run("info", "open.png", cwd=tmp_path).stdout  # without --lock there is none


def test_a_lost_header_is_told_from_a_lost_secret(tmp_path):
    stego = np.array(steg.hide(Image.open(COVER).convert("RGB"), SECRET))
    start = steg.embedding.header.place(stego).start // stego[0].size
    stego[max(0, start - 3) : start + 3] = 99
    Image.fromarray(stego).save(tmp_path / "s.png")
    result = json.loads(run("info", "s.png", "--json", cwd=tmp_path).stdout)
    assert (result["status"], result["method"]) == ("changed", "file")
    assert "the picture was changed since" in run("reveal", "s.png", cwd=tmp_path).stdout


def test_control_characters_are_spelt_out_on_a_terminal():
    assert harmless("a\tb\n\x1b[2Jc\u202e\u2603") == "a\tb\n\\x1b[2Jc\\u202e\u2603"


def test_a_passphrase_is_asked_for_twice(tmp_path):
    expected = [  # what is typed, and what is said then
        (("open sesame\n", "open barley\n"), "The two passphrases differ"),
        (("\x04",), "No passphrase was typed"),
        (("\n", "\n"), "The passphrase is empty"),
        (("open sesame\n", "open sesame\n"), "locked: True"),
    ]
    script = (  # one process, as each takes seconds to start
        "import sys; from steg.cli import main\n"
        "for number in range(4): main([*sys.argv[1:], '-o', f'{number}.png']); print('-' * 9)"
    )
    command = [sys.executable, "-c", script, "hide", str(COVER), "--text", "x", "--lock"]
    said = _on_a_terminal(command, tmp_path, [line for typed, _ in expected for line in typed])
    assert "Traceback" not in said
    for (_, sentence), part in zip(expected, said.split("-" * 9), strict=False):
        assert sentence in part
    assert [path.name for path in tmp_path.iterdir()] == ["3.png"]


def _on_a_terminal(command: list[str], folder: Path, typed: list[str]) -> str:
    """What a command prints on a terminal on which a line is typed after each prompt."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        environment = {name: value for name, value in os.environ.items() if name != "STEG_PASSPHRASE"}
        os.execve(command[0], command, environment | {"PYTHONPATH": str(ROOT)})
    said, lines = "", list(typed)
    while True:
        try:
            said += os.read(terminal, 4096).decode()
        except OSError:  # the other end is closed
            break
        if lines and said.endswith((": ",)):
            said += "\n"
            os.write(terminal, lines.pop(0).encode())
    os.waitpid(child, 0)
    return said
