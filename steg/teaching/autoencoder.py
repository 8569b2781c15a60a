"""Reconstruction of a picture by an autoencoder of chosen width. Pictures are (H, W, 3) uint8."""

from typing import NamedTuple

import numpy as np
import torch

from steg.images.tiling import to_pixels, to_tensor
from steg.networks.autoencoder import BLOCK, Autoencoder


class Reconstruction(NamedTuple):
    """A picture, its code, and the picture reconstructed from that.

    Attributes:
        before: the picture, its sides cut to multiples of 8 around the middle.
        code: (channels, H / 8, W / 8) floats, the channels that were kept.
        after: the reconstruction, of the same size as `before`.
    """

    before: np.ndarray
    code: np.ndarray
    after: np.ndarray


@torch.inference_mode()
def reconstruct(network: Autoencoder, pixels: np.ndarray, width: int) -> Reconstruction:
    """Encodes a picture, keeps the first channels of the code, and decodes them.

    Args:
        network: the autoencoder.
        pixels: at least 8x8.
        width: how many channels are kept, from 1 to `network.config.channels`.
    """
    height, breadth = (side // BLOCK * BLOCK for side in pixels.shape[:2])
    top, left = (pixels.shape[0] - height) // 2, (pixels.shape[1] - breadth) // 2
    before = pixels[top : top + height, left : left + breadth]
    code = network.encode(to_tensor(before, "cpu"))
    code[:, width:] = 0
    return Reconstruction(before, code[0, :width].numpy(), to_pixels(network.decode(code)))
