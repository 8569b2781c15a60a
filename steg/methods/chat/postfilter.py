"""Applies the postfilter to coarsely decoded pictures of any size, in tiles."""

import numpy as np

from steg.images.tiling import run_tiled
from steg.methods.neural import exact_convolutions, fast_convolutions
from steg.networks.postfilter import STRIDE, Postfilter


def filtered(decoded: np.ndarray, network: Postfilter) -> np.ndarray:
    """The estimate of a picture before its compression, (H, W, 3) uint8, as `decoded`."""
    height, width, _ = decoded.shape
    padding = ((0, -height % STRIDE), (0, -width % STRIDE), (0, 0))
    device = next(network.parameters()).device
    with exact_convolutions(), fast_convolutions(device):
        estimate = run_tiled(
            network,
            np.pad(decoded, padding, "edge"),
            halo=network.reach,
            device=device,
            multiple=STRIDE,
        )
    return estimate[:height, :width]
