"""What the steps give to the component `window`, which slides it, and computes, in the browser."""

from base64 import b64encode
from typing import Any

import numpy as np

from steg.images.colormaps import DIVERGING, SEQUENTIAL, apply_colormap
from steg.ui.learn.pictures import brightness, small

COLOUR_MAPS = {
    name: apply_colormap(np.linspace(0, 1, 256)[None], colours)[0].tolist()
    for name, colours in (("diverging", DIVERGING), ("sequential", SEQUENTIAL))
}


def window_on(pixels: np.ndarray, side: int) -> dict[str, Any]:
    """A picture, (H, W, 3) uint8, made smaller to `side` pixels, as the component takes it.

    Returns:
        Height, width and four planes of levels from 0 to 255, row by row, in base64: brightness, red, green
        and blue.
    """
    made_small = small(pixels, side)
    planes = brightness(made_small).astype(np.uint8), *made_small.transpose(2, 0, 1)
    height, width = made_small.shape[:2]
    return {
        "height": height,
        "width": width,
        "planes": [b64encode(plane.tobytes()).decode() for plane in planes],
    }
