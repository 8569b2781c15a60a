"""The robust network: a secret written in the numbers that JPEG itself keeps.

JPEG cuts a picture into blocks of 8x8, takes the cosine transform (DCT) of brightness and of colours, and
rounds the coefficients, the high ones coarsely. This network sees pictures as just these blocks: 192
coefficients, brightness first, as channels of a picture of an eighth of the size. There a preparation network
reads the secret, a hiding network adds to the cover's coefficients what it made of it, and a reveal network
draws the secret from what arrives. It learns to do so through JPEG, resizing, noise and blur
(`train/channel.py`), and finds out by itself which coefficients survive and how strong changes have to be.

One coefficient of brightness is left to the mark (`steg.mark`), which says that something is hidden.

Sources: Baluja, "Hiding images in plain sight: deep steganography", NeurIPS 2017 (prepare, hide, reveal); Zhu
et al., "HiDDeN: hiding data with deep networks", ECCV 2018 (training through JPEG); Wallace, "The JPEG still
picture compression standard", CACM 1991 (blocks, YCbCr).
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import Gelu, convolutions

BLOCK = 8  # pixels on a side of JPEG's blocks
UNIT = 2 * BLOCK  # pixels: a block of colours at half resolution
COEFFICIENTS = 3 * BLOCK**2  # of a block: brightness, blue, red, each in zigzag order
MARK = 4  # the coefficient that is left to the mark


@dataclass(frozen=True)
class RobustConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 128  # channels inside the networks
    prepare: int = 2  # residual blocks of the preparation network
    hide: int = 2  # of the hiding network
    reveal: int = 4  # of the reveal network
    smooth: int = 32  # channels of the last network, which smooths the blocks' edges


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
    """The DCT of each 8x8 block, in zigzag order: (B, C, H, W) to (B, C, 64, H / 8, W / 8)."""
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
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(self.gelu(self.first(x)))


class RobustNetwork(nn.Module):
    """Hides one picture in another; pictures are (B, 3, H, W) floats in [0, 1], H and W multiples of 8."""

    def __init__(self, config: RobustConfig):
        super().__init__()
        width = config.width
        self.prepare = stack(COEFFICIENTS, width, config.prepare)
        self.add = nn.Sequential(
            *stack(width + COEFFICIENTS, width, config.hide), nn.Conv2d(width, COEFFICIENTS, 1)
        )
        self.read = nn.Sequential(
            *stack(COEFFICIENTS, width, config.reveal), nn.Conv2d(width, COEFFICIENTS, 1)
        )
        self.smooth = convolutions(12, config.smooth, 1, 12)
        with torch.no_grad():  # starts with small changes of the cover, and with grey secrets
            self.add[-1].weight.mul_(0.1)
        for zero in (self.add[-1].bias, self.read[-1].weight, self.read[-1].bias):
            nn.init.zeros_(zero)

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture in [0, 1], not rounded yet."""
        seen = torch.cat([self.prepare(to_blocks(secret)), to_blocks(cover)], 1)
        change = self.add(seen).float()
        change[:, MARK] = 0
        return (cover + from_blocks(change)).clamp(0, 1)

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the secret as far as it arrived, in [0, 1] but for small overshoots."""
        seen = 4 * to_blocks(stego)
        seen[:, MARK] = 0  # the mark says nothing of the secret
        drawn = F.pixel_unshuffle(from_blocks(self.read(seen).float()), 2)
        return F.pixel_shuffle(drawn + self.smooth(drawn).float(), 2) + 0.5


def stack(inputs: int, width: int, blocks: int) -> nn.Sequential:
    """A 3x3 convolution and so many residual blocks."""
    return nn.Sequential(nn.Conv2d(inputs, width, 3, padding=1), *(Residual(width) for _ in range(blocks)))


def to_blocks(picture: Tensor) -> Tensor:
    """(B, 3, H, W) in [0, 1] to the coefficients of its blocks, (B, 192, H / 8, W / 8), grey being 0."""
    with torch.autocast(picture.device.type, enabled=False):  # samples have 8 bits, bfloat16 only 7
        return to_coefficients(to_ycbcr(picture - 0.5)).flatten(1, 2)


def from_blocks(blocks: Tensor) -> Tensor:
    """The inverse of `to_blocks`, but for the grey, which is left out."""
    with torch.autocast(blocks.device.type, enabled=False):
        return to_rgb(to_planes(blocks.unflatten(1, (3, -1))))
