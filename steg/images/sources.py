"""What pictures are given as, and the bytes of those that are given as files."""

import os
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from steg.errors import StegError

FileSource = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO
Source = FileSource | Image.Image | np.ndarray


def read_bytes(source: FileSource, role: str, *, empty: bool = False) -> bytes:
    """The bytes of a file.

    Args:
        source: a path, the bytes themselves, or a file object that is open in binary mode, which is read from
            where it stands.
        role: what error sentences call it: "cover", "secret", "file".
        empty: whether it may have none.

    Raises:
        StegError: if it cannot be read, or is something else.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        data = bytes(source)
    elif isinstance(source, str | os.PathLike):
        data = _read_path(Path(source), role)
    elif hasattr(source, "read"):
        data = _read_file_object(source, role)
    else:
        raise StegError(
            f"The {role} has to be a path, bytes, a file object, a PIL image or an array, not "
            f"{type(source).__name__}."
        )
    if not data and not empty:
        raise StegError(f"The {role} is empty; choose another file.")
    return data


def _read_path(path: Path, role: str) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: names that no file can have
        reason = getattr(error, "strerror", None) or error
        raise StegError(f"The {role} {path} cannot be opened: {reason}.") from error


def _read_file_object(file: BinaryIO, role: str) -> bytes:
    try:
        data = file.read()
    except UnicodeDecodeError:
        data = None
    except (OSError, ValueError) as error:  # ValueError: it is closed
        reason = getattr(error, "strerror", None) or error
        raise StegError(f"The {role} cannot be read: {reason}.") from error
    if not isinstance(data, bytes):
        raise StegError(f"The {role} is a file object in text mode; open it in binary mode.")
    return data
