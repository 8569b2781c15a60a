"""The residual (stego minus cover): as a picture, its statistics, and how much of the secret leaks into it.

Pictures are (H, W, 3) uint8, residuals (H, W, 3) int16, in levels of 8-bit samples.
"""

from typing import NamedTuple

import numpy as np
import torch

from steg.images.colormaps import DIVERGING, SEQUENTIAL, apply_colormap
from steg.images.dct import BLOCK, luma, to_ycbcr

WINDOW = 7  # pixels a side, over which texture is measured
SMOOTH, TEXTURED = 3.0, 10.0  # levels of standard deviation in that window


def compute_residual(cover: np.ndarray, stego: np.ndarray) -> np.ndarray:
    """Stego minus cover, (H, W, 3) int16."""
    return stego.astype(np.int16) - cover


def signed_picture(residual: np.ndarray, gain: float) -> np.ndarray:
    """The residual times `gain` on mid-grey (128), uint8: darker is negative, brighter positive."""
    return (128 + gain * residual.astype(np.float32)).clip(0, 255).round().astype(np.uint8)


def absolute_picture(residual: np.ndarray, gain: float) -> np.ndarray:
    """The magnitude of the residual times `gain` on black, uint8."""
    return (gain * np.abs(residual).astype(np.float32)).clip(0, 255).round().astype(np.uint8)


def heat_map(residual: np.ndarray, gain: float) -> np.ndarray:
    """The mean magnitude over all channels times `gain`, from dark to bright."""
    magnitude = np.abs(residual).mean(2, dtype=np.float32) * gain / 255
    return apply_colormap(magnitude, SEQUENTIAL)


def channel_picture(residual: np.ndarray, gain: float) -> np.ndarray:
    """One channel of the residual, (H, W), times `gain`: blue is negative, orange positive."""
    return apply_colormap(0.5 + residual.astype(np.float32) * gain / 255, DIVERGING)


def histogram(residual: np.ndarray) -> dict[int, float]:
    """Relative frequency of each level of the residual from -8 to 8; levels beyond count as -8 or 8."""
    values, counts = np.unique(residual.clip(-8, 8), return_counts=True)
    shares = dict(zip(values.tolist(), (counts / residual.size).tolist(), strict=True))
    return {level: shares.get(level, 0.0) for level in range(-8, 9)}


class Area(NamedTuple):
    """Pixels of similar texture: their share of the picture, and the residual's RMS in levels."""

    name: str
    share: float
    change: float


def rms_by_texture(cover: np.ndarray, residual: np.ndarray) -> list[Area]:
    """Root mean square of the residual in smooth, middling and textured areas of the cover."""
    texture = local_deviation(luma(cover))
    square = np.square(residual, dtype=np.float32).mean(2)
    masks = {
        "smooth": texture < SMOOTH,
        "middling": (texture >= SMOOTH) & (texture < TEXTURED),
        "textured": texture >= TEXTURED,
    }
    return [
        Area(name, float(mask.mean()), float(np.sqrt(square[mask].mean())) if mask.any() else 0.0)
        for name, mask in masks.items()
    ]


def local_rms(residual: np.ndarray) -> np.ndarray:
    """Root mean square of the residual around each pixel, (H, W), in levels."""
    return np.sqrt(box_mean(np.square(residual, dtype=np.float64).mean(2)))


def rms_by_colour(residual: np.ndarray) -> dict[str, float]:
    """Root mean square of the residual's Y, Cb and Cr, in levels, by the name that the page shows."""
    planes = torch.from_numpy(residual.astype(np.float32)).permute(2, 0, 1)[None]
    rms = to_ycbcr(planes)[0].square().mean((1, 2)).sqrt().tolist()
    return dict(zip(("brightness", "blue-yellow", "red-green"), rms, strict=True))


def local_deviation(values: np.ndarray) -> np.ndarray:
    """Standard deviation in the window around each sample of an (H, W) array, mirrored at the border."""
    mean, square = (box_mean(x.astype(np.float64)) for x in (values, np.square(values, dtype=np.float64)))
    return np.sqrt((square - mean * mean).clip(0))


