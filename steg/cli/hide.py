"""The command `steg hide COVER SECRET -o STEGO.png`: pictures, texts and files, with or without a lock."""

import argparse
import sys
from typing import Any

import numpy as np
from PIL import Image

from steg import methods
from steg.cli.common import load, passphrase_of, progress_bar
from steg.errors import StegError
from steg.evaluation import psnr_of
from steg.images.reading import Picture, is_picture, read_photo, read_stego
from steg.images.writing import LOSSLESS_SUFFIXES, ROBUST_SUFFIXES, check_output, save_picture
from steg.methods.base import check_size, check_strength, warning
from steg.payload.files import File, Text

SEND = (
    "Send it as a file: messengers and web pages that re-compress it destroy the secret "
    "(--method robust outlives them)."
)
SEND_ROBUST = (
    "Send it through a chat or a web page if you like: the secret outlives JPEG of quality 75 and better, "
    "but not a screenshot of a part or strong editing."
)


def hide(options: argparse.Namespace) -> dict:
    """Hides; returns what is to be printed."""
    robust = options.method == methods.Robust.name
    check_output(options.output, stego=ROBUST_SUFFIXES if robust else LOSSLESS_SUFFIXES, force=options.force)
    cover = read_photo(options.cover, "cover", options.max_megapixels)
    check_size(cover.image.size, "cover")
    check_strength(options.strength)
    secret, notices = _secret(options)
    passphrase = passphrase_of(options, needed=options.lock, twice=True)
    method = load(options.method, options, passphrase)
    notices = [*cover.notices, *notices, *_announcement(method, cover, secret, options.strength)]
    if notices and not options.json:  # said before hiding, which can take a while
        print("\n".join(notices), flush=True)
        notices.clear()
    with progress_bar("hiding", options.json) as progress:
        stego = method.hide(cover.image, secret, strength=options.strength, progress=progress)
    save_picture(stego, options.output)
    written = read_stego(options.output, options.max_megapixels)
    cover_psnr = round(psnr_of(cover.image, written), 2)
    result: dict[str, Any] = {
        "output": str(options.output),
        "size": stego.size,
        "locked": passphrase is not None,
        "cover_psnr": cover_psnr,
    }
    if not options.no_check:
        with progress_bar("checking", options.json) as progress:
            revealed = method.reveal(written, progress=progress).content
        result["secret_exact"] = _is_exact(secret, revealed)
        if isinstance(secret, Image.Image) and isinstance(revealed, Image.Image):
            result["secret_psnr"] = round(psnr_of(secret, revealed), 2)
            notices += filter(None, [warning(method, cover_psnr, result["secret_psnr"])])
    return result | {"notices": [*notices, SEND_ROBUST if robust else SEND]}


def _secret(options: argparse.Namespace) -> tuple[Image.Image | Text | File, list[str]]:
    """What is to be hidden, and sentences on what becomes of it when it is read."""
    if (options.secret is None) == (options.text is None):
        raise StegError("Name one secret: a file, or --text and the text (--text - reads it).")
    if options.text is not None:
        return Text(_standard_input() if options.text == "-" else options.text), []
    if options.as_file:
        return File.from_path(options.secret), []
    if not is_picture(options.secret):
        notice = f"{options.secret.name} is no picture that Steg reads, so it is hidden as a file."
        return File.from_path(options.secret), [notice]
    picture = read_photo(options.secret, "secret", options.max_megapixels)
    return picture.image, list(picture.notices)


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError as error:
        raise StegError("What --text - reads is no text in UTF-8; hide it as a file.") from error


def _announcement(
    method: methods.Method, cover: Picture, secret: Image.Image | Text | File, strength: float
) -> list[str]:
    """What is said before hiding: what becomes of a picture, or how much fits."""
    size = cover.image.size
    if isinstance(secret, Image.Image):
        return [method.describe(size, secret.size)]
    if not isinstance(method, methods.LosslessFile | methods.Robust):
        return []  # it will refuse
    length = len(secret.text.encode()) if isinstance(secret, Text) else len(secret.data)
    capacity = method.capacity(size, strength)
    return [
        f"The secret takes {length:,} bytes before it is compressed; the cover ({size[0]}x{size[1]}) can "
        f"carry {'at least ' if isinstance(method, methods.Robust) else ''}{capacity:,} bytes this way."
    ]


def _is_exact(secret: Image.Image | Text | File, revealed: Image.Image | Text | File) -> bool:
    """Whether what comes back is what was hidden, a file under its safe name."""
    if isinstance(secret, Image.Image):
        return isinstance(revealed, Image.Image) and np.array_equal(np.asarray(secret), np.asarray(revealed))
    if isinstance(secret, File):
        return isinstance(revealed, File) and secret.data == revealed.data
    return secret == revealed
