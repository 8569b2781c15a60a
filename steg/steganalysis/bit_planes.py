"""Bit planes and the Fourier spectrum of a picture, (H, W, 3) uint8."""

import numpy as np

from steg.images.dct import luma


def bit_plane(pixels: np.ndarray, bit: int) -> np.ndarray:
    """One bit of every sample, 0 for the lowest, as black (0) and full (255), in the shape of `pixels`."""
    return (pixels >> bit & 1) * np.uint8(255)


def spectrum(pixels: np.ndarray) -> np.ndarray:
    """The logarithm (base 10) of the luma's Fourier magnitude, (H, W) floats, frequency zero in the middle.

    A Hann window suppresses the cross that the mismatch of opposite borders would draw.
    """
    height, width, _ = pixels.shape
    window = np.outer(np.hanning(height + 2)[1:-1], np.hanning(width + 2)[1:-1])
    return np.log10(np.abs(np.fft.fftshift(np.fft.fft2(luma(pixels).astype(np.float64) * window))) + 1)
