"""Kinds of payload in layers: a picture, a text or a file, with or without a lock.

    first bytes   what the layers hold
    0, 0, 2       locked layers (`steg.payload.lock`); when they are opened, one of the following kinds
    0, 0          a text or a file in a container (`steg.payload.container`), in as many layers as it takes
    other         a picture in layers (`steg.payload.layers`), which begins with its width

The byte after 0, 0 is never 2 in a container, which begins with its version and kind. Locked layers are
filled, so that they tell neither the kind of the secret nor its size. Checksums are left to the channel code,
and to the lock where there is one.
"""

from PIL import Image

from steg.errors import StegError
from steg.payload import container, layers, lock
from steg.payload.container import Content
from steg.payload.files import File, Text
from steg.payload.jpeg2000 import DAMAGED

MARK = b"\0\0"
NO_PICTURE = "A text or a file is hidden in this picture: there is no picture in its layers."


def pack(
    content: Content, stego: tuple[int, int], capacities: list[int], for_files: int, passphrase: str | None
) -> list[bytes] | None:
    """Packs a secret into layers.

    Args:
        content: a picture, RGB, a text or a file.
        stego: (width, height) of the stego picture.
        capacities: of the layers, in bytes.
        for_files: how many of the layers a text or a file may take.
        passphrase: locks the layers; None leaves them open.

    Returns:
        The bytes of each layer; None if the secret does not fit.
    """
    sizes = rooms(capacities, bool(passphrase))
    if isinstance(content, Image.Image):
        parts = layers.pack(content, stego, sizes)
    else:
        packed = container.exact(content, [room_for_files(capacities, for_files, bool(passphrase))])
        parts = None if packed is None else container.split(MARK + packed, sizes)
    if parts is None or not passphrase:
        return parts
    first, *others = lock.close(parts, _under_mark(capacities), passphrase)
    return [MARK + first, *others]


def rooms(capacities: list[int], locked: bool) -> list[int]:
    """How many bytes of data fit into layers of these capacities."""
    return lock.rooms(_under_mark(capacities), locked) if locked else capacities


def room_for_files(capacities: list[int], for_files: int, locked: bool) -> int:
    """How many bytes the container of a text or a file may have; arguments as in `pack`."""
    return max(0, sum(rooms(capacities, locked)[:for_files]) - len(MARK))


def is_locked(first: bytes) -> bool:
    """Whether the first layer of a payload says that it is locked."""
    return first.startswith(MARK + bytes([lock.LOCKED]))


def is_file(first: bytes) -> bool:
    """Whether the first layer of an open payload says that it is a text or a file."""
    return first.startswith(MARK)


def open_(received: list[bytes], passphrase: str | None) -> list[bytes]:
    """Opens the lock of the first layers of a payload, if it has one.

    Returns:
        As many layers as there are before one that cannot be opened, at least one.

    Raises:
        StegError: if the passphrase is wrong or missing, or there is one and no lock.
    """
    if not is_locked(received[0]):
        if passphrase:
            raise StegError(lock.NOT_LOCKED)
        return received
    opened = lock.open_([received[0][len(MARK) :], *received[1:]], passphrase)
    if opened[0] is None:
        raise StegError(lock.WRONG_PASSPHRASE)
    return [part for part in opened[: opened.index(None) if None in opened else None] if part is not None]


def read_file(received: list[bytes]) -> Text | File:
    """The text or the file in the layers of an open payload.

    Raises:
        StegError: if they are nothing that `pack` writes, or a layer is missing.
    """
    packed = b"".join(received)[len(MARK) :]
    if packed[:1] and packed[0] & 15 == container.PICTURE:
        raise StegError(DAMAGED)
    content = container.read(packed, largest=0).content
    if isinstance(content, Image.Image):
        raise StegError(DAMAGED)
    return content


def read_picture(received: list[bytes], count: int, stego: tuple[int, int]) -> layers.Unpacked:
    """The picture in the first layers of an open payload; arguments as in `steg.payload.layers.unpack`.

    Raises:
        StegError: if they are nothing that `pack` writes, or it holds a text or a file.
    """
    if is_file(received[0]):
        raise StegError(NO_PICTURE)
    return layers.unpack(received, count, stego)


def _under_mark(capacities: list[int]) -> list[int]:
    return [max(0, capacities[0] - len(MARK)), *capacities[1:]]
