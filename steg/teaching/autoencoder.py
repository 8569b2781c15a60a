"""A picture through a bottleneck and back. Pictures are (H, W, 3) uint8."""

from typing import NamedTuple

import numpy as np
import torch

from steg.images.tiling import to_pixels, to_tensor
from steg.networks.autoencoder import BLOCK, Autoencoder


class Passed(NamedTuple):
    """What became of a picture.

    Attributes:
        before: the picture, its sides cut to multiples of 8 around the middle.
        code: (channels, H / 8, W / 8) floats, all that passed the bottleneck.
        after: what was made of it again, of the same size as `before`.
    """

    before: np.ndarray
    code: np.ndarray
    after: np.ndarray


@torch.inference_mode()
def through(network: Autoencoder, pixels: np.ndarray, width: int) -> Passed:
    """Sends a picture through the bottleneck.

    Args:
        network: the autoencoder.
        pixels: at least 8x8.
        width: how many channels are open, from 1 to `network.config.channels`.
    """
    height, breadth = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - breadth) // 2
    before = pixels[top : top + height, left : left + breadth]
    code = network.encode(to_tensor(before, "cpu"))
    code[:, width:] = 0
    return Passed(before, code[0, :width].numpy(), to_pixels(network.decode(code)))
