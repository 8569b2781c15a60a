"""Learned steganalysis: a trained detector on a picture of any size, square by square of 64x64 pixels."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from steg.errors import StegError
from steg.images.tiling import to_tensor
from steg.networks.classifier import SIDE

BATCH = 64  # squares


class Detection(NamedTuple):
    """The output of a detector for a picture.

    Attributes:
        logit: the mean of the squares' logits; above zero the picture is classified as stego.
        squares: (rows, columns), the probability of stego for each square, in [0, 1].
    """

    logit: float
    squares: np.ndarray

    @property
    def probability(self) -> float:
        """The probability of stego for the picture, in [0, 1]."""
        return float(1 / (1 + np.exp(-np.float64(self.logit))))


@torch.inference_mode()
def detect(network: nn.Module, pixels: np.ndarray) -> Detection:
    """Classifies all squares of a picture, side by side and centred in it.

    The picture is never resampled, as that would remove what the detector looks for. Margins narrower than a
    square are left out.

    Args:
        network: from (B, 3, 64, 64) floats in [0, 1] to (B,) logits.
        pixels: (H, W, 3) uint8, at least 64x64.

    Raises:
        StegError: if a side is shorter than 64 pixels.
    """
    height, width, _ = pixels.shape
    if min(height, width) < SIDE:
        raise StegError(
            f"The picture is {width}x{height} pixels; the detector looks at squares of {SIDE}x{SIDE}: choose "
            "a larger one."
        )
    rows, columns = height // SIDE, width // SIDE
    top, left = (height - rows * SIDE) // 2, (width - columns * SIDE) // 2
    inner = to_tensor(pixels[top : top + rows * SIDE, left : left + columns * SIDE], "cpu")
    squares = inner.unfold(2, SIDE, SIDE).unfold(3, SIDE, SIDE).permute(0, 2, 3, 1, 4, 5).flatten(0, 2)
    logits = torch.cat([network(part.contiguous()) for part in squares.split(BATCH)])
    return Detection(float(logits.mean()), logits.sigmoid().reshape(rows, columns).numpy())
