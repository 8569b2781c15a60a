"""Simulated channels with gradients: JPEG, resizing, blur and noise, for training only.

Figures are measured with real files (`steg.channels`). Pictures are (B, 3, H, W) floats in [0, 1].
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.images.dct import BLOCK, to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.networks.robust import ChannelClass

# The tables of the JPEG standard, annex K, which libjpeg scales by quality
LUMA_TABLE = (
    "16 11 10 16 24 40 51 61 12 12 14 19 26 58 60 55 14 13 16 24 40 57 69 56 14 17 22 29 51 87 80 62 "
    "18 22 37 56 68 109 103 77 24 35 55 64 81 104 113 92 49 64 78 87 103 121 120 101 "
    "72 92 95 98 112 100 103 99"
)
CHROMA_TABLE = (
    "17 18 24 47 99 99 99 99 18 21 26 66 99 99 99 99 24 26 56 99 99 99 99 99 47 66 99 99 99 99 99 99 "
) + "99 " * 32


def rounded(x: Tensor) -> Tensor:
    """Rounded to integers; the gradient of rounding is taken as 1 (straight-through estimator)."""
    return x + (x.round() - x).detach()


def table(text: str, quality: int) -> Tensor:
    """The quantisation step lengths of libjpeg at a quality from 1 to 100, (64, 1, 1) in zigzag order."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    steps = ((torch.tensor([int(n) for n in text.split()]) * scale + 50) // 100).clamp(1, 255)
    return steps[[BLOCK * row + column for row, column in zigzag()]].float()[:, None, None]


def jpeg(picture: Tensor, quality: int, subsampled: bool) -> Tensor:
    """JPEG as libjpeg does it, with 4:2:0 chroma subsampling if asked for; sides are multiples of 16."""
    ycbcr = rounded(255 * to_ycbcr(picture)) - picture.new_tensor([128.0, 0, 0])[:, None, None]
    luma, chroma = ycbcr[:, :1], ycbcr[:, 1:]
    if subsampled:
        chroma = rounded(F.avg_pool2d(chroma, 2))
    luma = _quantised(luma, table(LUMA_TABLE, quality).to(picture)).clamp(-128, 127)
    chroma = _quantised(chroma, table(CHROMA_TABLE, quality).to(picture)).clamp(-128, 127)
    if subsampled:
        chroma = F.interpolate(chroma, scale_factor=2, mode="bilinear", align_corners=False)
    return to_rgb(torch.cat([(luma + 128), chroma], 1)).div(255).clamp(0, 1)


def _quantised(planes: Tensor, steps: Tensor) -> Tensor:
    return rounded(to_planes(rounded(to_coefficients(planes) / steps) * steps))


CLASSES = (*3 * (ChannelClass.DIRECT,), ChannelClass.RESIZED, ChannelClass.HALVED)
FILTERS = [getattr(Image.Resampling, name) for name in ("BILINEAR", "BICUBIC", "LANCZOS")]


def resized(picture: Tensor, factor: float, filter: Image.Resampling = Image.Resampling.LANCZOS) -> Tensor:
    """Made smaller by this factor and resized back."""
    full = picture.shape[2:]
    small = [max(1, round(side * factor)) for side in full]
    for (height, width), (rows, columns) in ((full, small), (small, full)):
        down, across = weights(height, rows, filter).to(picture), weights(width, columns, filter).to(picture)
        picture = rounded(255 * (down @ picture @ across.mT).clamp(0, 1)) / 255
    return picture


def weights(samples: int, wanted: int, filter: Image.Resampling) -> Tensor:
    """The matrix by which Pillow's filter resizes, (wanted, samples), measured on unit impulses."""
    impulses = Image.fromarray(np.eye(samples, dtype=np.float32))
    return torch.tensor(np.asarray(impulses.resize((samples, wanted), filter)))


def blurred(picture: Tensor, deviation: float) -> Tensor:
    """Gaussian blur of this standard deviation in pixels."""
    taps = torch.exp(-(torch.arange(-3.0, 4.0, device=picture.device) ** 2) / (2 * deviation**2))
    taps = (taps / taps.sum()).view(1, 1, 1, 7).repeat(3, 1, 1, 1)
    wide = F.conv2d(F.pad(picture, (3, 3, 3, 3), mode="replicate"), taps, groups=3)
    return F.conv2d(wide, taps.mT, groups=3)


def shifted(picture: Tensor, contrast: Tensor, brightness: Tensor) -> Tensor:
    """Contrast and brightness of each colour channel changed; both (B, 3, 1, 1)."""
    return (picture * contrast + brightness).clamp(0, 1)


def without_border(picture: Tensor, columns: int) -> Tensor:
    """So many columns at the right cropped, and replaced by grey to keep the shape."""
    return F.pad(picture[..., : picture.shape[3] - columns], (0, columns), value=0.5)


class Channel:
    """A random channel; everything random comes from one seed.

    Of five channels one is lossless and two are JPEG alone (these three are direct), one has noise, blur,
    other contrast, a crop or mild resizing before JPEG (resized), and one about half the size (halved).
    """

    def __init__(self, seed: int, device: torch.device):
        self.generator = torch.Generator(device).manual_seed(seed)
        self.device = device
        self.kind, self.amount, self.quality, self.subsampling = self._random(4).tolist()
        self.channel_class = CLASSES[int(len(CLASSES) * self.kind)]

    def _random(self, *shape: int) -> Tensor:
        return torch.rand(*shape, generator=self.generator, device=self.device)

    def __call__(self, stego: Tensor) -> Tensor:
        """The received pictures, of stego pictures on 8-bit levels; on 8-bit levels, too."""
        if self.kind < 1 / 5:
            return stego
        if self.channel_class is ChannelClass.HALVED:
            stego = resized(stego, 0.45 + 0.15 * self.amount, self._filter())
        elif self.channel_class is ChannelClass.RESIZED:
            stego = self._distorted(stego, int((self.kind - 3 / 5) * 5 * 12))
        quality = round(100 - 28 * self.quality)
        subsampled = self.subsampling < (0.7 if quality < 95 else 0.2)
        return rounded(255 * jpeg(stego, quality, subsampled)) / 255

    def _filter(self) -> Image.Resampling:
        return FILTERS[int(len(FILTERS) * self._random(1).item())]

    def _distorted(self, stego: Tensor, kind: int) -> Tensor:
        if kind == 0:
            noise = torch.randn(stego.shape, generator=self.generator, device=self.device)
            return (stego + 4 * self.amount / 255 * noise).clamp(0, 1)
        if kind == 1:
            return blurred(stego, 0.3 + 0.5 * self.amount)
        if kind == 2:
            contrast = 0.95 + 0.1 * self._random(len(stego), 3, 1, 1)
            return shifted(stego, contrast, 0.06 * self._random(len(stego), 3, 1, 1) - 0.03)
        if kind == 3:
            return without_border(stego, int(1 + 15 * self.amount))
        return resized(stego, 0.6 + 0.35 * self.amount, self._filter())
