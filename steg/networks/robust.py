"""The robust network: a secret written on the grid and in the numbers that JPEG itself keeps.

JPEG cuts a picture into blocks of 8x8, takes the cosine transform (DCT) of brightness and of colours, often at
half resolution, and rounds the coefficients. So this network writes into just those coefficients, the low ones,
which rounding, blur and resizing spare most. A *carrier* is one coefficient; only its place between two
multiples of a step length says something, its phase, which is there to be read without knowing the cover, as
digits are in the predictive network. A preparation network turns the secret's own coefficients into phases; a
reveal network sees the phases that arrived, a little off, and draws the secret.

The step lengths are learnt, but for a given cover PSNR: long steps survive more and change more.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (phases; there
called dither modulation); Wallace, "The JPEG still picture compression standard", CACM 1991 (blocks, YCbCr).
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import Gelu

BLOCK = 8  # pixels on a side of JPEG's blocks
UNIT = 2 * BLOCK  # pixels: a block of colours at half resolution
# what a change of one level in Y, Cb and Cr does to the mean squared error of red, green and blue
WEIGHTS = (1.0, (0.344136**2 + 1.772**2) / 3, (0.714136**2 + 1.402**2) / 3)
MARK = 4  # the coefficient of brightness, in zigzag order, that is left to the mark (`steg.mark`)


@dataclass(frozen=True)
class RobustConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 128  # channels inside the networks
    prepare: int = 3  # residual blocks before the carriers
    reveal: int = 5  # residual blocks after them
    luma: int = 28  # carriers in each 8x8 block of brightness, in zigzag order
    chroma: int = 12  # carriers in each 8x8 block of either colour, of 16x16 pixels
    cover_db: float = 36.0  # PSNR that the step lengths are tuned to


def zigzag() -> list[tuple[int, int]]:
    """Row and column of the 64 coefficients of a block in JPEG's order, from coarse to fine."""
    cells = [(row, column) for row in range(BLOCK) for column in range(BLOCK)]
    return sorted(cells, key=lambda c: (sum(c), c[0] if sum(c) % 2 else c[1]))


def cosines() -> Tensor:
    """The orthonormal DCT-II of 8 samples, (frequency, sample)."""
    frequency, sample = torch.arange(BLOCK)[:, None], torch.arange(BLOCK)
    rows = torch.cos(math.pi / BLOCK * (sample + 0.5) * frequency) * math.sqrt(2 / BLOCK)
    rows[0] /= math.sqrt(2)
    return rows


def to_ycbcr(picture: Tensor) -> Tensor:
    """(B, 3, H, W) RGB to JPEG's brightness and colours (JFIF), in the same units, colours around 0."""
    red, green, blue = picture.unbind(1)
    y = 0.299 * red + 0.587 * green + 0.114 * blue
    return torch.stack([y, (blue - y) / 1.772, (red - y) / 1.402], 1)


def to_rgb(ycbcr: Tensor) -> Tensor:
    """The inverse of `to_ycbcr`."""
    y, cb, cr = ycbcr.unbind(1)
    return torch.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], 1)


