"""The interface of all methods: `hide`, `reveal`, and the status of a revealed picture."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from PIL import Image

from steg.embedding.header import VERSION, Header
from steg.errors import StegError
from steg.images.reading import Source, read_photo
from steg.images.resizing import returned_size
from steg.images.tiling import Progress
from steg.payload.files import File, Text

SMALLEST_SIDE = 16  # of a cover, in pixels


class Status(Enum):
    """Status of a received picture, by its header or watermark; each value is a sentence for the user."""

    INTACT = "Found and intact: every pixel is as it was when the secret was hidden."
    CHANGED = "Found, but pixels were changed since: parts of the secret may be wrong or missing."
    MARKED = (
        "Found by its mark: pixels were changed since, by a JPEG file, a chat or a web page perhaps, so the "
        "secret is shown as well as it survived."
    )
    NO_HEADER = "Nothing found: not one of ours, or re-compressed, resized or screenshotted on the way."
    OTHER_WEIGHTS = "Hidden with other weights ({theirs}, here are {ours}): reveal it with those."
    NEWER = "Hidden by a newer version of Steg: update Steg to reveal it."


NOTHING_FOUND = f"{Status.NO_HEADER.value} Ask for the very file that was saved."
WARN_BELOW_DB = 38.0, 34.0  # PSNR of cover and secret in dB, below which a careful look may find something
CAVEAT = "What the network sees is shown all the same, but most likely means nothing."


@dataclass(frozen=True)
class Revealed:
    """A revealed secret.

    Attributes:
        content: the secret: a picture, RGB, in the shape and size in which it was handed in; a text; a file.
        status: from the header or watermark, how far to trust it.
        message: the status as a sentence for the user.
    """

    content: Image.Image | Text | File
    status: Status
    message: str

    @property
    def image(self) -> Image.Image:
        """The secret, if it is a picture.

        Raises:
            StegError: if it is a text or a file.
        """
        if isinstance(self.content, Text | File):
            kind = "text" if isinstance(self.content, Text) else "file"
            raise StegError(f"The secret in this picture is a {kind} and no picture: take its `content`.")
        return self.content


class Method(Protocol):
    """One way of hiding a secret in a picture."""

    name: str
    method_id: int  # in the header
    warn_below_db: tuple[float, float]  # PSNR of cover and secret in dB, below which a pair went badly
    has_strength: bool  # whether the strength makes a difference
    pixelwise: bool  # whether a part of the stego picture gives that part of the secret

    @staticmethod
    def describe(cover: tuple[int, int], secret: tuple[int, int]) -> str:
        """One sentence for the user before hiding: how a secret of this (width, height) will come back."""

    def hide(
        self,
        cover: Source,
        secret: Source | Text | File,
        *,
        strength: float = 0.5,
        progress: Progress | None = None,
    ) -> Image.Image:
        """Returns the stego picture: RGB, of the cover's size unless `describe` says otherwise."""

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Returns the secret hidden in a picture and how far to trust it."""


def status_of(header: Header | None, weights: str) -> Status:
    """The status of a picture by its header (None if it has none) and the id of the weights in use."""
    if header is None:
        return Status.NO_HEADER
    if header.version > VERSION:
        return Status.NEWER
    if header.weights != weights:
        return Status.OTHER_WEIGHTS
    return Status.INTACT if header.intact else Status.CHANGED


def message_of(status: Status, header: Header | None, weights: str) -> str:
    """The status as a sentence for the user; arguments as in `status_of`."""
    return status.value.format(theirs=header.weights if header else "", ours=weights)


def what_will_happen(cover: tuple[int, int], secret: tuple[int, int]) -> str:
    """One sentence for the user before hiding: how a secret of this (width, height) will come back."""
    back = returned_size(cover, secret)
    if back != secret:
        return (
            f"The secret ({secret[0]}x{secret[1]}) has more pixels than the cover ({cover[0]}x{cover[1]}): "
            f"it will come back at {back[0]}x{back[1]}. Take a larger cover to keep more detail."
        )
    if cover != secret:
        return (
            f"The secret will be fitted to the cover ({cover[0]}x{cover[1]}) "
            "and come back in its own size and shape."
        )
    return "Both pictures have the same size: nothing needs to be resampled."


def warning(method: type[Method] | Method, cover_db: float, secret_db: float) -> str | None:
    """A sentence on a pair that went badly, from the PSNR of its cover and of its revealed secret in dB."""
    least_cover, least_secret = method.warn_below_db
    if cover_db >= least_cover and secret_db >= least_secret:
        return None
    if secret_db < least_secret:
        found = f"the secret comes back with visible faults ({secret_db:.1f} dB)"
        towards, otherwise = "faithful", "take a secret with less fine detail"
    else:
        found = f"the cover was changed more than usual ({cover_db:.1f} dB)"
        towards, otherwise = "invisible", "take another cover"
    advice = f"move the strength towards {towards}, or {otherwise}" if method.has_strength else otherwise
    return f"This pair went badly: {found}. To improve it, {advice}."


def read_secret_picture(secret: Source | Text | File) -> Image.Image:
    """Reads a secret for a method that hides pictures only, as RGB.

    Raises:
        StegError: if it is a text or a file, or cannot be read.
    """
    if isinstance(secret, Text | File):
        raise StegError("This method hides pictures only; a text or a file can be hidden as a file.")
    return read_photo(secret, "secret").image


def check_size(size: tuple[int, int], role: str) -> None:
    """Refuses a cover or stego picture (`role` says which) too small to carry anything.

    Raises:
        StegError: if a side is shorter than 16 pixels.
    """
    if min(size) < SMALLEST_SIDE:
        raise StegError(
            f"The {role} is {size[0]}x{size[1]} pixels; to carry a secret, "
            f"each side needs at least {SMALLEST_SIDE} pixels."
        )


def check_strength(strength: float) -> None:
    """Refuses a strength outside [0, 1].

    Raises:
        StegError: if it is there.
    """
    if not 0 <= strength <= 1:
        raise StegError(
            f"The strength {strength} is out of range; choose from 0 (invisible) to 1 (faithful)."
        )
