"""Delivery profiles: the size and file format of a stego picture that an app passes on, or changes least.

Without a profile, the method `robust` makes a picture for all channels at once. Receivers need no profile.

Sources: the programs of Telegram Desktop (`localimageloader.cpp`: a JPEG of few bits a pixel is not coded
again) and of Signal for Android (`PushMediaConstraints.java`, `ImageCompressionUtil.java`: a PNG stays a PNG,
which is made smaller until it takes few enough bytes). What WhatsApp and web pages do is known from the
pictures they give.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from steg.embedding.registration import LARGEST_SENT
from steg.errors import StegError
from steg.images.reading import Source, read_photo
from steg.images.tiling import Progress
from steg.images.writing import FORMATS, LOSSLESS_SUFFIXES, encoded
from steg.methods import Robust
from steg.methods.base import check_size
from steg.methods.chat.method import SENT_SIDE
from steg.payload.files import File, Text

ANY = "any"  # the profile for whoever does not know the app: a picture for all channels
# How many bytes a PNG takes: bits a pixel of most photographs in which something is hidden, where the search
# begins; and the standard deviation, in levels, of noise that makes a cover take as many as hiding does
USUAL_BITS, CHANGE = 16, 4.0
SHRINK = 0.99  # factor on the side where a file became too large
TOO_SMALL = (
    "The cover ({width}x{height}) is too small for anything in it to outlive JPEG: take a larger one, or the "
    "app any."
)


@dataclass(frozen=True)
class Profile:
    """The form in which a stego picture is sent.

    Attributes:
        name: its key in `PROFILES`.
        label: the app, for people.
        longest_side: of the stego picture, in pixels.
        suffix: of the file, which says its format.
        arrival: what becomes of the file, in a sentence for people.
        most_bytes: of the file; None where it does not matter.
        most_bits: of the file for each pixel, likewise.
    """

    name: str
    label: str
    longest_side: int
    suffix: str
    arrival: str
    most_bytes: int | None = None
    most_bits: float | None = None

    def takes(self, path: Path) -> bool:
        """Whether a file of this name is of the profile's format."""
        return FORMATS.get(path.suffix.lower()) == FORMATS[self.suffix]


# Signal's limits are 1 and 3 MiB of what it codes itself; another coder may need a little more than ours
PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            ANY, "Not sure", SENT_SIDE, ".png",
            "Send it through a chat or a web page if you like: smaller, cropped or as JPEG or WebP it still "
            "holds the secret, which comes back the coarser, the more was changed.",
        ),
        Profile(
            "telegram-desktop", "Telegram, on a computer", SENT_SIDE, ".jpg",
            "Telegram on a computer passes this very JPEG file on, if it is sent as a photo.",
            most_bits=4.0,
        ),
        Profile(
            "signal", "Signal, on an Android phone", LARGEST_SENT, ".png",
            "Signal on an Android phone leaves every pixel of so small a PNG file as it is.",
            most_bytes=1_000_000,
        ),
        Profile(
            "signal-high", "Signal, on an Android phone, in high quality", LARGEST_SENT, ".png",
            "Signal on an Android phone leaves every pixel of so small a PNG file as it is, if high quality "
            "is chosen there; else it makes the picture smaller.",
            most_bytes=3_000_000,
        ),
        Profile(
            "whatsapp", "WhatsApp", LARGEST_SENT, ".png",
            "WhatsApp makes a JPEG of it, but a larger one than of other pictures made for chats.",
        ),
        Profile(
            "web-page", "A web page (WordPress, Next.js)", 1024, ".png",
            "Web pages that show pictures 1024 pixels wide, or a little wider, code this one anew, but do "
            "not make it smaller.",
        ),
    )
}  # fmt: skip


def profile_of(app: str, method: str = Robust.name) -> Profile:
    """The profile of this name.

    Raises:
        StegError: if there is none, or it is of an app and the method another one than `robust`.
    """
    if not isinstance(app, str) or app not in PROFILES:  # over the API it may be anything
        raise StegError(f"There is no app {app!r}; choose one of: {', '.join(PROFILES)}.")
    if app != ANY and method != Robust.name:
        raise StegError(
            f"The app {app} is for the method {Robust.name}, not {method}; else choose the app {ANY}."
        )
    return PROFILES[app]


def longest_side(profile: Profile, cover: Image.Image) -> int:
    """The longest side, in pixels, at which a cover with a secret in it takes nearly as many bytes as may be.

    Args:
        profile: of the app.
        cover: RGB.
    """
    if profile.most_bytes is None:
        return profile.longest_side
    shape = max(cover.size) / min(cover.size)
    side = min(profile.longest_side, int(math.sqrt(8 * profile.most_bytes / USUAL_BITS * shape)))
    pixels = np.asarray(cover.resize(Robust.sent_size(cover.size, side), Image.Resampling.LANCZOS))
    noise = np.random.default_rng(0).normal(0, CHANGE, (*pixels.shape[:2], 1))
    length = len(encoded(Image.fromarray((pixels + noise).clip(0, 255).round().astype(np.uint8))))
    return min(profile.longest_side, int(max(pixels.shape) * math.sqrt(profile.most_bytes / length)))


def hide(
    profile: Profile,
    method: Robust,
    cover: Source,
    secret: Source | Text | File,
    *,
    strength: float = 0.5,
    progress: Progress | None = None,
) -> bytes:
    """Hides a secret, and gives the stego picture as the bytes of a file in the form that the app asks for.

    Args:
        profile: of the app.
        method: what hides.
        cover: as in `Robust.hide`.
        secret: likewise.
        strength: likewise.
        progress: likewise; starts again where the file became too large.

    Raises:
        StegError: as `Robust.hide`, or if nothing in so small a cover outlives the file's format.
    """
    before = read_photo(cover, "cover").image
    check_size(before.size, "cover")
    if profile.suffix not in LOSSLESS_SUFFIXES and not Robust.outlives_jpeg(before.size):
        raise StegError(TOO_SMALL.format(width=before.width, height=before.height))
    side = min(longest_side(profile, before), max(before.size))
    while True:
        stego = method.hide(before, secret, strength=strength, progress=progress, longest_side=side)
        data = encode(profile, stego)
        if profile.most_bytes is None or len(data) <= profile.most_bytes:
            return data
        side = int(side * SHRINK * math.sqrt(profile.most_bytes / len(data)))


def encode(profile: Profile, stego: Image.Image) -> bytes:
    """A stego picture as the bytes of a file in the profile's format, but for a limit on all bytes."""
    if profile.most_bits is None:
        return encoded(stego, profile.suffix)
    limit = int(profile.most_bits * stego.width * stego.height / 8)
    lowest, highest = 1, 100
    while lowest < highest:
        quality = (lowest + highest + 1) // 2
        lowest, highest = (quality, highest) if len(_jpeg(stego, quality)) <= limit else (lowest, quality - 1)
    return _jpeg(stego, lowest)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """A progressive JPEG file of halved colours (4:2:0)."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=2, progressive=True, optimize=True)
    return buffer.getvalue()
