"""The predictive network as a method: the default."""

import numpy as np

from steg.methods.neural import Neural
from steg.networks.predictive import PERIOD, PredictiveConfig, PredictiveNetwork, pattern
from steg.tiles import Progress, run_tiled

HALO = 3 * PERIOD  # pixels; what lies farther away hardly matters, though networks could see it
# For each base an equal share of the strengths. Over it, the weight of the secret's squared error against the
# cover's rises between these powers of two, set so that from one base to the next neither error jumps back.
TRADES = {3: (-4.0, 2.0), 5: (-3.0, 2.0), 7: (0.0, 3.0)}


class Predictive(Neural):
    """Hides with a `PredictiveNetwork`."""

    name = "predictive"
    number = 2
    network_class = PredictiveNetwork
    config_class = PredictiveConfig

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        base, trade = self.base_at(strength), self.trade_at(strength)

        def hide(cover, frame, inside):
            return self.network.hide(cover, frame, trade * inside[:, :1], base)

        height, width, _ = cover.shape
        edges = [*self._missing(cover), (0, 0)]
        # beyond the edge nothing can be sent: trade 0 leaves the cover's padding as the receiver's will be
        inside = np.pad(np.full_like(cover, 255), edges)
        pictures = self._padded(cover, base), np.pad(frame, edges, "edge"), inside
        return self._run(hide, *pictures, progress=progress)[:height, :width]

    def reveal_pixels(self, stego: np.ndarray, base: int, progress: Progress | None) -> np.ndarray:
        height, width, _ = stego.shape
        base = base if base in TRADES else self.base_at(0.5)

        def reveal(stego):
            return self.network.reveal(stego, base)

        return self._run(reveal, self._padded(stego, base), progress=progress)[:height, :width]

    def base_at(self, strength: float) -> int:
        return list(TRADES)[min(int(strength * len(TRADES)), len(TRADES) - 1)]

    def trade_at(self, strength: float) -> float:
        """Weight of the secret's squared error against the cover's."""
        base = self.base_at(strength)
        lowest, highest = TRADES[base]
        return 2 ** (lowest + (highest - lowest) * (strength * len(TRADES) - list(TRADES).index(base)))

    def _missing(self, pixels: np.ndarray) -> list[tuple[int, int]]:
        """Rows and columns that `pixels` lacks to whole blocks, as `numpy.pad` takes them."""
        return [(0, -side % self.network.block) for side in pixels.shape[:2]]

    def _padded(self, pixels: np.ndarray, base: int) -> np.ndarray:
        """`pixels` with samples of the middle digit in what is missing to whole blocks."""
        height, width = (-(-side // self.network.block) * self.network.block for side in pixels.shape[:2])
        if (height, width) == pixels.shape[:2]:
            return pixels
        padded = (base // 2 - pattern(base, height, width)).transpose(1, 2, 0) % base
        padded[: pixels.shape[0], : pixels.shape[1]] = pixels
        return padded.astype(np.uint8)

    def _run(self, function, *pictures: np.ndarray, progress: Progress | None) -> np.ndarray:
        return run_tiled(
            function, *pictures, halo=HALO, device=self.device, multiple=PERIOD, progress=progress
        )
