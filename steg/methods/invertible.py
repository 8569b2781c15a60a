"""The method invertible: tiling and odd sizes for the invertible network."""

from collections.abc import Callable

import numpy as np
from torch import Tensor

from steg.embedding.header import Header
from steg.images.tiling import Progress
from steg.methods.neural import Neural
from steg.networks.invertible import InvertibleNetwork


class Invertible(Neural):
    """Hides with an `InvertibleNetwork`. It was trained for one balance of cover and secret: 0.5."""

    name = "invertible"
    method_id = 1
    has_strength = False
    network: InvertibleNetwork

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 cover, and secret of its size -> stego pixels, without a header."""
        stego, even = cover.copy(), _even(cover)
        stego[even] = self._run(self.network.hide, cover[even], frame[even], progress=progress)
        return stego

    def reveal_pixels(self, stego: np.ndarray, found: Header | None, progress: Progress | None) -> np.ndarray:
        """(H, W, 3) uint8 -> the secret in its frame."""
        frame = self._run(self.network.reveal, stego[_even(stego)], progress=progress)
        missing = [(0, stego.shape[axis] - frame.shape[axis]) for axis in (0, 1)]
        return np.pad(frame, [*missing, (0, 0)], mode="edge")

    def _run(
        self, function: Callable[..., Tensor], *pictures: np.ndarray, progress: Progress | None
    ) -> np.ndarray:
        return self.tiled(function, *pictures, halo=self.network.receptive_radius, progress=progress)


def _even(pixels: np.ndarray) -> tuple[slice, slice]:
    """The part of a picture that the wavelet transform can take: all but an odd last row or column."""
    height, width, _ = pixels.shape
    return slice(height // 2 * 2), slice(width // 2 * 2)
