"""The command `steg reveal STEGO`: writes the secret under its own name, or prints a text."""

import argparse
import sys
from pathlib import Path
from typing import Any

from steg import methods
from steg.cli.batch import reveal_batch
from steg.cli.common import load, passphrase_of, progress_bar, report
from steg.cli.streams import STANDARD, check_standard_output, say, source, write
from steg.errors import NothingFoundError, StegError
from steg.images.reading import read_stego
from steg.images.writing import check_output
from steg.methods.base import NOTHING_FOUND, Revealed, Status
from steg.payload.files import File, Text, bytes_of, kind_of, shortened
from steg.payload.lock import NOT_LOCKED
from steg.steganalysis import recompression

LONGEST_OF_SYSTEMS = 255  # bytes of a file's name on most file systems


def reveal(options: argparse.Namespace) -> bool:
    """Reveals, writes or prints the secret, and says how far to trust it."""
    if options.batch:
        return reveal_batch(options)
    if options.output == STANDARD:
        check_standard_output()
    elif options.output:
        check_output(options.output, force=options.force)
    given = source(options.stego)
    stego = read_stego(given, options.max_megapixels)
    located = methods.locate(stego)
    name = options.method or located.name
    if name is None:
        raise NothingFoundError(" ".join(filter(None, [NOTHING_FOUND, recompression.advice(given)])))
    if options.passphrase and name not in methods.LOCKABLE:
        raise StegError(NOT_LOCKED)
    method = load(name, options, passphrase_of(options, needed=methods.is_locked(located.image)))
    with progress_bar("revealing", options.json) as progress:
        revealed = located.reveal(method, progress)
    if revealed.status is Status.NO_HEADER:
        raise NothingFoundError(" ".join(filter(None, [NOTHING_FOUND, recompression.advice(given)])))
    status = {"status": revealed.status.name.lower(), "notices": [revealed.message]}
    result = _written(revealed, options) | status
    if "text" in result and not options.json:
        _print_text(result)
    else:
        report(result, options)
    return True


def _written(revealed: Revealed, options: argparse.Namespace) -> dict[str, Any]:
    """Writes what was revealed, or leaves a text to be printed; returns what it is and where."""
    content, path = revealed.content, options.output
    result: dict[str, Any] = {"kind": kind_of(content)}
    if isinstance(content, Text):
        result["size"] = len(content.text.encode())
        if path is None:
            return result | {"text": content.text}
    elif isinstance(content, File):
        result |= {"name": content.name, "size": len(content.data)}
        path = path or _free(Path(content.name), options.force)
    else:
        result["size"] = content.size
        path = path or _free(default_name(options.stego), options.force)
    write(bytes_of(content, ".png" if path == STANDARD else path.suffix), path)
    return result | {"output": str(path)}


def default_name(stego: Path | str) -> Path:
    """Where a picture, which has no name of its own, is written unless the user says otherwise."""
    if stego == STANDARD:
        return Path("secret.png")
    return Path(shortened(f"{Path(stego).stem.removesuffix('-stego')}-secret.png", LONGEST_OF_SYSTEMS))


def _free(path: Path, force: bool) -> Path:
    check_output(path, force=force)
    return path


def _print_text(result: dict) -> None:
    """Prints a text alone to standard output, and to standard error what is to be said of it.

    On a terminal, control characters of the text, which may be hostile, are shown as escapes.
    """
    say("\n".join(result["notices"]), sys.stderr)
    text = result["text"]
    say(harmless(text) if sys.stdout.isatty() else text)


def harmless(text: str) -> str:
    """A text whose control characters, but for line ends and tabs, are spelt as escapes."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)
