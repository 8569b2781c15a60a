"""Picture quality: PSNR and SSIM of two (H, W, 3) uint8 arrays of the same shape."""

import math

import numpy as np
import torch
import torch.nn.functional as F

STRIP = 64  # rows that `ssim` computes at a time, few enough to stay in the processor's cache
IDENTICAL_DB = 99.0  # what `psnr` returns for equal pictures, where the formula gives infinity


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB over all samples: 10 log10(255^2 / mean squared error).

    At 40 dB and more nobody sees a difference; 30 dB shows on a second look; 20 dB is plainly damaged.
    """
    rows = (np.square(x.astype(np.float32) - y).sum(dtype=np.float64) for x, y in zip(a, b, strict=True))
    mse = sum(rows) / a.size
    return IDENTICAL_DB if mse == 0 else 10 * math.log10(255**2 / mse)


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity (SSIM), 1 for equal pictures: the mean over pixels and channels.

    The window is Gaussian with sigma 1.5, 11 pixels a side; for smaller pictures the result is nan.

    Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity",
    IEEE TIP 2004, section III-B, with its constants K1 = 0.01, K2 = 0.03, and the population covariance.
    """
    if min(a.shape[:2]) < 11:
        return math.nan
    taps = torch.exp(-(torch.arange(-5.0, 6.0) ** 2) / (2 * 1.5**2))
    taps = (taps / taps.sum()).view(1, 1, 11, 1).repeat(15, 1, 1, 1)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    total, count = 0.0, 0
    for top in range(0, a.shape[0] - 10, STRIP):
        x, y = (torch.tensor(p[top : top + STRIP + 10]).permute(2, 0, 1)[None].float() for p in (a, b))
        maps = torch.cat([x, y, x * x, y * y, x * y], 1).contiguous(memory_format=torch.channels_last)
        maps = F.conv2d(F.conv2d(maps, taps, groups=15), taps.mT, groups=15)  # (1, 15, rows - 10, W - 10)
        mx, my, xx, yy, xy = maps.chunk(5, 1)
        vx, vy, cov = xx - mx * mx, yy - my * my, xy - mx * my
        scores = (2 * mx * my + c1) * (2 * cov + c2) / ((mx * mx + my * my + c1) * (vx + vy + c2))
        total += scores.double().sum().item()
        count += scores.numel()
    return total / count


def describe_psnr(db: float) -> str:
    """Words for a PSNR in dB, as somebody would describe the two pictures side by side."""
    for at_least, words in (
        (40, "cannot be told apart by eye"),
        (35, "hard to tell apart, even side by side"),
        (30, "small differences on a close look"),
        (25, "visible differences"),
    ):
        if db >= at_least:
            return words
    return "badly damaged"
