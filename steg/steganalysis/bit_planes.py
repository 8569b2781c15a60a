"""A picture taken apart: bit planes and spectrum. Pictures are (H, W, 3) uint8."""

import numpy as np

from steg.steganalysis.residual import LUMA


def bit_plane(pixels: np.ndarray, bit: int) -> np.ndarray:
    """One bit of every sample, 0 for the lowest, as black (0) and full (255), in the shape of `pixels`."""
    return (pixels >> bit & 1) * np.uint8(255)


def spectrum(pixels: np.ndarray) -> np.ndarray:
    """How strong each spatial frequency of the brightness is: log10 of its magnitude, (H, W) floats.

    Frequency zero is in the middle, the finest detail at the edges. A Hann window keeps the picture's
    borders, which do not match, from drawing a cross.
    """
    height, width, _ = pixels.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    brightness = (pixels @ LUMA).astype(np.float64)
    return np.log10(np.abs(np.fft.fftshift(np.fft.fft2(brightness * window))) + 1)
