"""The command `steg reveal STEGO`: writes the secret under its own name, or prints a text."""

import argparse
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from steg import methods
from steg.cli.common import load, passphrase_of, progress_bar
from steg.errors import StegError
from steg.images.reading import read_stego
from steg.images.writing import check_output, check_picture_suffix, save_bytes, save_picture
from steg.methods.base import NOTHING_FOUND, Revealed, Status
from steg.payload.files import File, Text
from steg.steganalysis import recompression


def reveal(options: argparse.Namespace) -> dict:
    """Reveals; returns what is to be printed."""
    if options.output:
        check_output(options.output, force=options.force)
    stego = read_stego(options.stego, options.max_megapixels)
    name = options.method or methods.recognise(stego)
    if name is None:
        raise StegError(" ".join(filter(None, [NOTHING_FOUND, recompression.advice(options.stego)])))
    method = load(name, options, passphrase_of(options, needed=methods.is_locked(stego)))
    with progress_bar("revealing", options.json) as progress:
        revealed = method.reveal(stego, progress=progress)
    advice = recompression.advice(options.stego) if revealed.status is Status.NO_HEADER else None
    notices = [notice for notice in (revealed.message, advice) if notice]
    return _written(revealed, options) | {"status": revealed.status.name.lower(), "notices": notices}


def _written(revealed: Revealed, options: argparse.Namespace) -> dict[str, Any]:
    """Writes what was revealed, or leaves a text to be printed; returns what it is and where."""
    content, path = revealed.content, options.output
    if isinstance(content, Text):
        result: dict[str, Any] = {"kind": "text", "size": len(content.text.encode())}
        if path is None:
            return result | {"text": content.text}
        save_bytes(content.text.encode(), path)
    elif isinstance(content, File):
        result = {"kind": "file", "name": content.name, "size": len(content.data)}
        path = path or _free(Path(content.name), options.force)
        save_bytes(content.data, path)
    else:
        result = {"kind": "picture", "size": content.size}
        path = path or _free(default_name(options.stego), options.force)
        _save(content, path)
    return result | {"output": str(path)}


def default_name(stego: Path) -> Path:
    """Where a picture, which has no name of its own, is written unless the user says otherwise."""
    return Path(f"{stego.stem.removesuffix('-stego')}-secret.png")


def _free(path: Path, force: bool) -> Path:
    check_output(path, force=force)
    return path


def _save(picture: Image.Image, path: Path) -> None:
    check_picture_suffix(path)
    save_picture(picture, path)


def print_text(result: dict) -> None:
    """Prints a text alone to standard output, and to standard error what is to be said of it.

    On a terminal, control characters of the text, which may be hostile, are shown as escapes.
    """
    print("\n".join(result["notices"]), file=sys.stderr)
    text = result["text"]
    print(harmless(text) if sys.stdout.isatty() else text)


def harmless(text: str) -> str:
    """A text whose control characters, but for line ends and tabs, are spelt as escapes."""
    return "".join(c if c.isprintable() or c in "\n\t" else c.encode("unicode_escape").decode() for c in text)