def box_mean(x: np.ndarray) -> np.ndarray:
    """Mean in the window around each sample of an (H, W) array, mirrored at the border."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (WINDOW // 2 + 1, WINDOW // 2)
        total = np.pad(x, pad, "symmetric").cumsum(axis)
        ends, starts = range(WINDOW, x.shape[axis] + WINDOW), range(x.shape[axis])
        x = (np.take(total, ends, axis) - np.take(total, starts, axis)) / WINDOW
    return x


def leakage(residual: np.ndarray, secret: np.ndarray) -> dict[str, float]:
    """Correlation of residual and secret, from 0 (none) to 1 (the residual is the secret).

    Both are averaged over blocks of 8x8 pixels first, as the eye does; the channel with the highest
    correlation counts.

    Args:
        residual: (H, W, 3).
        secret: of that height and width.

    Returns:
        "colours": of the signed residual with the secret; "size": of its magnitude with the secret; "edges":
        of its magnitude with the secret's edges.
    """
    return {
        name: max(abs(_correlation(_block_means(a[..., c]), _block_means(b[..., c]))) for c in range(3))
        for name, (a, b) in _compared(residual, secret).items()
    }


def leakage_by_chance(residual: np.ndarray, secret: np.ndarray, kind: str) -> float:
    """The largest correlation of a kind with the secret turned or mirrored, which is not in the residual.

    A residual follows the cover, too, and the cover can be alike the secret by chance.
    """
    return max(
        leakage(residual, turned)[kind] for turned in (secret[::-1], secret[:, ::-1], secret[::-1, ::-1])
    )


def leakage_pictures(residual: np.ndarray, secret: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """What `leakage` correlates, as pictures: means of residual and secret over blocks, of full contrast.

    Args:
        residual: (H, W, 3).
        secret: of that height and width.
        kind: a key of `leakage`; for "size" and "edges" the pictures are grey.

    Returns:
        Two pictures, (H / 8, W / 8, 3) uint8.
    """
    pictures = []
    for values in _compared(residual, secret)[kind]:
        means = np.stack([_block_means(values[..., c]) for c in range(3)], 2)
        if kind != "colours":
            means = means.mean(2, keepdims=True).repeat(3, 2)
        low, high = np.percentile(means, (1, 99), axis=(0, 1))
        scaled = 255 * (means - low) / np.maximum(high - low, 1e-9)
        pictures.append(scaled.clip(0, 255).round().astype(np.uint8))
    return pictures[0], pictures[1]


def _compared(residual: np.ndarray, secret: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    magnitude = np.abs(residual)
    return {"colours": (residual, secret), "size": (magnitude, secret), "edges": (magnitude, _edges(secret))}


def describe_leakage(correlation: float) -> str:
    """Words for a correlation from `leakage`, as somebody would say who averages the residual."""
    for below, words in (
        (0.15, "does not show"),
        (0.35, "shows faintly"),
        (0.6, "shows"),
    ):
        if correlation < below:
            return words
    return "shows plainly"


def _edges(picture: np.ndarray) -> np.ndarray:
    """Gradient magnitude, from the differences to the neighbours on the right and below."""
    x = picture.astype(np.float32)
    right, below = np.diff(x, axis=1, append=x[:, -1:]), np.diff(x, axis=0, append=x[-1:])
    return np.hypot(right, below)


def _block_means(channel: np.ndarray) -> np.ndarray:
    """Means of whole blocks of an (H, W) array, or the array itself if it is smaller than two blocks."""
    height, width = (side // BLOCK for side in channel.shape)
    if min(height, width) < 2:
        return channel.astype(np.float64)
    whole = channel[: height * BLOCK, : width * BLOCK].astype(np.float64)
    return whole.reshape(height, BLOCK, width, BLOCK).mean((1, 3))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's correlation coefficient; 0 if one of the two does not vary."""
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / scale) if scale > 1e-9 else 0.0
