"""The command line with awkward streams, names and passphrases: a result or a sentence, never a traceback."""

import io
import os
import pty
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from command_line import COVER, ROOT, run
from PIL import Image
from test_cli import GOLDEN

import steg
from steg.cli import hide as hiding
from steg.cli.reveal import default_name
from steg.cli.streams import check_standard_output, read_input, say, write


@pytest.fixture(scope="module")
def small(photo, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("small") / "cover.png"
    photo("coffee.jpg", (64, 48)).save(path)
    return path


def test_a_picture_goes_from_standard_input_to_standard_output_and_messages_go_elsewhere(small, tmp_path):
    done = run("hide", "-", "--text", "nine", "-o", "-", cwd=tmp_path, stdin=small.read_bytes())
    assert done.returncode == 0 and "secret exact: True" in done.stderr
    assert steg.reveal(done.data).content == steg.Text("nine")
    known = run("info", "-", "--json", cwd=tmp_path, stdin=done.data)
    assert '"status": "intact"' in known.stdout
    found = run("reveal", "-", "-o", "-", cwd=tmp_path, stdin=done.data)
    assert found.data == b"nine" and "kind: text" in found.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "revealed"), [("file.png", "file.revealed.png"), ("robust-file.png", "robust-file.revealed.bin")]
)
def test_pictures_and_files_are_revealed_to_standard_output(tmp_path, name, revealed):
    done = run("reveal", GOLDEN / name, "-o", "-", cwd=tmp_path)
    if revealed.endswith(".png"):
        expected = Image.open(GOLDEN / revealed).convert("RGB").tobytes()
        assert Image.open(io.BytesIO(done.data)).tobytes() == expected
    else:
        assert done.data == (GOLDEN / revealed).read_bytes()


def test_a_secret_may_come_from_standard_input(small, tmp_path):
    assert run("hide", small, "-", "-o", "s.png", cwd=tmp_path, stdin=b"no picture").returncode == 0
    assert steg.reveal(tmp_path / "s.png").content == steg.File("file", b"no picture")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("hide", "-", "-", "-o", "s.png"), "Only one file or text can come from standard input"),
        (("hide", "-", "--text", "-", "-o", "s.png"), "Only one file or text can come from standard input"),
        (("info", "-", "-"), "Only one file can come from standard input"),
        (("hide", "-", "--text", "x", "-o", "s.png"), "The cover is empty"),
        (("reveal", "-"), "The file is empty"),
        (("hide", COVER, "--text", "x", "-o", "a" * 300 + ".png"), "File name too long"),
        (("hide", COVER, "--text", "x", "-o", "a/" * 3000 + "s.png"), "File name too long"),
        (("hide", "a" * 300, "--text", "x", "-o", "s.png"), "File name too long"),
        (("hide", COVER, "a" * 300, "-o", "s.png"), "File name too long"),
        (("reveal", "a" * 300), "File name too long"),
        (("info", "a" * 300), "File name too long"),
        (("reveal", COVER, "-o", "a" * 300), "File name too long"),
        (("hide", COVER, "--text", "\udcff", "-o", "s.png"), "The text has characters that are none"),
        (("hide", COVER, "--text", "x", "-o", "s.png", "--passphrase", "\udcff"), "is no text in UTF-8"),
        (("reveal", GOLDEN / "file-locked.png", "--passphrase", "\ud800"), "is no text in UTF-8"),
        *(
            (("hide", COVER, "--text", "x", "-o", "s.png", "--device", device), "is not available here")
            for device in ("hpu", "meta", "xla", "mps:1", "cuda:99", "privateuseone", "vulkan", "", "\udcff")
        ),
    ],
    ids=lambda value: ascii(value)[:40] if isinstance(value, str) else None,
)
def test_what_cannot_be_read_or_written_is_said_in_one_line(tmp_path, arguments, sentence):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2 and done.stdout == ""
    assert sentence in done.stderr and done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_names_that_no_text_can_hold_are_taken(small, tmp_path):
    cover, secret = os.fsdecode(b"\xff.png"), os.fsdecode(b"\xfe.bin")
    (tmp_path / cover).write_bytes(small.read_bytes())
    (tmp_path / secret).write_bytes(b"x")
    done = run("hide", cover, secret, "-o", os.fsdecode(b"s\xff.png"), cwd=tmp_path)
    assert done.returncode == 0 and "s\\udcff.png" in done.stdout
    assert run("reveal", os.fsdecode(b"s\xff.png"), "--json", cwd=tmp_path).returncode == 0


