"""The modem: the robust network applied to whole pictures, from symbols to pixels and back.

Pictures are processed in strips of block rows, so that memory is bounded. Modulation treats each block by
itself; demodulation looks at the blocks around, so that strips overlap by a halo.
"""

from dataclasses import dataclass

import numpy as np
import torch

from steg.images.dct import BLOCK
from steg.images.tiling import to_pixels, to_tensor
from steg.methods.neural import exact_convolutions, fast_convolutions
from steg.networks.robust import ALPHABET_SIZES, ChannelClass, RobustNetwork

STRIP, HALO = 96, 14  # block rows


@dataclass(frozen=True)
class Modem:
    """A robust network and the device that it is on."""

    network: RobustNetwork
    device: torch.device

    def modulate(self, cover: np.ndarray, symbols: np.ndarray) -> np.ndarray:
        """Modulates all whole blocks of a cover.

        Args:
            cover: (H, W, 3) uint8.
            symbols: (carriers, blocks) uint8, the blocks row by row.

        Returns:
            The stego picture, (H, W, 3) uint8.
        """
        rows, columns = grid(cover)
        per_block = torch.tensor(symbols).view(1, -1, rows, columns)
        stego = cover.copy()
        for top in range(0, rows, STRIP):
            strip = stego[BLOCK * top : BLOCK * min(top + STRIP, rows), : BLOCK * columns]
            with torch.inference_mode():
                modulated = self.network.modulate(
                    to_tensor(strip, self.device), per_block[:, :, top : top + STRIP].to(self.device)
                )
            strip[:] = to_pixels(modulated)
        return stego

    def demodulate(
        self, received: np.ndarray, channel_class: ChannelClass = ChannelClass.DIRECT
    ) -> np.ndarray:
        """Demodulates all whole blocks of a received picture, (H, W, 3) uint8, whose blocks are in place.

        Returns:
            Posteriors of all carriers' symbols, (sum of `ALPHABET_SIZES`, H / 8, W / 8) float32.
        """
        rows, columns = grid(received)
        channel_classes = torch.tensor([channel_class], device=self.device)
        posteriors = np.empty((sum(ALPHABET_SIZES), rows, columns), np.float32)
        for top in range(0, rows, STRIP):
            above = min(HALO, top)
            strip = received[BLOCK * (top - above) : BLOCK * min(top + STRIP + HALO, rows), : BLOCK * columns]
            with torch.inference_mode(), exact_convolutions(), fast_convolutions(self.device):
                with_halo = self.network.demodulate(to_tensor(strip, self.device), channel_classes)
            posteriors[:, top : top + STRIP] = with_halo[0, :, above : above + STRIP].cpu().numpy()
        return posteriors


def grid(pixels: np.ndarray) -> tuple[int, int]:
    """Rows and columns of whole blocks in (H, W, 3) pixels."""
    return pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
