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
from steg.networks.carriers import ALPHABET_SIZES, GAIN_OF
from steg.networks.gains import texture_gains
from steg.networks.robust import ChannelClass, RobustNetwork

STRIP, HALO = 96, 14  # block rows


@dataclass(frozen=True)
class Modem:
    """A robust network, the device that it is on, and the step lengths of a picture.

    Attributes:
        scale: of the step lengths, beside the gains that follow the texture; None for the same step lengths
            in all blocks, as in pictures of before and in those without a watermark.
    """

    network: RobustNetwork
    device: torch.device
    scale: float | None = None

    def gains(self, pixels: np.ndarray) -> np.ndarray:
        """Gains of the step lengths in all whole blocks of a picture, (2, rows, columns) float32."""
        rows, columns = grid(pixels)
        if self.scale is None:
            return np.ones((2, rows, columns), np.float32)
        with torch.inference_mode():
            gains = texture_gains(to_tensor(pixels[: BLOCK * rows, : BLOCK * columns], self.device))
        return self.scale * gains[0].cpu().numpy()

    def change(self, cover: np.ndarray) -> float:
        """The squared error of modulation with these step lengths, relative to that of equal ones."""
        squares, even = self.network.steps().flatten().square().cpu(), torch.tensor(GAIN_OF) == 1
        shares = torch.stack([squares[~even].sum(), squares[even].sum()]) / squares.sum()
        return float((self.gains(cover) ** 2).mean((1, 2)) @ shares.numpy())

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
        gains = torch.tensor(self.gains(cover))[None]
        stego = cover.copy()
        for top in range(0, rows, STRIP):
            strip = stego[BLOCK * top : BLOCK * min(top + STRIP, rows), : BLOCK * columns]
            with torch.inference_mode():
                modulated = self.network.modulate(
                    to_tensor(strip, self.device),
                    per_block[:, :, top : top + STRIP].to(self.device),
                    gains[:, :, top : top + STRIP].to(self.device),
                )
            strip[:] = to_pixels(modulated)
        return stego

    def demodulate(
        self,
        received: np.ndarray,
        channel_class: ChannelClass = ChannelClass.DIRECT,
        gains: np.ndarray | None = None,
    ) -> np.ndarray:
        """Demodulates all whole blocks of a received picture.

        Args:
            received: (H, W, 3) uint8, its blocks in place.
            channel_class: how it is assumed to have been sent.
            gains: of the step lengths in all blocks, (2, rows, columns), where `received` is only strips of a
                picture; by default those of `received`.

        Returns:
            Posteriors of all carriers' symbols, (sum of `ALPHABET_SIZES`, H / 8, W / 8) float32.
        """
        rows, columns = grid(received)
        per_block = torch.tensor(self.gains(received) if gains is None else gains)[None]
        channel_classes = torch.tensor([channel_class], device=self.device)
        posteriors = np.empty((sum(ALPHABET_SIZES), rows, columns), np.float32)
        for top in range(0, rows, STRIP):
            above = min(HALO, top)
            blocks = slice(top - above, min(top + STRIP + HALO, rows))
            strip = received[BLOCK * blocks.start : BLOCK * blocks.stop, : BLOCK * columns]
            with torch.inference_mode(), exact_convolutions(), fast_convolutions(self.device):
                with_halo = self.network.demodulate(
                    to_tensor(strip, self.device), channel_classes, per_block[:, :, blocks].to(self.device)
                )
            posteriors[:, top : top + STRIP] = with_halo[0, :, above : above + STRIP].cpu().numpy()
        return posteriors


def grid(pixels: np.ndarray) -> tuple[int, int]:
    """Rows and columns of whole blocks in (H, W, 3) pixels."""
    return pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
