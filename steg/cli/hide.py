"""The command `steg hide COVER SECRET -o STEGO.png`: pictures, texts and files, with or without a lock."""

import argparse
from pathlib import Path
from typing import Any, cast

import numpy as np
from PIL import Image

from steg import delivery, methods
from steg.cli.batch import hide_batch
from steg.cli.common import announce, load, passphrase_of, profile_of, progress_bar, report
from steg.cli.streams import STANDARD, check_standard_output, read_input, source, write
from steg.errors import StegError
from steg.evaluation import psnr_of
from steg.images.reading import Picture, is_picture, read_photo, read_stego
from steg.images.writing import LOSSLESS_SUFFIXES, ROBUST_SUFFIXES, check_output, encoded
from steg.methods.base import check_size, check_strength, warning
from steg.payload.files import NAMELESS, File, Text

SEND = (
    "Send it as a file: messengers and web pages that re-compress it destroy the secret "
    "(--method robust outlives them)."
)
ENDING = "For {label} the file has to end in {suffix}: name another output."
DEAD = (
    "What was hidden in this file does not come back, so it was not kept: take a larger cover, or an output "
    "that ends in .png."
)
TOO_SMALL = (
    "The cover ({width}x{height}) is too small for anything in it to outlive JPEG: write a .png file, or "
    "take a larger cover."
)


def hide(options: argparse.Namespace) -> bool:
    """Hides, and prints what was done."""
    profile = profile_of(options)
    if options.batch:
        return hide_batch(options)
    robust = options.method == methods.Robust.name
    _check_streams(options)
    if options.output != STANDARD:
        suffixes = ROBUST_SUFFIXES if robust else LOSSLESS_SUFFIXES
        if profile.name != delivery.ANY and not profile.takes(options.output):
            raise StegError(ENDING.format(label=profile.label, suffix=profile.suffix))
        check_output(options.output, stego=suffixes, force=options.force)
    cover = read_photo(source(options.cover), "cover", options.max_megapixels)
    check_size(cover.image.size, "cover")
    is_jpeg = options.output != STANDARD and options.output.suffix.lower() not in LOSSLESS_SUFFIXES
    outlives_jpeg = robust and methods.Robust.outlives_jpeg(cover.image.size)
    if is_jpeg and not outlives_jpeg:
        raise StegError(TOO_SMALL.format(width=cover.image.width, height=cover.image.height))
    check_strength(options.strength)
    secret, notices = _secret(options)
    passphrase = passphrase_of(options, needed=options.lock, twice=True)
    method = load(options.method, options, passphrase)
    if methods.holds_secret(cover.image):
        notices.append(methods.HOLDS_SECRET)
    notices = [*cover.notices, *notices, *_announcement(method, cover, secret, options.strength, profile)]
    announce(notices, options)
    with progress_bar("hiding", options.json) as progress:
        work: dict[str, Any] = {"strength": options.strength, "progress": progress}
        if profile.name != delivery.ANY:
            data = delivery.hide(profile, cast(methods.Robust, method), cover.image, secret, **work)
        else:
            suffix = ".png" if options.output == STANDARD else options.output.suffix
            data = encoded(method.hide(cover.image, secret, **work), suffix)
    write(data, options.output)
    result: dict[str, Any] = {
        "output": str(options.output),
        "size": read_stego(data).size,
        "locked": passphrase is not None,
    }
    try:
        figures = _figures(method, cover.image, secret, data, options)
    except StegError as error:
        if options.output != STANDARD:
            options.output.unlink()
        raise StegError(DEAD) from error
    except KeyboardInterrupt:
        raise StegError(f"Interrupted during the check; {options.output} is written.") from None
    if "secret_psnr" in figures:
        notices += filter(None, [warning(method, figures["cover_psnr"], figures["secret_psnr"])])
    if outlives_jpeg or profile.name != delivery.ANY:
        notices.append(profile.arrival)
    elif not robust:
        notices.append(SEND)
    report(result | figures | {"notices": notices}, options)
    return True


def _check_streams(options: argparse.Namespace) -> None:
    """Refuses two files from standard input, and one to a standard output that cannot take it."""
    if [options.cover, options.secret, options.text].count(STANDARD) > 1:
        raise StegError("Only one file or text can come from standard input; name the other one.")
    if options.output == STANDARD:
        check_standard_output()


def _figures(
    method: methods.Method,
    cover: Image.Image,
    secret: Image.Image | Text | File,
    data: bytes,
    options: argparse.Namespace,
) -> dict[str, Any]:
    """PSNR of the stego picture in a file and, unless that is not wanted, of what is revealed from it."""
    written = read_stego(data)
    figures: dict[str, Any] = {"cover_psnr": round(psnr_of(cover, written), 2)}
    if options.no_check:
        return figures
    with progress_bar("checking", options.json) as progress:
        revealed = method.reveal(written, progress=progress).content
    figures["secret_exact"] = _is_exact(secret, revealed)
    if isinstance(secret, Image.Image) and isinstance(revealed, Image.Image):
        figures["secret_psnr"] = round(psnr_of(secret, revealed), 2)
    return figures


def _secret(options: argparse.Namespace) -> tuple[Image.Image | Text | File, list[str]]:
    """What is to be hidden, and sentences on what becomes of it when it is read."""
    if (options.secret is None) == (options.text is None):
        raise StegError("Name one secret: a file, or --text and the text (--text - reads it).")
    if options.text is not None:
        return Text(_standard_input() if options.text == STANDARD else options.text), []
    given = source(options.secret)
    if options.as_file:
        return _file(given), []
    if not is_picture(given):
        file = _file(given)
        return file, [f"{file.name} is no picture that Steg reads, so it is hidden as a file."]
    picture = read_photo(given, "secret", options.max_megapixels)
    return picture.image, list(picture.notices)


def _file(given: Path | bytes) -> File:
    return File(NAMELESS, given) if isinstance(given, bytes) else File.from_path(given)


def _standard_input() -> str:
    try:
        return read_input().decode()
    except UnicodeDecodeError as error:
        raise StegError("What --text - reads is no text in UTF-8; hide it as a file.") from error


def _announcement(
    method: methods.Method,
    cover: Picture,
    secret: Image.Image | Text | File,
    strength: float,
    profile: delivery.Profile,
) -> list[str]:
    """What is said before hiding: what becomes of a picture, or how much fits."""
    size, settings = cover.image.size, dict[str, Any]()
    if isinstance(method, methods.Robust):
        settings["longest_side"] = delivery.longest_side(profile, cover.image)
    if isinstance(secret, Image.Image):
        return [method.describe(size, secret.size, **settings)]
    if not isinstance(method, methods.LosslessFile | methods.Robust):
        return []  # it will refuse
    length = len(secret.text.encode()) if isinstance(secret, Text) else len(secret.data)
    capacity = method.capacity(size, strength, **settings)
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
