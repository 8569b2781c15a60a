"""The two functions for everybody: hide a secret in a picture, and reveal it.

Those who want one method and its settings take `steg.load`.
"""

from functools import cache
from typing import Literal, cast

from PIL import Image

from steg import delivery
from steg.errors import NothingFoundError, StegError
from steg.images.reading import Source, read_stego
from steg.methods import DEFAULT, LOCKABLE, Robust, Sealed, load, locate
from steg.methods.base import NOTHING_FOUND, Method, Revealed
from steg.payload.files import File, Text
from steg.payload.lock import NOT_LOCKED

METHODS_FOR = {"file": DEFAULT, "chat": Robust.name}  # channel: the method made for it


def hide(
    cover: Source,
    secret: Source | Text | File,
    *,
    channel: Literal["file", "chat"] = "file",
    strength: float = 0.5,
    passphrase: str | None = None,
) -> Image.Image:
    """Hides a picture, a text or a file in a picture.

    Example:
        >>> import steg
        >>> stego = steg.hide("cover.jpg", "secret.jpg")
        >>> stego.save("stego.png")
        >>> revealed = steg.reveal("stego.png")
        >>> print(revealed.message)
        Found and intact: every pixel is as it was when the secret was hidden.
        >>> revealed.image.save("secret.png")

        A text under a passphrase; `steg.File.from_path` takes a file of any kind, byte for byte:

        >>> stego = steg.hide("cover.jpg", steg.Text("Meet me at nine."), passphrase="open sesame")
        >>> steg.reveal(stego, passphrase="open sesame").content
        Text(text='Meet me at nine.')

    Args:
        cover: the picture that will be seen, at least 16x16: a path, bytes, a binary file object, a PIL image
            or an (H, W, 3) uint8 array.
        secret: what to hide in it: a picture of any size, likewise, a `Text`, or a `File`.
        channel: how the stego picture will be sent. "file": every pixel arrives as it is; highest fidelity.
            "chat": the secret outlives JPEG and being made smaller; a large cover is made smaller first.
        strength: from 0, the cover changes least, to 1, the secret comes back best.
        passphrase: locks the secret: nobody gets it back without.

    Returns:
        The stego picture, RGB. Save it losslessly (PNG); with "chat", JPEG will do.

    Raises:
        StegError: if a picture cannot be read, is too small or too large or cannot carry the secret, or an
            argument is not one of the above.
    """
    if channel not in METHODS_FOR:
        raise StegError(f"There is no channel {channel!r}; choose one of: {', '.join(METHODS_FOR)}.")
    name = METHODS_FOR[channel]
    return _method(name, passphrase).hide(cover, secret, strength=strength)


def hide_for(
    app: str,
    cover: Source,
    secret: Source | Text | File,
    *,
    strength: float = 0.5,
    passphrase: str | None = None,
) -> bytes:
    """Hides a secret to be sent through one app, in the form that it changes least, or not at all.

    Example:
        >>> from pathlib import Path
        >>> import steg
        >>> data = steg.hide_for("telegram-desktop", "cover.jpg", "secret.jpg")
        >>> _ = Path("stego.jpg").write_bytes(data)

    Args:
        app: one of `steg.delivery.PROFILES`, whose `suffix` says how the file has to end; "any" makes a PNG
            file for all of them, as `hide` does with `channel="chat"`.
        cover: as in `hide`; a large one is made smaller.
        secret: as in `hide`.
        strength: as in `hide`.
        passphrase: as in `hide`.

    Returns:
        The stego picture as the bytes of a file, to be sent as it is.

    Raises:
        StegError: as `hide`, or if there is no such app.
    """
    profile = delivery.profile_of(app)
    method = cast(Robust, _method(Robust.name, passphrase))
    return delivery.hide(profile, method, cover, secret, strength=strength)


def reveal(stego: Source, *, passphrase: str | None = None) -> Revealed:
    """Reveals what is hidden in a picture, whichever method it was made with.

    Args:
        stego: what `hide` gave, as received: a path, bytes, a binary file object, a PIL image or an
            (H, W, 3) uint8 array.
        passphrase: the one that the secret was locked with.

    Returns:
        The secret, with how far to trust it.

    Raises:
        StegError: if the picture cannot be read or is too small or too large, nothing or too little of a
            secret is in it, it is locked and the passphrase is missing or wrong, or there is a passphrase but
            no lock.
    """
    located = locate(read_stego(stego))
    name = located.name
    if name is None:
        raise NothingFoundError(NOTHING_FOUND)
    if passphrase is not None and name not in LOCKABLE:
        raise StegError(NOT_LOCKED)
    if passphrase is None and name == Sealed.name:
        raise StegError("This picture is sealed: give the passphrase that it was sealed with.")
    return located.reveal(_method(name, passphrase))


def _method(name: str, passphrase: str | None) -> Method:
    """A method; one with a passphrase is not kept.

    Raises:
        StegError: if the passphrase is empty.
    """
    if passphrase is None:
        return _kept(name)
    if not passphrase:
        raise StegError("The passphrase is empty: type one, or leave it out.")
    return load(name, passphrase=passphrase)


@cache
def _kept(name: str) -> Method:
    return load(name)
