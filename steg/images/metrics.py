"""Picture quality: PSNR, SSIM and visible noise of two (H, W, 3) uint8 arrays of the same shape."""

import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from steg.images.dct import luma

WINDOW, STEP, ROWS = 16, 8, 512  # of `grain`: sides of its windows and their distance; rows at a time
LEAST_NOISE, MASKING = 1.25, 0.5  # levels from which noise is seen; times the texture around, which hides it
CHAT_NOISE = (
    2.4  # levels, as `grain` counts them: what robust left in 12 pictures at strength 0.5, in the mean
)
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


def grain(before: np.ndarray, after: np.ndarray) -> float:
    """The share of a picture in which noise is seen: from 0 to 1, of two (H, W, 3) uint8, 16 pixels and more.

    In windows of 16x16 pixels the noise in brightness that is not too fine to be seen (means over 3x3 pixels)
    has to exceed `LEAST_NOISE` and `MASKING` times the texture of the window: a simple model of contrast
    sensitivity and contrast masking. Both constants were set by eye.
    """
    seen = []
    for top in range(0, max(before.shape[0] - WINDOW, 1), ROWS):
        x, y = (_brightness(picture[top : top + ROWS + WINDOW]) for picture in (before, after))
        noise = _strength(_mean(y - x, 3))
        seen.append((noise > LEAST_NOISE) & (noise > MASKING * _texture(x)))
    return torch.cat(seen, 2).float().mean().item()


def smoothness(picture: np.ndarray) -> float:
    """The share of an (H, W, 3) uint8 picture that is too smooth to hide what the method robust changes."""
    return (MASKING * _texture(_brightness(picture)) < CHAT_NOISE).float().mean().item()


def _texture(brightness: Tensor) -> Tensor:
    return _strength(brightness - _mean(brightness, 9))


def _strength(x: Tensor) -> Tensor:
    return F.avg_pool2d(x.square(), WINDOW, STEP).sqrt()


def _mean(x: Tensor, side: int) -> Tensor:
    return F.avg_pool2d(x, side, 1, side // 2, count_include_pad=False)


def _brightness(pixels: np.ndarray) -> Tensor:
    return torch.from_numpy(luma(pixels)).float()[None, None]


def describe_grain(share: float, db: float) -> str:
    """Words for the share in which noise is seen; where that is next to nothing, those for the PSNR in dB."""
    for at_least, words in (
        (0.6, "looks grainy at first glance"),
        (0.25, "looks grainy in its smooth parts"),
        (0.05, "some grain in smooth parts, on a close look"),
    ):
        if share >= at_least:
            return words
    return describe_psnr(db)


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
