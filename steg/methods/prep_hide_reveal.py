"""The prep-hide-reveal network as a method: how it began."""

import numpy as np

from steg.header import Header
from steg.methods.neural import Neural
from steg.networks.prep_hide_reveal import PrepHideRevealConfig, PrepHideRevealNetwork
from steg.tiles import Progress


class PrepHideReveal(Neural):
    """Hides with a `PrepHideRevealNetwork`. It was trained for one balance of cover and secret: 0.5."""

    name = "prep-hide-reveal"
    number = 4
    network_class = PrepHideRevealNetwork
    config_class = PrepHideRevealConfig

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        return self.tiled(self.network.hide, cover, frame, halo=self.network.reach, progress=progress)

    def reveal_pixels(self, stego: np.ndarray, found: Header | None, progress: Progress | None) -> np.ndarray:
        return self.tiled(self.network.reveal, stego, halo=self.network.reach, progress=progress)