def test_the_name_of_a_revealed_picture_is_not_too_long():
    name = default_name(Path("\u2603" * 83 + ".png")).name
    assert len(name.encode()) <= 255 and name.endswith(".png")


def test_several_files_are_known_of_and_a_bad_one_does_not_stop_the_rest(tmp_path):
    done = run("info", GOLDEN / "file.png", "missing", GOLDEN / "lsb-4-bits.png", "--json", cwd=tmp_path)
    assert done.returncode == 2 and done.stdout.count("\n") == 2
    assert '"method": "file"' in done.stdout and '"method": "lsb"' in done.stdout
    assert done.stderr.startswith("steg: missing: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "reason", [PermissionError(13, "Permission denied"), OSError(30, "Read-only file system")]
)
def test_a_folder_that_cannot_be_written_to_is_noticed_before_the_work(small, tmp_path, monkeypatch, reason):
    def refused(*_, **__):
        raise reason

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    monkeypatch.setattr(hiding, "read_photo", lambda *_: pytest.fail("read before the output was checked"))
    done = run("hide", small, "--text", "x", "-o", "s.png", cwd=tmp_path)
    assert done.returncode == 2 and f"s.png cannot be written: {reason.strerror}" in done.stderr


def test_an_interruption_of_the_check_says_that_the_file_is_there(small, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(hiding, "_figures", interrupted)
    done = run("hide", small, "--text", "x", "-o", "s.png", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr == "steg: Interrupted during the check; s.png is written.\n"
    assert steg.reveal(tmp_path / "s.png").content == steg.Text("x")


def test_an_interruption_while_torch_is_imported_is_silent():
    code = """if True:
        import runpy, sys

        class Interrupting:
            def find_spec(self, name, *_):
                if name == "torch":
                    raise KeyboardInterrupt

        sys.meta_path.insert(0, Interrupting())
        sys.argv[1:] = ["--version"]
        runpy.run_module("steg", run_name="__main__")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_a_file_is_written_leaves_no_part_of_it(small, tmp_path, monkeypatch, number):
    handler = signal.getsignal(number)
    monkeypatch.setattr(os, "replace", lambda *_: os.kill(os.getpid(), number))
    done = run("hide", small, "--text", "x", "-o", "s.png", cwd=tmp_path)
    assert done.returncode == 128 + number and list(tmp_path.iterdir()) == []
    assert signal.getsignal(number) is handler


def started(script: str, folder: Path) -> subprocess.CompletedProcess:
    """What a shell says of `script`, in which steg is the real command line in a process of its own."""
    command = f'steg() {{ "{sys.executable}" -m steg "$@"; }}; {script}'
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True
    )


def test_streams_that_are_closed_broken_or_of_another_encoding_stop_no_work(small, tmp_path):
    script = (
        f"hide() {{ steg hide {small} --text x --no-check -o $1; }};"
        "hide closed.png <&- >&- 2>&- || exit 3;"
        "hide broken.png | true; [ ${PIPESTATUS[0]} = 0 ] || exit 4;"
        "PYTHONIOENCODING=cp1252 hide $'\\u2603.png' || exit 5"
    )
    done = started(script, tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "output: \\u2603.png" in done.stdout.decode("cp1252")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken.png", "closed.png", "\u2603.png"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux")
def test_a_full_disk_behind_standard_output_is_said(monkeypatch):
    for print_ in (lambda: say("x"), lambda: write(b"x", "-")):
        with open("/dev/full", "w") as full, monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", full)
            with pytest.raises(steg.StegError, match="Standard output cannot be written: No space left"):
                print_()


@pytest.mark.parametrize(
    ("name", "mode", "use"), [("stdout", "w", check_standard_output), ("stdin", "r", read_input)]
)
def test_a_terminal_neither_takes_nor_gives_a_file(monkeypatch, name, mode, use):
    other, terminal = pty.openpty()
    with open(terminal, mode) as stream, open(other, "rb"):
        monkeypatch.setattr(sys, name, stream)
        with pytest.raises(steg.StegError, match="is a terminal"):
            use()
