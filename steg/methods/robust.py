"""The robust network as a method: the secret outlives JPEG, and the picture is known by its mark.

A picture that arrives as it was sent has a header as always. After re-compression there is only the mark
(`steg.mark`), and it says less: not that every pixel is as it was.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image

from steg import header, mark
from steg.header import Header
from steg.image import Source, read_stego
from steg.methods.base import (
    CAVEAT,
    Revealed,
    Status,
    check_size,
    resized,
    returned_size,
    what_will_happen,
)
from steg.methods.neural import Neural, fast_convolutions
from steg.networks.blocks import UNIT
from steg.networks.robust import RobustConfig, RobustNetwork
from steg.tiles import Progress

SENT_SIDE = 1600  # longest side of a stego picture in pixels; messengers seldom make such a picture smaller
SHARE = 0.5, 2.0  # of that, on the way: beyond, there is nothing left to find
HALO = 7 * UNIT  # pixels; what lies farther away hardly matters
CROPPED = "Its left or upper border was cut off, and that part of the secret with it."
NO_MARK = (
    f"A picture with a side below {mark.SIDE} pixels has no room for the mark by which it is found again: "
    "after re-compression, say that the method is robust to reveal it."
)


class Robust(Neural):
    """Hides with a `RobustNetwork`. It was trained for one balance of cover and secret: 0.5.

    The part of a cover that whole blocks of 16x16 pixels fill, from the upper left corner on, carries the
    secret's frame; fewer than 16 rows and columns stay out.
    """

    name = "robust"
    number = 6
    network_class = RobustNetwork
    config_class = RobustConfig
    poor = 33.0, 26.0
    one_strength = True

    @staticmethod
    def sent_size(cover: tuple[int, int]) -> tuple[int, int]:
        """A large cover is made smaller first, so that nobody else does it on the way."""
        shrink = min(1.0, SENT_SIDE / max(cover))
        return max(UNIT, round(cover[0] * shrink)), max(UNIT, round(cover[1] * shrink))

    @staticmethod
    def frame_size(stego: tuple[int, int]) -> tuple[int, int]:
        """The part of the picture in whole blocks."""
        return stego[0] // UNIT * UNIT, stego[1] // UNIT * UNIT

    @staticmethod
    def forecast(cover: tuple[int, int], secret: tuple[int, int]) -> str:
        """What becomes of the secret, and of a cover that is made smaller."""
        sent = Robust.sent_size(cover)
        sentences = [what_will_happen(sent, secret)]
        if sent != cover:
            sentences.insert(
                0,
                f"The cover ({cover[0]}x{cover[1]}) will be made smaller, to {sent[0]}x{sent[1]}, because "
                "chats would do it otherwise, and do it worse.",
            )
        if min(sent) < mark.SIDE:
            sentences.append(NO_MARK)
        return " ".join(sentences)

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        stego, area = cover.copy(), _whole(cover)
        stego[area] = self._run(self.network.hide, cover[area], frame, progress=progress)
        return stego

    def finished(self, stego: np.ndarray, secret: tuple[int, int]) -> np.ndarray:
        size = returned_size(stego.shape[1::-1], secret)
        return mark.write(stego, mark.Mark(self.weights_id[:2], size))

    def reveal_pixels(self, stego: np.ndarray, found: Header | None, progress: Progress | None) -> np.ndarray:
        return self._run(self.network.reveal, stego[_whole(stego)], progress=progress)

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`, by its header or else by its mark; as in `Framed.reveal`.

        A cropped picture gives that part of the secret, in the cover's frame.
        """
        image = read_stego(stego)
        check_size(image.size, "picture")
        sent = None if header.read(np.asarray(image)) else find(image)
        if sent is None:
            return super().reveal(image, progress=progress)
        status, message = sent.status(self.weights_id)
        message += f" {CAVEAT}" * (status is not Status.MARKED)
        frame = self.reveal_pixels(sent.pixels, None, progress)
        size = sent.pixels.shape[1::-1] if sent.cropped or status is Status.NEWER else sent.mark.size
        return Revealed(Image.fromarray(resized(frame, size)), status, message)

    def _run(self, function, *pictures: np.ndarray, progress: Progress | None) -> np.ndarray:
        with fast_convolutions(self.device):
            return self.tiled(function, *pictures, halo=HALO, multiple=UNIT, progress=progress)


class Sent(NamedTuple):
    """A picture that has a mark, with its blocks where the sender had them."""

    mark: mark.Mark
    pixels: np.ndarray
    cropped: bool  # at the left or above

    def status(self, weights: str) -> tuple[Status, str]:
        """What the mark means to the owner of these weights (8 hex digits), and as a sentence."""
        status = Status.MARKED
        if self.mark.version > mark.VERSION:
            status = Status.NEWER
        elif self.mark.weights != weights[:2]:
            status = Status.OTHER_WEIGHTS
        message = status.value.format(theirs=f"{self.mark.weights}...", ours=weights)
        return status, message + f" {CROPPED}" * self.cropped


def find(image: Image.Image) -> Sent | None:
    """Looks for the mark in a picture as it is, cropped or not, and in one that was resized on the way."""
    if max(image.size) <= SENT_SIDE:
        pixels = np.asarray(image)
        found = mark.read(pixels)
        if found:
            top, left = found.top % UNIT, found.left % UNIT
            return Sent(found.mark, pixels[top:, left:], bool(found.top or found.left))
    return _brought_back(image)


def _brought_back(image: Image.Image) -> Sent | None:
    """The picture at `SENT_SIDE`; of the short sides it may have had, the one with the surest mark."""
    long, short = max(image.size), min(image.size)
    if long == SENT_SIDE or not SHARE[0] <= long / SENT_SIDE <= SHARE[1]:
        return None
    best, surest = None, 0.0
    lowest, highest = (round((short + change) * SENT_SIDE / long) for change in (-1, 1))
    for side in range(max(UNIT, lowest), min(SENT_SIDE, highest) + 1):
        size = (SENT_SIDE, side) if image.width == long else (side, SENT_SIDE)
        pixels = np.asarray(image.resize(size, Image.Resampling.BICUBIC))
        found = mark.read_in_place(pixels)
        if found and found.strength > surest:
            best, surest = Sent(found.mark, pixels, False), found.strength
    return best


def _whole(pixels: np.ndarray) -> tuple[slice, slice]:
    """The part of a picture in whole blocks."""
    height, width, _ = pixels.shape
    return slice(height // UNIT * UNIT), slice(width // UNIT * UNIT)
