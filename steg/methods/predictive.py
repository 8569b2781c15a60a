"""The method predictive: strength, padding and tiling for the predictive network."""

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor

from steg.embedding.header import Header
from steg.images.tiling import Progress
from steg.methods.neural import Neural, fast_convolutions
from steg.networks.predictive import DITHER_PERIOD, PredictiveNetwork, dither

HALO = 3 * DITHER_PERIOD  # pixels: less than the receptive field, whose outer part hardly matters
# For each quarter of the strengths: base of the digits, log2 of the distortion weight at its start and end.
# Both errors are monotonic in the strength, also from one quarter to the next.
QUARTERS = ((3, -4.0, 2.0), (5, -3.0, -0.3), (5, -0.3, 2.0), (7, 0.6, 4.0))
# Secrets with much fine detail are hard to predict, and so hidden with more strength: by nothing up to the
# first value of `detail_of`, by `EXTRA_STRENGTH` at most from the second on.
SMOOTH, DETAILED, EXTRA_STRENGTH = 9.0, 16.0, 0.25


class Predictive(Neural):
    """Hides with a `PredictiveNetwork`."""

    name = "predictive"
    method_id = 2
    network: PredictiveNetwork

    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 cover, and secret of its size -> stego pixels, without a header."""
        base, weight = self._at(strength)

        def hide(cover: Tensor, frame: Tensor, inside: Tensor) -> Tensor:
            return self.network.hide(cover, frame, weight * inside[:, :1], base)

        height, width, _ = cover.shape
        edges = [*self._missing(cover), (0, 0)]
        # padding is not sent: with weight 0 it stays as the receiver will pad
        inside = np.pad(np.full_like(cover, 255), edges)
        pictures = self._padded(cover, base), np.pad(frame, edges, "edge"), inside
        return self._run(hide, *pictures, progress=progress)[:height, :width]

    def reveal_pixels(self, stego: np.ndarray, found: Header | None, progress: Progress | None) -> np.ndarray:
        """(H, W, 3) uint8 -> the secret in its frame."""
        height, width, _ = stego.shape
        base = found.base if found and found.base in self.network.bases else self._at(0.5)[0]

        def reveal(stego: Tensor) -> Tensor:
            # 1.6 times as fast and 0.02 dB away; hiding stays exact, as not every receiver has bfloat16
            with fast_convolutions(self.device):
                return self.network.reveal(stego, base)

        return self._run(reveal, self._padded(stego, base), progress=progress)[:height, :width]

    def adapt_strength(self, strength: float, frame: np.ndarray) -> float:
        """The strength, raised for secrets with much fine detail."""
        detail = (detail_of(frame) - SMOOTH) / (DETAILED - SMOOTH)
        # the ends, 0 and 1, stay
        return strength + 4 * strength * (1 - strength) * EXTRA_STRENGTH * min(max(detail, 0.0), 1.0)

    def digits_at(self, strength: float) -> dict[str, Any]:
        """The base of the digits."""
        return {"base": self._at(strength)[0]}

    def _at(self, strength: float) -> tuple[int, float]:
        """Base of the digits, and distortion weight (of the secret's squared error against the cover's)."""
        number = min(int(strength * len(QUARTERS)), len(QUARTERS) - 1)
        base, lowest, highest = QUARTERS[number]
        return base, 2 ** (lowest + (highest - lowest) * (strength * len(QUARTERS) - number))

    def _missing(self, pixels: np.ndarray) -> list[tuple[int, int]]:
        """Rows and columns that `pixels` lacks to whole blocks, as `numpy.pad` takes them."""
        return [(0, -side % self.network.block) for side in pixels.shape[:2]]

    def _padded(self, pixels: np.ndarray, base: int) -> np.ndarray:
        """`pixels` padded to whole blocks with samples whose digit is the middle one."""
        height, width = (-(-side // self.network.block) * self.network.block for side in pixels.shape[:2])
        if (height, width) == pixels.shape[:2]:
            return pixels
        padded = (base // 2 - dither(base, height, width)).transpose(1, 2, 0) % base
        padded[: pixels.shape[0], : pixels.shape[1]] = pixels
        return padded.astype(np.uint8)

    def _run(
        self, function: Callable[..., Tensor], *pictures: np.ndarray, progress: Progress | None
    ) -> np.ndarray:
        return self.tiled(function, *pictures, halo=HALO, multiple=DITHER_PERIOD, progress=progress)


def detail_of(pixels: np.ndarray) -> float:
    """Fine detail of (H, W, 3) uint8: mean absolute mixed second difference, in levels."""
    rows = np.diff(pixels.astype(np.int16), axis=0)
    return float(np.abs(np.diff(rows, axis=1)).mean())
