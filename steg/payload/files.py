"""Texts and files as secrets: their types, names that are safe, and deflation with an upper limit."""

import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from PIL import Image

from steg.errors import StegError
from steg.images.writing import encoded
from steg.payload.jpeg2000 import DAMAGED

PICTURE, TEXT, FILE = "picture", "text", "file"  # kinds of secrets
STORED, DEFLATED = 0, 1
LARGEST_FILE = 2**27  # bytes, also when it was deflated
LONGEST_NAME = 100  # bytes
NAMELESS = "file"
UNSAFE = '<>:"|?*'  # not allowed in names on Windows
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789\u00b9\u00b2\u00b3"),
}


@dataclass(frozen=True)
class Text:
    """A text as a secret.

    Raises:
        StegError: if it has half characters (lone surrogates), which no encoding can hold.
    """

    text: str

    def __post_init__(self) -> None:
        try:
            self.text.encode()
        except UnicodeEncodeError as error:
            raise StegError("The text has characters that are none; type it again.") from error


@dataclass(frozen=True)
class File:
    """A file as a secret: its name, without folders, and its bytes."""

    name: str
    data: bytes

    @classmethod
    def from_path(cls, path: str | Path) -> "File":
        """Reads a file, whatever it holds, byte for byte.

        Raises:
            StegError: if it cannot be read, or is larger than `LARGEST_FILE`.
        """
        path = Path(path)
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise StegError(f"The file {path} is larger than {LARGEST_FILE // 2**20} MiB, the limit.")
            return cls(path.name, path.read_bytes())
        except OSError as error:
            raise StegError(f"The file {path} cannot be opened: {error.strerror or error}.") from error


def kind_of(content: Image.Image | Text | File) -> str:
    """`PICTURE`, `TEXT` or `FILE`."""
    if isinstance(content, Text):
        return TEXT
    return FILE if isinstance(content, File) else PICTURE


def suffix_of(content: Image.Image | Text | File) -> str:
    """The ending of the name of a file that holds a secret."""
    if isinstance(content, File):
        return Path(content.name).suffix
    return ".txt" if isinstance(content, Text) else ".png"


def bytes_of(content: Image.Image | Text | File, suffix: str = ".png") -> bytes:
    """A secret as the bytes of a file; a picture in the format of this suffix.

    Raises:
        StegError: as `steg.images.writing.encoded`.
    """
    if isinstance(content, Text):
        return content.text.encode()
    return content.data if isinstance(content, File) else encoded(content, suffix)


def safe_name(name: str) -> str:
    """The last part of a path, without what could do harm where a file of this name is written."""
    name = PureWindowsPath(PurePosixPath(name).name).name
    name = "".join(c for c in name if c.isprintable() and c not in UNSAFE).strip(" .")
    name = shortened(name, LONGEST_NAME)
    if name.split(".")[0].strip().lower() in RESERVED:  # devices on Windows, whatever the ending
        name = f"_{shortened(name, LONGEST_NAME - 1)}"
    return name or NAMELESS


def shortened(name: str, most: int) -> str:
    """A name of at most so many bytes, which keeps its ending unless that is a long one."""
    if len(name.encode()) <= most:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = dot + ending if len(ending.encode()) < most // 2 and stem else ""
    stem = name.removesuffix(ending).encode()[: most - len(ending.encode())].decode(errors="ignore")
    return stem.rstrip(" .") + ending


def deflated(data: bytes) -> tuple[int, bytes]:
    """`DEFLATED` and the data deflated, or `STORED` and the data as they are, whatever is shorter."""
    smaller = zlib.compress(data, 9, wbits=-zlib.MAX_WBITS)
    return (DEFLATED, smaller) if len(smaller) < len(data) else (STORED, data)


def inflated(data: bytes, size: int) -> bytes:
    """The inverse: `size` bytes, or one more where there are more.

    Raises:
        StegError: if the data are no deflated ones.
    """
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, size + 1)
    except zlib.error as error:
        raise StegError(DAMAGED) from error
