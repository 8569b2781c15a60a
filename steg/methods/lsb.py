"""LSB replacement: the secret's highest bits in the cover's lowest bits."""

from typing import Any

import numpy as np

from steg.embedding.digits import place_digits
from steg.embedding.header import Header
from steg.images.tiling import Progress
from steg.methods.pixelwise import PixelwiseMethod

MOST_BITS = 4


class Lsb(PixelwiseMethod):
    """1 to 4 bits of each sample, with optimal pixel adjustment (`steg.embedding.digits.place_digits`).

    Half of all 8 bits for each picture is the balanced choice, so from the middle strength on there are 4.
    """

    name = "lsb"
    method_id = 3

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 cover, and secret of its size -> stego pixels, without a header."""
        bits = self.digits_at(strength)["bits"]
        return place_digits(cover, frame >> (8 - bits), 1 << bits)

    def reveal_pixels(self, stego: np.ndarray, found: Header | None, progress: Progress | None) -> np.ndarray:
        """Each sample is taken for the middle of the levels that its bits stand for."""
        bits = found.bits if found and 1 <= found.bits <= MOST_BITS else MOST_BITS
        step = 1 << (8 - bits)
        return (stego & ((1 << bits) - 1)) * np.uint8(step) + np.uint8(step // 2)

    def digits_at(self, strength: float) -> dict[str, Any]:
        """The number of bits, which rises up to the middle strength."""
        return {"bits": min(MOST_BITS, 1 + round(2 * (MOST_BITS - 1) * strength))}
