"""Runs a network over a picture of any size in overlapping tiles, so that memory stays bounded."""

import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

TILE = 1536  # largest side of a tile's own area in pixels; more costs memory, less costs overlap

Progress = Callable[[float], None]  # is told the share that is done, in (0, 1]


def to_tensor(pixels: np.ndarray, device: torch.device) -> Tensor:
    """(H, W, 3) uint8 -> (1, 3, H, W) float32 in [0, 1], in the memory layout that convolutions like."""
    tensor = torch.tensor(pixels, device=device).permute(2, 0, 1)[None].float() / 255
    return tensor.contiguous(memory_format=torch.channels_last)


def to_pixels(picture: Tensor) -> np.ndarray:
    """(1, 3, H, W) floats -> (H, W, 3) uint8, clipped to [0, 1] and rounded."""
    return (picture[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy()


def _split(side: int, tile: int, multiple: int) -> int:
    """The length of equal parts of at most about `tile` pixels, a multiple of `multiple`."""
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
        pictures: (H, W, 3) uint8 arrays, H and W multiples of what the network needs.
        halo: pixels, a multiple of `multiple`, that each tile sees beyond its own area. With at least the
            network's reach, tiles give what the whole picture would give, to within float rounding.
        device: where the network is.
        tile: largest side of a tile's own area.
        multiple: at multiples of this, in pixels, tiles begin.
        progress: called after each tile.

    Returns:
        The result, (H, W, 3) uint8.
    """
    height, width, _ = pictures[0].shape
    result = np.empty((height, width, 3), np.uint8)
    rows, columns = _split(height, tile, multiple), _split(width, tile, multiple)
    corners = [(y, x) for y in range(0, height, rows) for x in range(0, width, columns)]
    for done, (y, x) in enumerate(corners, 1):
        top, left = max(0, y - halo), max(0, x - halo)
        seen = (slice(top, y + rows + halo), slice(left, x + columns + halo))
        out = to_pixels(network(*(to_tensor(p[seen], device) for p in pictures)))
        own = result[y : y + rows, x : x + columns]
        own[:] = out[y - top : y - top + own.shape[0], x - left : x - left + own.shape[1]]
        if progress:
            progress(done / len(corners))
    return result
