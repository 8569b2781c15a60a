"""The method prep-hide-reveal: tiling for the network of Baluja (2017)."""

from collections.abc import Callable

import numpy as np
from torch import Tensor

from steg.embedding.header import Header
from steg.images.tiling import Progress
from steg.methods.neural import Neural, fast_convolutions
from steg.networks.prep_hide_reveal import PrepHideRevealNetwork

TILE = 512  # pixels: all of its 65 channels have the resolution of the picture and need much memory


class PrepHideReveal(Neural):
    """Hides with a `PrepHideRevealNetwork`. It was trained for one balance of cover and secret: 0.5."""

    name = "prep-hide-reveal"
    method_id = 4
    has_strength = False
    network: PrepHideRevealNetwork

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 cover, and secret of its size -> stego pixels, without a header."""
        return self._run(self.network.hide, cover, frame, progress=progress)

    def reveal_pixels(self, stego: np.ndarray, found: Header | None, progress: Progress | None) -> np.ndarray:
        """(H, W, 3) uint8 -> the secret in its frame."""
        return self._run(self.network.reveal, stego, progress=progress)

    def _run(
        self, function: Callable[..., Tensor], *pictures: np.ndarray, progress: Progress | None
    ) -> np.ndarray:
        with fast_convolutions(self.device):
            halo = self.network.receptive_radius
            return self.tiled(function, *pictures, halo=halo, tile=TILE, progress=progress)
