"""Base of the methods that hide sample by sample, the secret resampled to the cover's frame."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from PIL import Image

from steg.embedding import header
from steg.images.reading import Source, read_photo, read_stego
from steg.images.resizing import resized, returned_size
from steg.images.tiling import Progress
from steg.methods.base import (
    CAVEAT,
    WARN_BELOW_DB,
    Revealed,
    Status,
    check_size,
    check_strength,
    message_of,
    read_secret_picture,
    status_of,
    what_will_happen,
)
from steg.payload.files import File, Text


class PixelwiseMethod(ABC):
    """The secret is resampled to the cover's frame; the interface is `steg.methods.base.Method`.

    A subclass turns arrays of pixels into arrays of pixels.
    """

    name: str
    method_id: int  # in the header
    weights_id = header.NO_WEIGHTS
    warn_below_db = WARN_BELOW_DB
    has_strength = True
    pixelwise = True

    @staticmethod
    def describe(cover: tuple[int, int], secret: tuple[int, int]) -> str:
        """One sentence, to be said before hiding, on what becomes of the secret."""
        return what_will_happen(cover, secret)

    def hide(
        self,
        cover: Source,
        secret: Source | Text | File,
        *,
        strength: float = 0.5,
        progress: Progress | None = None,
    ) -> Image.Image:
        """Hides `secret` in `cover`.

        Args:
            cover: path, PIL image or uint8 array, at least 16x16.
            secret: likewise, of any size; it is resampled to the cover's frame.
            strength: from 0, the cover changes least, to 1, the secret comes back best.
            progress: called with the fraction that is done.

        Returns:
            The stego picture: RGB, of the cover's size. Save it losslessly (PNG).

        Raises:
            StegError: if a picture cannot be read or is too small or too large, or the strength is not in
                [0, 1].
        """
        check_strength(strength)
        cover_image, secret_image = read_photo(cover, "cover").image, read_secret_picture(secret)
        check_size(cover_image.size, "cover")
        pixels = np.asarray(cover_image)
        frame = resized(np.asarray(secret_image), cover_image.size)
        strength = self.adapt_strength(strength, frame)
        stego = self.hide_pixels(pixels, frame, strength, progress)
        digits = self.digits_at(strength)
        fields = header.Header(self.method_id, self.weights_id, secret_image.size, **digits)
        return Image.fromarray(header.write(stego, fields))

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`.

        Args:
            stego: path, PIL image or uint8 array, at least 16x16.
            progress: called with the fraction that is done.

        Returns:
            The secret, with a status from the picture's header. Without a header it is revealed all the
            same, in the size of the picture, and most likely means nothing.

        Raises:
            StegError: if the picture cannot be read or is too small or too large.
        """
        image = read_stego(stego)
        check_size(image.size, "picture")
        pixels = np.asarray(image)
        found = header.read(pixels)
        status = status_of(found, self.weights_id)
        frame = self.reveal_pixels(pixels, found, progress)
        message = message_of(status, found, self.weights_id)
        if status not in (Status.INTACT, Status.CHANGED):
            message += f" {CAVEAT}"
        size = image.size
        if found and status is not Status.NEWER:
            size = returned_size(size, found.size)
        return Revealed(Image.fromarray(resized(frame, size)), status, message)

    @abstractmethod
    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 cover, and secret of its size -> stego pixels, without a header."""

    @abstractmethod
    def reveal_pixels(
        self, stego: np.ndarray, found: header.Header | None, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 and its header, if there is one -> the secret in its frame."""

    def adapt_strength(self, strength: float, frame: np.ndarray) -> float:
        """The strength to use for this secret, (H, W, 3) uint8: in [0, 1], increasing with `strength`."""
        return strength

    def digits_at(self, strength: float) -> dict[str, Any]:
        """The header fields for the digits that carry the secret: their `base`, or their `bits`."""
        return {}
