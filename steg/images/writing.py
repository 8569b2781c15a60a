"""Writing pictures and other files: a check of the path before the work, and an atomic write after it."""

import io
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from steg.errors import StegError

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}
LOSSLESS_SUFFIXES = (".png",)  # of stego pictures that have to stay as they are
ROBUST_SUFFIXES = (".png", ".jpg", ".jpeg")  # of stego pictures that survive JPEG


def check_output(path: Path, *, stego: tuple[str, ...] = (), force: bool) -> None:
    """Checks before any work is done that `path` can be written.

    Args:
        path: of the file to be written.
        stego: the suffixes allowed for a stego picture; () for any other picture.
        force: whether an existing file may be replaced.

    Raises:
        StegError: if the suffix is not allowed, the folder is missing or cannot be written to, the name is
            too long, or the file exists already.
    """
    if stego and path.suffix.lower() not in stego:
        raise StegError(
            f"A stego picture has to be a {' or '.join(stego)} file, not "
            f"{path.suffix or 'one without an ending'}: JPEG and other lossy formats change pixels and "
            "destroy the hidden picture; only the method robust outlives a JPEG."
        )
    try:
        if not path.parent.is_dir():
            raise StegError(f"The folder {path.parent} does not exist; create it first.")
        if path.is_dir():
            raise StegError(f"{path} is a folder; name a file in it.")
        if path.exists() and not force:
            raise StegError(f"{path} exists already; choose another name, or add --force to replace it.")
        with tempfile.TemporaryFile(dir=path.parent):  # permissions alone do not tell, nor does a full disk
            pass
    except OSError as error:
        raise StegError(f"{path} cannot be written: {error.strerror or error}.") from error


def encoded(image: Image.Image, suffix: str = ".png") -> bytes:
    """A picture as the bytes of a file; JPEG at quality 95 without chroma subsampling (4:4:4).

    Raises:
        StegError: if the suffix names no format that is written here, or one too small for the picture.
    """
    if suffix.lower() not in FORMATS:
        raise StegError(f"A picture needs a file with one of the endings {', '.join(FORMATS)}.")
    # noise hardly compresses, and level 3 takes half the time of the default 6
    options = {"compress_level": 3, "quality": 95, "subsampling": 0}
    buffer = io.BytesIO()
    try:
        image.save(buffer, FORMATS[suffix.lower()], **options)
    except (OSError, ValueError) as error:  # WebP ends at 16383 pixels, JPEG at 65535
        raise StegError(
            f"A picture of {image.width}x{image.height} pixels does not fit into a {suffix} file; use .png."
        ) from error
    return buffer.getvalue()


def save_picture(image: Image.Image, path: Path) -> None:
    """Writes a picture in the format of `path`'s suffix, as `encoded` and `save_bytes` do."""
    save_bytes(encoded(image, path.suffix), path)


def save_bytes(data: bytes, path: Path) -> None:
    """Writes a file, which appears only once it is complete.

    Raises:
        StegError: if it cannot be written.
    """
    with _atomically(path) as file:
        file.write(data)


@contextmanager
def _atomically(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once it is complete; an OSError becomes a StegError."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with open(part, "xb") as file:
                yield file
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise StegError(f"{path} cannot be written: {error.strerror or error}.") from error
