"""Bit planes and the Fourier spectrum of a picture, (H, W, 3) uint8, and the difference of two spectra."""

import numpy as np

from steg.images.dct import luma
from steg.steganalysis.residual import box_mean


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


def spectrum_difference(stego: np.ndarray, cover: np.ndarray) -> np.ndarray:
    """By how much the spectrum of the stego picture is above the cover's, (H, W) floats, in decades.

    Magnitudes are averaged over `WINDOW` frequencies each way before their logarithms are compared, as those
    of single frequencies are random.
    """
    averaged = (np.log10(box_mean(10.0 ** spectrum(x)) + 1) for x in (stego, cover))
    return np.subtract(*averaged)


def rings(values: np.ndarray) -> list[float]:
    """Means of (H, W) values over low, middle and high frequencies, frequency zero in the middle.

    Bounds are a third and two thirds of the highest frequency of rows and columns.
    """
    height, width = values.shape
    rows, columns = (np.abs(np.fft.fftshift(np.fft.fftfreq(side))) * 2 for side in (height, width))
    radius = np.hypot(rows[:, None], columns)
    low, middle = radius < 1 / 3, (radius >= 1 / 3) & (radius < 2 / 3)
    return [float(values[ring].mean()) for ring in (low, middle, ~(low | middle))]
