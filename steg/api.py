"""The two functions for everybody: hide a picture in another one, and reveal it.

Those who want one method and its settings take `steg.load`.
"""

from functools import cache
from typing import Literal

from PIL import Image

from steg.errors import StegError
from steg.images.reading import Source, read_stego
from steg.methods import DEFAULT, LOCKABLE, Robust, Sealed, load, recognise
from steg.methods.base import Method, Revealed

METHODS_FOR = {"file": DEFAULT, "chat": Robust.name}  # channel: the method made for it


def hide(
    cover: Source,
    secret: Source,
    *,
    channel: Literal["file", "chat"] = "file",
    strength: float = 0.5,
    passphrase: str | None = None,
) -> Image.Image:
    """Hides a picture in another one.

    Example:
        >>> import steg
        >>> stego = steg.hide("cover.jpg", "secret.jpg")
        >>> stego.save("stego.png")
        >>> revealed = steg.reveal("stego.png")
        >>> print(revealed.message)
        Found and intact: every pixel is as it was when the secret was hidden.
        >>> revealed.image.save("secret.png")

    Args:
        cover: the picture that will be seen: a path, a PIL image or an (H, W, 3) uint8 array, at least 16x16.
        secret: the picture to hide in it: likewise, of any size.
        channel: how the stego picture will be sent. "file": every pixel arrives as it is; highest fidelity.
            "chat": the secret outlives JPEG and being made smaller; a large cover is made smaller first.
        strength: from 0, the cover changes least, to 1, the secret comes back best; of no effect with "chat".
        passphrase: encrypts the secret, for "file" only: nobody gets it back without.

    Returns:
        The stego picture, RGB. Save it losslessly (PNG); with "chat", JPEG will do.

    Raises:
        StegError: if a picture cannot be read, is too small or too large or cannot carry the secret, or an
            argument is not one of the above.
    """
    if channel not in METHODS_FOR:
        raise StegError(f"There is no channel {channel!r}; choose one of: {', '.join(METHODS_FOR)}.")
    if passphrase is None:
        return _method(METHODS_FOR[channel]).hide(cover, secret, strength=strength)
    if channel == "chat":
        raise StegError("A secret for a chat cannot be locked with a passphrase yet: send it as a file.")
    return load(Sealed.name, passphrase=passphrase).hide(cover, secret, strength=strength)


def reveal(stego: Source, *, passphrase: str | None = None) -> Revealed:
    """Reveals what is hidden in a picture, whichever method it was made with.

    Args:
        stego: what `hide` gave, as it arrived: a path, a PIL image or an (H, W, 3) uint8 array.
        passphrase: the one that the secret was locked with.

    Returns:
        The secret, with how far to trust it.

    Raises:
        StegError: if the picture cannot be read or is too small or too large, too little of the secret is
            left, it is locked and the passphrase is missing or wrong, or there is a passphrase but no lock.
    """
    image = read_stego(stego)
    name = recognise(image)
    if passphrase is not None:
        return load(name if name in LOCKABLE else Sealed.name, passphrase=passphrase).reveal(image)
    if name == Sealed.name:
        raise StegError("This picture is sealed: give the passphrase that it was sealed with.")
    return _method(name).reveal(image)


@cache
def _method(name: str) -> Method:
    """A method without a passphrase, which may be kept."""
    return load(name)
