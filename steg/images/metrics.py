"""How alike two pictures are. Both measures take (H, W, 3) uint8 arrays of the same shape."""

import math

import numpy as np
import torch
import torch.nn.functional as F

STRIP = 64  # rows that `ssim` takes at a time, few enough to stay in the processor's cache
IDENTICAL_DB = 99.0  # what `psnr` returns for equal pictures, where the formula gives infinity


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB over all samples: 10 log10(255^2 / mean squared error).

    40 dB and more cannot be told apart by eye; 30 dB shows on a second look; 20 dB is plainly damaged.
    """
    rows = (np.square(x.astype(np.float32) - y).sum(dtype=np.float64) for x, y in zip(a, b, strict=True))
    mse = sum(rows) / a.size
    return IDENTICAL_DB if mse == 0 else 10 * math.log10(255**2 / mse)


def ssim(a: np.ndarray, b: np.ndarray) -> float:
    """Structural similarity, 1 for equal pictures: mean over pixels and channels, Gaussian window, sigma 1.5.

    Source: Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity",
    IEEE TIP 2004, section III-B, with its constants K1 = 0.01, K2 = 0.03, and the population covariance.
    Pictures smaller than the 11-pixel window have none: the result is nan.
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


def amplified_residual(cover: np.ndarray, stego: np.ndarray, gain: float) -> np.ndarray:
    """The residual (stego minus cover) times `gain`, on mid-grey (128), clipped to 8 bits."""
    return (128 + gain * (stego.astype(np.float32) - cover)).clip(0, 255).round().astype(np.uint8)


def in_words(db: float) -> str:
    """What a PSNR in dB means to somebody who looks at the two pictures."""
    for at_least, words in (
        (40, "cannot be told apart by eye"),
        (35, "hard to tell apart, even side by side"),
        (30, "small differences on a close look"),
        (25, "visible differences"),
    ):
        if db >= at_least:
            return words
    return "badly damaged"