def to_coefficients(planes: Tensor) -> Tensor:
    """(B, C, H, W), sides multiples of 8, to the DCT of each block, (B, C, 64, H / 8, W / 8) in zigzag order."""
    batch, count, height, width = planes.shape
    blocks = planes.reshape(batch, count, height // BLOCK, BLOCK, width // BLOCK, BLOCK)
    dct = cosines().to(planes)
    blocks = torch.einsum("uy,bcmynx,vx->bcuvmn", dct, blocks, dct).flatten(2, 3)
    return blocks[:, :, [BLOCK * row + column for row, column in zigzag()]]


def to_planes(coefficients: Tensor) -> Tensor:
    """The inverse of `to_coefficients`."""
    order = sorted(range(BLOCK**2), key=[BLOCK * row + column for row, column in zigzag()].__getitem__)
    blocks = coefficients[:, :, order].unflatten(2, (BLOCK, BLOCK))
    dct = cosines().to(coefficients)
    planes = torch.einsum("uy,bcuvmn,vx->bcmynx", dct, blocks, dct)
    return planes.flatten(4, 5).flatten(2, 3)


class Residual(nn.Module):
    """Two 3x3 convolutions whose result is added to what went in; they start by adding nothing."""

    def __init__(self, width: int):
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        self.gelu = Gelu()
        nn.init.zeros_(self.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.gelu(self.first(x)))


class RobustNetwork(nn.Module):
    """Hides one picture in another; pictures are (B, 3, H, W) floats in [0, 1], H and W multiples of 16."""

    def __init__(self, config: RobustConfig):
        super().__init__()
        self.config = config
        self.luma = [k for k in range(config.luma + 1) if k != MARK][: config.luma]
        width, chroma = config.width, 2 * config.chroma
        self.prepare = nn.Sequential(
            nn.Conv2d(3 * BLOCK**2, width, 3, padding=1), *(Residual(width) for _ in range(config.prepare))
        )
        self.luma_phases = nn.Conv2d(width, config.luma, 1)
        self.chroma_phases = nn.Conv2d(width, chroma, 2, stride=2)
        self.reveal_first = nn.Conv2d(2 * (config.luma + chroma) + 3 * BLOCK**2, width, 3, padding=1)
        self.reveal_rest = nn.Sequential(*(Residual(width) for _ in range(config.reveal)))
        self.reveal_last = nn.Conv2d(width, 3 * BLOCK**2, 1)
        nn.init.zeros_(self.reveal_last.weight)
        self.log_luma = nn.Parameter(torch.zeros(config.luma))
        self.log_chroma = nn.Parameter(torch.zeros(2, config.chroma))

    def steps(self) -> tuple[Tensor, Tensor]:
        """Step lengths of the carriers in brightness, (luma,), and in both colours, (2, chroma), in levels.

        Phases are spread evenly, so that a step d costs d^2 / 12 of a coefficient's squared error; all steps are
        scaled for the mean squared error that `cover_db` asks for.
        """
        luma, chroma = self.log_luma.exp(), self.log_chroma.exp()
        weights = luma.new_tensor(WEIGHTS)
        cost = weights[0] * luma.square().sum() + (weights[1:, None] * chroma.square()).sum()
        allowed = 255**2 / 10 ** (self.config.cover_db / 10) * 12 * BLOCK**2
        scale = (allowed / cost).sqrt()
        return luma * scale, chroma * scale

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture in [0, 1], not rounded yet."""
        features = self.prepare(to_coefficients(to_ycbcr(secret - 0.5)).flatten(1, 2))
        phases = self.luma_phases(features).float(), self.chroma_phases(features).float()
        with torch.autocast(cover.device.type, enabled=False):  # levels have 8 bits, bfloat16 only 7
            ycbcr = 255 * to_ycbcr(cover)
            luma, chroma = self._carriers(ycbcr)
            luma_steps, chroma_steps = self.steps()
            move = ycbcr.new_zeros(luma.shape[0], 1, BLOCK**2, *luma.shape[2:])
            move[:, 0, self.luma] = _least_move(luma, phases[0], luma_steps[:, None, None])
            colour = ycbcr.new_zeros(chroma.shape[0], 2, BLOCK**2, *chroma.shape[3:])
            colour[:, :, : self.config.chroma] = _least_move(
                chroma, phases[1].unflatten(1, (2, -1)), chroma_steps[:, :, None, None]
            )
            wide = F.interpolate(to_planes(colour), scale_factor=2, mode="nearest")
            return (cover + to_rgb(torch.cat([to_planes(move), wide], 1)) / 255).clamp(0, 1)

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the secret as far as it arrived, in [0, 1] but for small overshoots."""
        with torch.autocast(stego.device.type, enabled=False):
            ycbcr = 255 * to_ycbcr(stego)
            luma, chroma = self._carriers(ycbcr)
            luma_steps, chroma_steps = self.steps()
            chroma = (2 * math.pi * chroma / chroma_steps[:, :, None, None]).flatten(1, 2)
            chroma = F.interpolate(torch.cat([chroma.cos(), chroma.sin()], 1), scale_factor=2, mode="nearest")
            luma = 2 * math.pi * luma / luma_steps[:, None, None]
            everything = to_coefficients(ycbcr / 255 - ycbcr.new_tensor([0.5, 0, 0])[:, None, None]).flatten(
                1, 2
            )
            seen = torch.cat([luma.cos(), luma.sin(), chroma, everything], 1)
        drawn = self.reveal_last(self.reveal_rest(self.reveal_first(seen))).float()
        with torch.autocast(stego.device.type, enabled=False):
            return to_rgb(to_planes(drawn.unflatten(1, (3, -1)))) + 0.5

    def _carriers(self, ycbcr: Tensor) -> tuple[Tensor, Tensor]:
        """The coefficients that carry, in levels: (B, luma, h, w) and (B, 2, chroma, h / 2, w / 2)."""
        luma = to_coefficients(ycbcr[:, :1])[:, 0, self.luma]
        chroma = to_coefficients(F.avg_pool2d(ycbcr[:, 1:], 2))[:, :, : self.config.chroma]
        return luma, chroma


def _least_move(old: Tensor, phase: Tensor, step: Tensor) -> Tensor:
    """The least change that gives coefficients their phases (in half steps); to these it has a gradient."""
    wanted = phase * step / 2
    move = wanted - old
    return move - step * (move / step).detach().round()
