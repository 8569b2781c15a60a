"""A picture in quality layers of JPEG 2000, and the wavelet transform that these layers refine.

Sources: Cohen, Daubechies and Feauveau, "Biorthogonal bases of compactly supported wavelets", Comm. Pure and
Applied Mathematics 1992 (the filters of 9 and 7 taps); Daubechies and Sweldens, "Factoring wavelet transforms
into lifting steps", J. Fourier Analysis and Applications 1998; Taubman and Marcellin, "JPEG 2000: standard
for interactive imaging", Proc. IEEE 2002.
"""

from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.images.dct import luma
from steg.payload import jpeg2000

LIFTING = -1.586134342, -0.052980118, 0.882911076, 0.443506852
SCALE = 1.230174105  # so that the low-pass filter keeps a constant
SIGNIFICANT = 1.5  # levels above which a decoded coefficient is more than the decoder's rounding


class Prefix(NamedTuple):
    """The first layers of a picture: how many `size` bytes they have, and the decoded `pixels`."""

    size: int
    pixels: np.ndarray


def prefixes(image: Image.Image, sizes: list[int]) -> list[Prefix]:
    """An RGB picture from its first quality layer, from its first two, and so on.

    Args:
        image: RGB.
        sizes: rising; about how many bytes the first layers may have together.
    """
    layers = jpeg2000.to_layers(image, np.diff(sizes, prepend=0).tolist())
    found = []
    for count in range(1, len(layers) + 1):
        if layers[count - 1]:
            size = sum(map(len, layers[:count]))
            decoded = jpeg2000.from_layers(layers[:count], image.size)
            found.append(Prefix(size, np.asarray(decoded)))
    return found


def transform(plane: np.ndarray, levels: int) -> np.ndarray:
    """The 9/7 wavelet transform.

    Args:
        plane: (H, W) floats; after each level but the last both sides must be of two or more.
        levels: how often the low-pass band is split.

    Returns:
        (H, W) floats: the low-pass band in the upper left corner, details to its right, below and diagonally;
        of each level in the place of the band that it splits.
    """
    result = np.array(plane, np.float64)
    height, width = result.shape
    for _ in range(levels):
        band = result[:height, :width]
        band[:] = _split(_split(band).T).T
        height, width = -(-height // 2), -(-width // 2)
    return result


def _split(rows: np.ndarray) -> np.ndarray:
    """One level along the last axis: low-pass half, then details; mirrored at both ends."""
    x = rows.copy()
    for number, weight in enumerate(LIFTING):
        lifted = np.pad(x, ((0, 0), (1, 1)), "reflect")
        start = 1 - number % 2  # odd samples first
        x[:, start::2] += weight * (lifted[:, start:-2:2] + lifted[:, start + 2 :: 2])
    return np.concatenate([x[:, ::2] / SCALE, x[:, 1::2] * SCALE / 2], 1)


def first_significant(decoded: list[np.ndarray], levels: int) -> np.ndarray:
    """For each wavelet coefficient of Y the number of the first picture in which it is above rounding.

    Args:
        decoded: (H, W, 3) uint8, from the coarsest to the finest; at most 255.
        levels: of the transform.

    Returns:
        (H, W) uint8; `len(decoded)` where there is none.
    """
    above = [np.abs(transform(luma(pixels), levels)) > SIGNIFICANT for pixels in decoded]
    return np.argmax([*above, np.ones_like(above[0])], axis=0).astype(np.uint8)
