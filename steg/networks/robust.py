"""The robust network: a secret written on the grid and in the numbers that JPEG itself keeps.

JPEG cuts a picture into blocks of 8x8, takes the cosine transform (DCT) of brightness and of colours, often
at half resolution, and rounds the coefficients. So this network writes into just those coefficients, the low
ones, which rounding, blur and resizing spare most. A *carrier* is one coefficient; what counts is only its
place between two multiples of a step length, its phase. That can be read without knowing the cover, as digits
are in the predictive network, and when it arrives a little off, the secret is a little off.

Phases start as fixed turns of the secret's own coefficients, slow ones that say about where a number lies and
fast ones that say it exactly, like the hands of a clock. A preparation network learns to turn them better; a
reveal network learns to read the secret from the hands that arrive. One coefficient of brightness is left to
the mark (`steg.mark`), which says that something is hidden.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (phases; there
called dither modulation); Zhu et al., "HiDDeN: hiding data with deep networks", ECCV 2018 (training through
JPEG); Wallace, "The JPEG still picture compression standard", CACM 1991 (blocks, YCbCr).
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import Gelu, convolutions

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
    luma: int = 36  # carriers in each 8x8 block of brightness, in zigzag order
    chroma: int = 15  # carriers in each 8x8 block of either colour, of 16x16 pixels
    smooth: int = 32  # channels of the last network
    cover_db: float = 34.0  # PSNR that the step lengths are tuned to; smooth covers keep more


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


# What the phases say at the start, as (what, half turns for one unit of it); the secret's samples lie between
# -0.5 and 0.5. Brightness: the coefficient with this number in zigzag order.
LUMA_TURNS = (
    *((0, turns / 4.4) for turns in (1, 3, 9)),
    *((k, turns / (1.5, 1.5, 1, 1, 1, 0.8, 0.8, 0.8)[k - 1]) for k in range(1, 9) for turns in (1, 3)),
    *((k, 3.0) for k in range(9, BLOCK**2)),
)
# Either colour: the coefficient with the second number, of 2x2 blocks in the combination with the first
SIGNS = torch.tensor([[[1, 1], [1, 1]], [[1, -1], [1, -1]], [[1, 1], [-1, -1]], [[1, -1], [-1, 1]]])
CHROMA_TURNS = (
    *(((0, 0), turns) for turns in (0.5, 1.5, 4.5)),
    *(((side, 0), turns) for side in (1, 2) for turns in (1.5, 4.5)),
    *(((3, 0), turns) for turns in (2.5, 5.0)),
    *(((0, k), 8.0) for k in range(1, BLOCK**2)),
)


class RobustNetwork(nn.Module):
    """Hides one picture in another; pictures are (B, 3, H, W) in [0, 1], H and W multiples of `UNIT`."""

    def __init__(self, config: RobustConfig):
        super().__init__()
        self.config = config
        self.luma = [k for k in range(config.luma + 1) if k != MARK][: config.luma]
        width, chroma, colours = config.width, 2 * config.chroma, 3 * BLOCK**2
        self.prepare = nn.Sequential(
            nn.Conv2d(colours, width, 3, padding=1), *(Residual(width) for _ in range(config.prepare))
        )
        self.luma_turn = nn.Conv2d(width, 2 * config.luma, 1)
        self.chroma_turn = nn.Conv2d(width, 2 * chroma, 2, stride=2)
        for turn in (self.luma_turn, self.chroma_turn):
            nn.init.normal_(turn.weight, std=0.01)
            nn.init.zeros_(turn.bias)
        self.register_buffer("first_luma", first_luma(config), persistent=False)
        self.register_buffer("first_chroma", first_chroma(config), persistent=False)
        self.read = nn.Sequential(
            nn.Conv2d(2 * (config.luma + chroma) + colours, width, 3, padding=1),
            *(Residual(width) for _ in range(config.reveal)),
            nn.Conv2d(width, colours, 1),
        )
        nn.init.zeros_(self.read[-1].weight)
        nn.init.zeros_(self.read[-1].bias)
        self.smooth = convolutions(12, config.smooth, 1, 12)
        # JPEG rounds high frequencies more coarsely
        rise = torch.tensor([1 + 0.08 * sum(cell) for cell in zigzag()]).log()
        self.log_luma = nn.Parameter(rise[self.luma])
        self.log_chroma = nn.Parameter(rise[: config.chroma].repeat(2, 1))

    def steps(self) -> tuple[Tensor, Tensor]:
        """Step lengths of the carriers in brightness, (luma,), and in both colours, (2, chroma), in levels.

        Phases are spread evenly, so that a step d costs d^2 / 12 of a coefficient's squared error; all steps
        are scaled for the mean squared error that `cover_db` asks for.
        """
        luma, chroma = self.log_luma.exp(), self.log_chroma.exp()
        weights = luma.new_tensor(WEIGHTS)
        cost = weights[0] * luma.square().sum() + (weights[1:, None] * chroma.square()).sum()
        allowed = 255**2 / 10 ** (self.config.cover_db / 10) * 12 * BLOCK**2
        scale = (allowed / cost).sqrt()
        return luma * scale, chroma * scale

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture in [0, 1], not rounded yet."""
        with torch.autocast(cover.device.type, enabled=False):  # levels have 8 bits, bfloat16 only 7
            wanted = to_coefficients(to_ycbcr(secret - 0.5)).flatten(1, 2)
        features = self.prepare(wanted)
        turns = self.luma_turn(features).float(), self.chroma_turn(features).float()
        with torch.autocast(cover.device.type, enabled=False):
            luma_phase = _turned(F.conv2d(wanted, self.first_luma), turns[0])
            chroma_phase = _turned(F.conv2d(wanted, self.first_chroma, stride=2), turns[1])
            ycbcr = 255 * to_ycbcr(cover)
            luma, chroma = self._carriers(ycbcr)
            luma_steps, chroma_steps = self.steps()
            move = ycbcr.new_zeros(luma.shape[0], 1, BLOCK**2, *luma.shape[2:])
            move[:, 0, self.luma] = _least_move(luma, luma_phase, luma_steps[:, None, None])
            colour = ycbcr.new_zeros(chroma.shape[0], 2, BLOCK**2, *chroma.shape[3:])
            colour[:, :, : self.config.chroma] = _least_move(
                chroma, chroma_phase.unflatten(1, (2, -1)), chroma_steps[:, :, None, None]
            )
            wide = F.interpolate(to_planes(colour), scale_factor=2, mode="nearest")
            return (cover + to_rgb(torch.cat([to_planes(move), wide], 1)) / 255).clamp(0, 1)

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the secret as far as it arrived, in [0, 1] but for small overshoots."""
        with torch.autocast(stego.device.type, enabled=False):
            ycbcr = 255 * to_ycbcr(stego)
            luma, chroma = self._carriers(ycbcr)
            luma_steps, chroma_steps = self.steps()
            luma = 2 * math.pi * luma / luma_steps[:, None, None]
            chroma = 2 * math.pi * (chroma / chroma_steps[:, :, None, None]).flatten(1, 2)
            hands = torch.cat([luma, F.interpolate(chroma, scale_factor=2, mode="nearest")], 1)
            arrived = to_coefficients(ycbcr / 255 - ycbcr.new_tensor([0.5, 0, 0])[:, None, None])
            arrived[:, 0, MARK] = 0  # the mark says nothing of the secret
            seen = torch.cat([hands.cos(), hands.sin(), arrived.flatten(1, 2)], 1)
        drawn = self.read(seen).float()
        with torch.autocast(stego.device.type, enabled=False):
            drawn = F.pixel_unshuffle(to_rgb(to_planes(drawn.unflatten(1, (3, -1)))), 2)
        return F.pixel_shuffle(drawn + self.smooth(drawn).float(), 2) + 0.5

    def _carriers(self, ycbcr: Tensor) -> tuple[Tensor, Tensor]:
        """The coefficients that carry, in levels: (B, luma, h, w) and (B, 2, chroma, h / 2, w / 2)."""
        luma = to_coefficients(ycbcr[:, :1])[:, 0, self.luma]
        chroma = to_coefficients(F.avg_pool2d(ycbcr[:, 1:], 2))[:, :, : self.config.chroma]
        return luma, chroma


def first_luma(config: RobustConfig) -> Tensor:
    """`LUMA_TURNS` as the weights of a convolution from the secret's coefficients, (luma, 192, 1, 1)."""
    weight = torch.zeros(config.luma, 3 * BLOCK**2, 1, 1)
    for carrier, (k, turns) in enumerate(LUMA_TURNS[: config.luma]):
        weight[carrier, k] = turns
    return weight


def first_chroma(config: RobustConfig) -> Tensor:
    """`CHROMA_TURNS`, likewise, from blocks of two by two, (2 chroma, 192, 2, 2)."""
    weight = torch.zeros(2, config.chroma, 3, BLOCK**2, 2, 2)
    for carrier, ((combination, k), turns) in enumerate(CHROMA_TURNS[: config.chroma]):
        for colour in (0, 1):
            weight[colour, carrier, 1 + colour, k] = turns * SIGNS[combination] / 4
    return weight.flatten(0, 1).flatten(1, 2)


def _turned(half_turns: Tensor, vectors: Tensor) -> Tensor:
    """Phases in (-1, 1] half turns: unit vectors with the first ones, plus `vectors` (all x, then all y)."""
    x, y = vectors.chunk(2, 1)
    angle = math.pi * half_turns
    return torch.atan2(y + angle.sin(), x + angle.cos()) / math.pi


def _least_move(old: Tensor, phase: Tensor, step: Tensor) -> Tensor:
    """The least change that gives coefficients their phases (in half steps); to these it has a gradient."""
    wanted = phase * step / 2
    move = wanted - old
    return move - step * (move / step).detach().round()
