"""Standard input, output and error: read, written, and safe where they are closed or end early."""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from steg.errors import StegError
from steg.images.writing import save_bytes

STANDARD = "-"  # as the name of a file: standard input or output
ENDING_SIGNALS = ("SIGTERM", "SIGHUP")  # SIGHUP: the terminal was closed; Windows has none


def file_name(argument: str) -> Path | str:
    """The value of an argument that names a file: a path, or `STANDARD`."""
    return STANDARD if argument == STANDARD else Path(argument)


def source(name: Path | str) -> Path | bytes:
    """What is to be read: a path, or all of standard input."""
    return read_input() if name == STANDARD else Path(name)


def read_input() -> bytes:
    """All of standard input.

    Raises:
        StegError: if it is a terminal, closed or cannot be read.
    """
    if sys.stdin.isatty():
        raise StegError("Standard input is a terminal: send a file into it, as in `steg info - < FILE`.")
    try:
        return sys.stdin.buffer.read()
    except (OSError, ValueError) as error:
        raise StegError("Standard input cannot be read.") from error


def check_standard_output() -> None:
    """Checks that bytes can be written to standard output.

    Raises:
        StegError: if it is closed, or a terminal.
    """
    if sys.stdout.isatty():
        raise StegError("Standard output is a terminal: send it to a file or a program, as in `-o - > FILE`.")
    if getattr(sys.stdout, "name", None) == os.devnull:
        raise StegError("Standard output is closed; name a file.")


def write(data: bytes, name: Path | str) -> None:
    """Writes a file, or to standard output.

    Raises:
        StegError: if it cannot be written, or whoever reads it has ended.
    """
    if name != STANDARD:
        save_bytes(data, Path(name))
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _discard(sys.stdout)
        raise StegError(f"Standard output cannot be written: {error.strerror}.") from error


def say(text: str, stream: TextIO | None = None) -> None:
    """Prints a line, to standard output unless told otherwise, at once.

    Where whoever reads it has ended (`| head`), the line and those that follow are dropped, not the work.

    Raises:
        StegError: if it cannot be printed for another reason, such as a full disk.
    """
    stream = stream or sys.stdout
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        _discard(stream)
    except OSError as error:
        _discard(stream)
        if stream is sys.stdout:
            raise StegError(f"Standard output cannot be written: {error.strerror}.") from error


@contextmanager
def standard_streams() -> Iterator[None]:
    """Standard streams that exist, also where the caller closed them, and spell out what they cannot encode.

    SIGTERM and SIGHUP end the program like an exception, so that what is half-written is removed.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a text may have letters that a terminal lacks
    names = [name for name in ENDING_SIGNALS if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), _end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                _discard(stream)


def _end(number: int, _: FrameType | None) -> Any:
    sys.exit(128 + number)  # as a shell counts a program that a signal ended


def _discard(stream: TextIO) -> None:
    """Sends to nowhere what a stream still holds, which would fail once more at the interpreter's exit."""
    with suppress(OSError, ValueError), open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
