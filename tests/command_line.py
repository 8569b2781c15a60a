"""The command line in this process: a start of its own costs seconds."""

import io
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PIL import Image

from steg.cli import main

ROOT = Path(__file__).parents[1]
_folder = TemporaryDirectory()  # removed with this module


def _smaller(name: str, size: tuple[int, int]) -> Path:
    path = Path(_folder.name) / name
    Image.open(ROOT / "examples" / name).convert("RGB").resize(size).save(path)
    return path


COVER, SECRET = _smaller("coffee.jpg", (300, 200)), _smaller("cat.png", (225, 150))


def run(*arguments, cwd: Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess:
    """Runs `steg ARGUMENTS` in a folder; standard output and error are texts, as of pipes."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(cwd)
        patch.delenv("STEG_PASSPHRASE", raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        for name, stream in streams.items():
            patch.setattr(sys, name, stream)
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code
    written = {name: stream.buffer.getvalue() for name, stream in streams.items()}
    texts = {name: data.decode(errors="backslashreplace") for name, data in written.items()}
    done = subprocess.CompletedProcess(arguments, status, **texts)
    done.data = written["stdout"]
    return done
