"""What hiding changed, where, and whether it betrays the secret. Arrays are (H, W, 3) uint8 unless said."""

from typing import NamedTuple

import numpy as np

from steg.images import dct
from steg.images.colormaps import AMOUNT, SIGNED, coloured

LUMA, BLUE_CHROMA, RED_CHROMA = (  # ITU-R BT.601: how much of red, green and blue is in each
    np.array(row, np.float32) for row in (dct.LUMA, (-0.169, -0.331, 0.5), (0.5, -0.419, -0.081))
)
WINDOW = 7  # pixels a side, over which texture is measured
SMOOTH, TEXTURED = 3.0, 10.0  # levels of standard deviation in that window
BLOCK = dct.BLOCK  # pixels a side, over which correlation is taken: the eye averages too


def residual(cover: np.ndarray, stego: np.ndarray) -> np.ndarray:
    """Stego minus cover, (H, W, 3) int16."""
    return stego.astype(np.int16) - cover


def signed_picture(change: np.ndarray, gain: float) -> np.ndarray:
    """The residual times `gain` on mid-grey (128), uint8: darker is less, brighter is more than before."""
    return (128 + gain * change.astype(np.float32)).clip(0, 255).round().astype(np.uint8)


def absolute_picture(change: np.ndarray, gain: float) -> np.ndarray:
    """The size of the residual times `gain` on black, uint8."""
    return (gain * np.abs(change).astype(np.float32)).clip(0, 255).round().astype(np.uint8)


def heat_map(change: np.ndarray, gain: float) -> np.ndarray:
    """The size of the change over all channels times `gain`, from dark to bright."""
    size = np.abs(change).mean(2, dtype=np.float32) * gain / 255
    return coloured(size, AMOUNT)


def one_channel(change: np.ndarray, gain: float) -> np.ndarray:
    """One channel of the residual, (H, W), times `gain`: blue is less, orange more than before."""
    return coloured(0.5 + change.astype(np.float32) * gain / 255, SIGNED)


def histogram(change: np.ndarray) -> dict[int, float]:
    """How often each change occurs: levels (-8 to 8, those beyond counted at the ends) to shares."""
    values, counts = np.unique(change.clip(-8, 8), return_counts=True)
    shares = dict(zip(values.tolist(), (counts / change.size).tolist(), strict=True))
    return {level: shares.get(level, 0.0) for level in range(-8, 9)}


class Area(NamedTuple):
    """Part of a picture: its share of all pixels, and the root mean square of the change there, in levels."""

    name: str
    share: float
    change: float


def by_texture(cover: np.ndarray, change: np.ndarray) -> list[Area]:
    """The change in smooth, in middling and in textured parts of the cover."""
    texture = local_deviation(cover @ LUMA)
    square = np.square(change, dtype=np.float32).mean(2)
    masks = {
        "smooth": texture < SMOOTH,
        "middling": (texture >= SMOOTH) & (texture < TEXTURED),
        "textured": texture >= TEXTURED,
    }
    return [
        Area(name, float(mask.mean()), float(np.sqrt(square[mask].mean())) if mask.any() else 0.0)
        for name, mask in masks.items()
    ]


def by_colour(change: np.ndarray) -> dict[str, float]:
    """Root mean square of the change in brightness and in the two colour differences, in levels."""
    parts = {"brightness": LUMA, "blue-yellow": BLUE_CHROMA, "red-green": RED_CHROMA}
    return {
        name: float(np.sqrt(np.square(change.astype(np.float32) @ row).mean())) for name, row in parts.items()
    }


def local_deviation(luma: np.ndarray) -> np.ndarray:
    """Standard deviation in the window around each pixel of an (H, W) array; mirrored at the border."""
    mean, square = (_box(x.astype(np.float64)) for x in (luma, np.square(luma, dtype=np.float64)))
    return np.sqrt((square - mean * mean).clip(0))


def _box(x: np.ndarray) -> np.ndarray:
    """Mean over the window around each sample."""
    for axis in (0, 1):
        pad = [(0, 0), (0, 0)]
        pad[axis] = (WINDOW // 2 + 1, WINDOW // 2)
        total = np.pad(x, pad, "symmetric").cumsum(axis)
        length = x.shape[axis]
        x = (
            np.take(total, range(WINDOW, length + WINDOW), axis) - np.take(total, range(length), axis)
        ) / WINDOW
    return x


def betrayal(change: np.ndarray, secret: np.ndarray) -> dict[str, float]:
    """How much of the secret shows in the residual: correlations from 0 (nothing) to 1 (it is the secret).

    In blocks of 8x8 pixels, in the channel where it is highest.

    Args:
        change: (H, W, 3), the residual.
        secret: of that height and width.

    Returns:
        Of the signed change with the secret, of its size with the secret, and of its size with the secret's
        edges.
    """
    sizes = np.abs(change)
    pairs = {"colours": (change, secret), "size": (sizes, secret), "edges": (sizes, _edges(secret))}
    return {
        name: max(abs(_correlation(_blocks(a[..., c]), _blocks(b[..., c]))) for c in range(3))
        for name, (a, b) in pairs.items()
    }


def betrayal_in_words(correlation: float) -> str:
    """What a correlation from `betrayal` means to somebody who amplifies the residual."""
    for below, words in (
        (0.15, "does not show"),
        (0.35, "shows faintly"),
        (0.6, "shows"),
    ):
        if correlation < below:
            return words
    return "shows plainly"


def _edges(picture: np.ndarray) -> np.ndarray:
    """Size of the difference to the neighbours on the right and below."""
    x = picture.astype(np.float32)
    right, below = np.diff(x, axis=1, append=x[:, -1:]), np.diff(x, axis=0, append=x[-1:])
    return np.hypot(right, below)


def _blocks(channel: np.ndarray) -> np.ndarray:
    """Means of whole blocks of an (H, W) array, or the array itself if it is smaller than two blocks."""
    height, width = (side // BLOCK for side in channel.shape)
    if min(height, width) < 2:
        return channel.astype(np.float64)
    whole = channel[: height * BLOCK, : width * BLOCK].astype(np.float64)
    return whole.reshape(height, BLOCK, width, BLOCK).mean((1, 3))


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Pearson's, 0 if one of the two does not vary."""
    a, b = a - a.mean(), b - b.mean()
    scale = np.sqrt((a * a).sum() * (b * b).sum())
    return float((a * b).sum() / scale) if scale > 1e-9 else 0.0
