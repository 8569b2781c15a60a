"""The method file: pictures, texts and files near the limit of a lossless channel, with an optional lock.

What is hidden is compressed (`steg.payload.container`), locked or given checksums (`steg.payload.lock`),
protected so that its first layers outlive local damage (`steg.coding.priority`), and written into blocks of
samples (`steg.methods.layouts`) by a trellis code (`steg.coding.trellis`) at a rate that the strength sets.

    samples             hold
    160 in one run      the header, as in every method; but in place of the secret's width and height it has
                        how many bytes each block has, and four times the number of the layout, plus 1, or
                        plus 2 if there is a lock
    384 or a few more   a block of bytes; all blocks together hold the layers of the payload, the first byte
                        of which repeats the header's second number

Where the header is lost, the number of bytes is found by trying: only the right one makes Reed-Solomon
codewords.
"""

import bisect
from typing import NamedTuple, cast

import numpy as np
from PIL import Image

from steg.coding import trellis
from steg.coding.priority import Code
from steg.embedding import blocks, header
from steg.embedding.costs import sample_costs
from steg.errors import NothingFoundError, StegError
from steg.images.reading import MAX_MEGAPIXELS, Source, read_photo, read_stego
from steg.images.tiling import Progress
from steg.methods import layouts
from steg.methods.base import WARN_BELOW_DB, Revealed, Status, check_size, check_strength, status_of
from steg.methods.layouts import Layout, code_of, longest
from steg.payload import container, lock
from steg.payload.container import Content
from steg.payload.files import File, Text
from steg.payload.lock import LOCKED, OPEN, WRONG_PASSPHRASE
from steg.payload.restoration import Restorer

LARGEST_SECRET = 100  # times the pixels of the cover, as which a picture may be coded

NOTHING = (
    "Nothing is hidden in this picture as in a file: it is not one of ours, or it was re-compressed, resized "
    "or screenshotted on the way. Ask for the very file that was saved."
)
TOO_MUCH_CHANGED = (
    "Too much of the picture was changed since it was made, so what is hidden in it is lost: "
    "ask for the very file that was saved."
)
UNRESTORED = (
    "The network that restores it could not be loaded, so the secret is shown a little less exactly than it "
    "can be."
)


class Found(NamedTuple):
    """What is known of a stego picture before its secret is opened."""

    code: Code
    message: np.ndarray  # (blocks, bytes) uint8
    intact: bool


