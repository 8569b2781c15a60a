"""The predictive network as a method: the default."""

import numpy as np

from steg.methods.neural import Neural
from steg.networks.predictive import PredictiveConfig, PredictiveNetwork
from steg.tiles import Progress, run_tiled

HALO = 96  # pixels; what lies farther away changes a prediction by less than float rounding does
TRADE = (2.0**-6, 2.0**2)  # weight of the secret's squared error against the cover's at strength 0 and 1


class Predictive(Neural):
    """Hides with a `PredictiveNetwork`."""

    name = "predictive"
    number = 2
    network_class = PredictiveNetwork
    config_class = PredictiveConfig
    header_version = 2

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        trade = TRADE[0] * (TRADE[1] / TRADE[0]) ** strength
        inside = np.full_like(cover, 255)

        def hide(cover, frame, inside):
            return self.network.hide(cover, frame, trade * inside[:, :1])

        # beyond the edge nothing can be sent: trade 0 there leaves the padding's digits alone
        pictures = self._padded(cover), self._padded(frame, mode="edge"), self._padded(inside, fill=0)
        return self._run(hide, *pictures, progress=progress)[: cover.shape[0], : cover.shape[1]]

    def reveal_pixels(self, stego: np.ndarray, progress: Progress | None) -> np.ndarray:
        frame = self._run(self.network.reveal, self._padded(stego), progress=progress)
        return frame[: stego.shape[0], : stego.shape[1]]

    def _padded(self, pixels: np.ndarray, mode: str = "constant", fill: int | None = None) -> np.ndarray:
        """Padded to whole blocks, with samples of the middle digit where no other value is asked for."""
        missing = [(0, -side % self.network.block) for side in pixels.shape[:2]]
        if not any(after for _, after in missing):
            return pixels
        value = self.network.base // 2 if fill is None else fill
        return np.pad(
            pixels, [*missing, (0, 0)], mode, **({} if mode == "edge" else {"constant_values": value})
        )

    def _run(self, function, *pictures: np.ndarray, progress: Progress | None) -> np.ndarray:
        return run_tiled(
            function, *pictures, halo=HALO, device=self.device, multiple=self.network.block, progress=progress
        )
