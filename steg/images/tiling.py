"""Tiling: runs a network over a picture of any size in overlapping tiles, so that memory stays bounded.

Also the two conversions between pixels and tensors.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

TILE = 1536  # largest side in pixels of a tile without its halo: more takes memory, less overlaps more

Progress = Callable[[float], None]  # called with the fraction that is done, in (0, 1]


def to_tensor(pixels: np.ndarray, device: torch.device | str) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, H, W) float32 in [0, 1], in PyTorch's channels_last memory format."""
    tensor = torch.tensor(pixels, device=device).permute(2, 0, 1)[None].float() / 255
    return tensor.contiguous(memory_format=torch.channels_last)


def to_pixels(picture: Tensor) -> np.ndarray:
    """(1, 3, H, W) floats -> (H, W, 3) uint8, clipped to [0, 1] and rounded."""
    return (picture[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def _tile_length(side: int, tile: int, multiple: int) -> int:
    """Length of the equal tiles of a side: a multiple of `multiple`, about `tile` at most."""
    parts = math.ceil(side / tile)
    return multiple * math.ceil(side / parts / multiple)


@torch.inference_mode()
def run_tiled(
    network: Callable[..., Tensor],
    *pictures: np.ndarray,
    halo: int,
    device: torch.device,
    tile: int = TILE,
    multiple: int = 2,
    progress: Progress | None = None,
) -> np.ndarray:
    """Applies `network` to pictures of one size, tile by tile.

    Args:
        network: takes as many (1, 3, h, w) tensors as there are pictures and returns one of that shape.
        pictures: (H, W, 3) uint8 arrays, H and W multiples of the network's stride.
        halo: overlap in pixels on each side of a tile, a multiple of `multiple`. If it is at least the radius
            of the network's receptive field, the result is that of the whole picture, but for float rounding.
        device: the network's device.
        tile: largest side of a tile without its halo, in pixels.
        multiple: tiles begin at multiples of this, in pixels.
        progress: called after each tile.

    Returns:
        The result, (H, W, 3) uint8.
    """
    height, width, _ = pictures[0].shape
    result = np.empty((height, width, 3), np.uint8)
    rows, columns = _tile_length(height, tile, multiple), _tile_length(width, tile, multiple)
    corners = [(y, x) for y in range(0, height, rows) for x in range(0, width, columns)]
    for done, (y, x) in enumerate(corners, 1):
        top, left = max(0, y - halo), max(0, x - halo)
        with_halo = slice(top, y + rows + halo), slice(left, x + columns + halo)
        output = to_pixels(network(*(to_tensor(p[with_halo], device) for p in pictures)))
        inner = result[y : y + rows, x : x + columns]
        inner[:] = output[y - top : y - top + inner.shape[0], x - left : x - left + inner.shape[1]]
        if progress:
            progress(done / len(corners))
    return result