class LosslessFile:
    """Hides pictures, texts and files; the interface is `steg.methods.base.Method`.

    Args:
        passphrase: locks what is hidden; None leaves it open.
        restorer: restores decoded pictures, where the sender found that it helps. Where its network cannot be
            loaded, pictures are hidden and revealed all the same, a little less exactly; `reveal` says so.
        asks_for_restoration: whether `hide` fits the gains of the restoration, which takes it half as long
            again for 0.07 dB at strength 0.5; without, its pictures are not restored.
    """

    name = "file"
    method_id = 7
    weights_id = header.NO_WEIGHTS
    warn_below_db = WARN_BELOW_DB
    has_strength = True
    pixelwise = False

    def __init__(
        self,
        passphrase: str | None = None,
        restorer: Restorer | None = None,
        *,
        asks_for_restoration: bool = False,
    ):
        self._passphrase, self._restorer = passphrase or None, restorer
        self._fitted = restorer if asks_for_restoration else None

    @staticmethod
    def describe(cover: tuple[int, int], secret: tuple[int, int]) -> str:
        """One sentence, to be said before hiding, on what becomes of the secret."""
        return (
            f"The secret will come back in its own size ({secret[0]}x{secret[1]}), compressed as little as "
            f"the cover ({cover[0]}x{cover[1]}) allows."
        )

    @staticmethod
    def is_locked(mark: header.Header) -> bool:
        """Whether the header of a picture made by this method says that there is a lock."""
        return layouts.lock_of(mark.size[1]) == LOCKED

    @staticmethod
    def made(image: Image.Image) -> bool:
        """Whether an RGB picture whose header is lost was made by this method, by its codewords."""
        return layouts.numbers_by_trying(np.asarray(image)) is not None

    @staticmethod
    def is_locked_by_codewords(image: Image.Image) -> bool:
        """Whether an RGB picture whose header is lost was made by this method, with a lock."""
        numbers = layouts.numbers_by_trying(np.asarray(image))
        return numbers is not None and layouts.lock_of(numbers[1]) == LOCKED

    @staticmethod
    def bits_per_sample(mark: header.Header) -> float:
        """The rate of the trellis code by the header of a picture made by this method."""
        return 8 * mark.size[0] / blocks.SAMPLES

    def capacity(self, cover: tuple[int, int], strength: float = 0.5) -> int:
        """How many bytes, once deflated and with a file's name, a cover of this (width, height) can carry."""
        return sum(self._rooms(code_of(cover, longest(cover, strength), Layout.INTERLEAVED)))

    def hide(
        self,
        cover: Source,
        secret: Source | Text | File,
        *,
        strength: float = 0.5,
        progress: Progress | None = None,
    ) -> Image.Image:
        """Hides `secret` in `cover`; arguments as in `PixelwiseMethod.hide`, but for texts and files.

        Raises:
            StegError: also if the cover is too small for the secret.
        """
        check_strength(strength)
        content = secret if isinstance(secret, Text | File) else read_photo(secret, "secret").image
        image = read_photo(cover, "cover").image
        check_size(image.size, "cover")
        layout, code, parts = self._packed(content, image.size, longest(image.size, strength))
        if progress:
            progress(0.4)
        message = code.encode(lock.close(parts, code.capacities, self._passphrase, layout))
        pixels = np.asarray(image)
        samples, places = pixels.flatten(), layouts.places(pixels, code)
        samples[places] = trellis.embed(samples[places], message, sample_costs(image).reshape(-1)[places])
        if progress:
            progress(0.9)
        kind = layouts.number(layout, LOCKED if self._passphrase else OPEN)
        mark = header.Header(self.method_id, self.weights_id, (code.length, kind), version=header.LAYOUT)
        return Image.fromarray(header.write(samples.reshape(pixels.shape), mark))

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`; arguments as in `PixelwiseMethod.reveal`.

        Raises:
            StegError: also if nothing is hidden in it this way, too much was changed, or the passphrase is
                missing or wrong.
        """
        image = read_stego(stego)
        check_size(image.size, "picture")
        found = self.find(np.asarray(image))
        layers, lost = found.code.decode(found.message, damaged=not found.intact)
        parts = lock.open_(layers, self._passphrase)
        if progress:
            progress(0.5)
        intact = cast(list[bytes], parts[: parts.index(None)] if None in parts else parts)
        if not intact:
            raise StegError(_why_nothing_opens(lock.is_locked(layers), found.intact))
        try:
            content, whole, unrestored = container.read(
                b"".join(intact), largest_coded(image.size), self._restorer
            )
        except StegError as error:
            if len(intact) == len(parts):
                raise
            raise StegError(TOO_MUCH_CHANGED) from error
        if progress:
            progress(1.0)
        status = Status.INTACT if found.intact else Status.CHANGED
        message = status.value if found.intact else _extent(lost, whole)
        if unrestored:
            message += " " + UNRESTORED
        return Revealed(content, status, message)

    def _rooms(self, code: Code) -> list[int]:
        return lock.rooms(code.capacities, bool(self._passphrase))

    def _packed(
        self, content: Content, cover: tuple[int, int], length: int
    ) -> tuple[Layout, Code, list[bytes]]:
        """Layout and code to use, with at most this many bytes in each block, and the data of the layers."""
        layout = Layout.INTERLEAVED
        rooms = self._rooms(code_of(cover, length, layout))
        packed = container.exact(content, rooms)
        if packed is not None and not self._passphrase:
            even = sum(self._rooms(code_of(cover, length, Layout.EVEN)))
            layout = Layout.EVEN if len(packed) <= even else layout
        elif packed is None and isinstance(content, Image.Image):
            packed = container.filled(content, rooms, self._fitted)
        if packed is None:
            raise StegError(
                f"The cover ({cover[0]}x{cover[1]}) can carry {sum(rooms):,} bytes this way, and the secret "
                "takes more: choose a larger cover, a smaller secret, or a higher strength."
            )
        if not self._passphrase:  # how much a locked secret takes is not to be seen
            length = self._shortest(cover, length, layout, len(packed))
        code = code_of(cover, length, layout)
        return layout, code, container.split(packed, self._rooms(code))

    def _shortest(self, cover: tuple[int, int], length: int, layout: Layout, size: int) -> int:
        """The fewest bytes in each block, at most `length`, with which so many bytes fit."""
        return 1 + bisect.bisect_left(
            range(1, length), size, key=lambda n: sum(self._rooms(code_of(cover, n, layout)))
        )

    def find(self, pixels: np.ndarray) -> Found:
        """Reads the blocks of a stego picture, (H, W, 3) uint8, with or without a header that says how.

        Raises:
            StegError: if there is nothing hidden this way.
        """
        mark = header.read(pixels)
        if mark is None:
            numbers = layouts.numbers_by_trying(pixels)
        else:
            if status_of(mark, mark.weights) is Status.NEWER:
                raise StegError(Status.NEWER.value)
            numbers = mark.size if mark.method_id == self.method_id else None
        found = layouts.by_numbers(pixels.shape[1::-1], *numbers) if numbers else None
        if found is None:
            raise NothingFoundError(NOTHING)
        message = trellis.extract(layouts.samples_of(pixels, found), found.length)
        return Found(found, message, mark is not None and mark.intact)


def largest_coded(cover: tuple[int, int]) -> int:
    """How many pixels a coded picture may have in a cover of this (width, height)."""
    return int(min(MAX_MEGAPIXELS * 1e6, LARGEST_SECRET * cover[0] * cover[1]))


def _why_nothing_opens(locked: bool, intact: bool) -> str:
    if not locked:
        return TOO_MUCH_CHANGED
    if intact:
        return WRONG_PASSPHRASE
    return (
        "This is not the passphrase that the secret was locked with, or too much of the picture was changed."
    )


def _extent(lost: float, whole: bool) -> str:
    """What became of the secret when this share of the blocks was changed."""
    changed = f"Found, but {max(lost, 0.001):.1%} of the picture was changed since: "
    if whole:
        return changed + "all of the secret could be restored."
    return changed + "the secret is shown coarser than it was."
