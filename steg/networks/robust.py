"""The robust network: bits written on the grid and in the numbers that JPEG itself keeps.

JPEG cuts a picture into blocks of 8x8, takes the cosine transform (DCT) of brightness and of colours, often
at half resolution, and rounds the coefficients. So this network writes into just those coefficients, most
into the low ones of brightness, which rounding, blur and resizing spare most; a little into those of colours,
for pictures whose colours are not halved. A *carrier* is one coefficient of each block; what counts is only
its place between two multiples of a step length, as that of a clock's hand on the dial. It can be read
without knowing the cover. A dial has up to 16 places, and the hand's place
is a *word* of up to 4 bits: the first says about where the hand is, the last exactly, and neighbouring places
differ in one bit only (Gray code), so that a hand that arrives a little off costs one bit and seldom the
first ones.

Writing is a rule; reading is what is learnt. One network looks at the blocks around and says where each hand
really stood before blur and resizing, and how far that may be off; this gives how likely each place is. It is
told on which way the picture came, direct or resized or halved; a receiver tries all.
From its beliefs bits are decoded (`steg.methods.chat.layers`, `steg.coding.polar`), and from them a secret
(`steg.payload.layers`, `steg.payload.jpeg2000`). Another network restores what its compression has lost.

Moves are made in part only (distortion compensation): what they miss the place by is little beside what JPEG
does to it, and for the same error of the cover, steps can be longer.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (there called
dither modulation, and its compensation); Zhu et al., "HiDDeN: hiding data with deep networks", ECCV 2018
(training through JPEG); Zhang et al., "Beyond a Gaussian denoiser", IEEE Trans. Image Processing 2017
(restoring what compression has lost by its residual).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from steg.images.dct import BLOCK, to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.networks.layers import Gelu, Residual

MARK = (
    4  # the coefficient of brightness, in zigzag order, that is left to the mark (`steg.embedding.watermark`)
)
PASSES = 3  # of writing, as clipping at black and white undoes a part of each
PART = 0.95  # of each move
NOISE = 3.0  # levels that hands may be off, before training
LEAST_NOISE = 0.01  # turns
UNLIKELY = -60.0  # logarithm of the least likelihood: with less of a penalty, doubt is not learnt
# What the networks say counts so much less, so that a step of training does not turn hands around
CAUTION, SHIFT_CAUTION, RESTORE_CAUTION = 0.3, 0.02, 0.1
FILTERS = 3  # that may undo what blur and resizing did to the hands
# On which a picture came: as a file or JPEG, changed a little besides, or made about half as large
WAYS = DIRECT, RESIZED, HALVED = 0, 1, 2


class Group(NamedTuple):
    """Carriers of one kind: step length before scaling, bits of a word, and which coefficients they are.

    Coefficients count in zigzag order: from 0 those of brightness, from 64 of blue, from 128 of red.
    """

    step: float
    bits: int
    carriers: tuple[int, ...]

    @property
    def places(self) -> int:
        """How many places a dial has."""
        return 1 << self.bits


def _of_colours(*coefficients: int) -> tuple[int, ...]:
    return tuple(plane * BLOCK**2 + coefficient for plane in (1, 2) for coefficient in coefficients)


# The steps were searched for, for the most bits through all channels, with nothing learnt
GROUPS = (
    Group(33.0, 4, (1, 2, 3, 5, 6, 7, 8, 9)),
    Group(18.0, 4, (11, 12, 13, 17, 18, 24)),  # with those above, what is left at half the size
    Group(21.5, 4, (10, 14, 16, 19, 20)),
    Group(13.4, 3, (15, 21, 22, 23, 25, 26, 27)),
    Group(8.0, 3, _of_colours(0, 1, 2, 3, 4, 5, 7, 8)),  # for JPEG that hardly rounds, and halves no colours
    Group(3.2, 2, tuple(range(28, BLOCK**2))),  # these are for files that are not re-compressed
    Group(2.7, 2, _of_colours(6, *range(9, 21))),
)
CARRIERS = [carrier for group in GROUPS for carrier in group.carriers]
BITS = [group.bits for group in GROUPS for _ in group.carriers]  # of each carrier's words
PLACES = [1 << bits for bits in BITS]  # on each carrier's dial
FIRST = [sum(PLACES[:carrier]) for carrier in range(len(PLACES))]  # place of each dial, if all stand in a row


@dataclass(frozen=True)
class RobustConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 128  # channels of the network that reads
    depth: int = 4  # its residual blocks
    restore_width: int = 64  # channels of the network that restores
    restore_depth: int = 4  # its residual blocks
    cover_db: float = 35.3  # PSNR that the step lengths are tuned to


class RobustNetwork(nn.Module):
    """Writes words into a picture and reads them; pictures are (B, 3, H, W) in [0, 1], sides whole blocks."""

    def __init__(self, config: RobustConfig):
        super().__init__()
        self.config = config
        count, width = len(CARRIERS), config.width
        order = torch.tensor([max(1, row + column) for row, column in zigzag()])
        lengths = torch.tensor([group.step for group in GROUPS for _ in group.carriers])
        for name, table in (
            ("lengths", lengths),
            ("spread", torch.where(torch.arange(BLOCK**2) > 0, 75 / order, 400)[:, None, None]),
            ("uneven", (torch.arange(BLOCK**2) > 0).float()[:, None, None]),
            ("places", torch.tensor(PLACES)[:, None, None]),
        ):
            self.register_buffer(name, table, persistent=False)
        self.log_noise = nn.Parameter((NOISE / self.steps()[:, 0, 0]).log().repeat(len(WAYS), 1))
        self.open = nn.Parameter(torch.zeros(len(WAYS), FILTERS, count))
        self.way = nn.Parameter(0.1 * torch.randn(len(WAYS), width))
        self.first = nn.Conv2d(2 * BLOCK**2 + 2 * count, width, 3, padding=1)
        across, down = (
            nn.AvgPool2d(size, 1, pad, count_include_pad=False)
            for size, pad in (((1, 9), (0, 4)), ((9, 1), (4, 0)))
        )
        self.around = nn.Sequential(  # JPEG treats all blocks alike
            Gelu(), nn.Sequential(across, down), nn.Conv2d(width, width, 1)
        )
        self.listen = nn.Sequential(
            *(Residual(width) for _ in range(config.depth)),
            Gelu(),
            nn.Conv2d(width, (2 + FILTERS) * count, 1),
        )
        self.undo = nn.Conv2d(BLOCK**2, FILTERS * count, 3, padding=1)
        self.restoration = nn.Sequential(
            nn.PixelUnshuffle(2),
            nn.Conv2d(12, config.restore_width, 3, padding=1),
            *(Residual(config.restore_width) for _ in range(config.restore_depth)),
            Gelu(),
            nn.Conv2d(config.restore_width, 12, 3, padding=1),
            nn.PixelShuffle(2),
        )
        for last in (self.listen[-1], self.undo, self.restoration[-2]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def steps(self) -> Tensor:
        """Step lengths of the carriers in levels, (carriers, 1, 1).

        Places are spread evenly, so that the part p of moves at step d costs p^2 d^2 / 12 of a coefficient's
        squared error (colours cost about as much as brightness); all steps are scaled for the mean squared
        error that `cover_db` asks for.
        """
        allowed = 255**2 / 10 ** (self.config.cover_db / 10) * 12 * BLOCK**2
        return (self.lengths * (allowed / (PART * self.lengths).square().sum()).sqrt())[:, None, None]

    def write(self, cover: Tensor, places: Tensor) -> Tensor:
        """Moves the carriers of a cover a part of the way to their places, by the least there is to move.

        Args:
            cover: on 8-bit levels.
            places: where the hands have to be, from 0 to `PLACES` - 1, (B, carriers, H / 8, W / 8).

        Returns:
            The stego picture in [0, 1], not rounded yet.
        """
        with torch.autocast(cover.device.type, enabled=False):  # levels have 8 bits, bfloat16 only 7
            old, steps = waves(cover), self.steps()
            move = places / self.places * steps - old[:, CARRIERS]
            aim = old.clone()
            aim[:, CARRIERS] += PART * (move - steps * (move / steps).round())
            stego = cover
            for _ in range(PASSES):
                move = torch.zeros_like(old)
                move[:, [MARK, *CARRIERS]] = (aim - waves(stego))[:, [MARK, *CARRIERS]]
                stego = (stego + to_rgb(to_planes(move.unflatten(1, (3, -1)))) / 255).clamp(0, 1)
        return stego

    def read(self, stego: Tensor, ways: Tensor) -> Tensor:
        """How likely each place of each hand is.

        Args:
            stego: as it arrived.
            ways: on which of `WAYS`, (B,) int64.

        Returns:
            Likelihoods in [0, 1], (B, places of all dials in a row, H / 8, W / 8).
        """
        with torch.autocast(stego.device.type, enabled=False):
            arrived = waves(stego)
            arrived[:, MARK] = 0  # the mark says nothing of the words
            hands = arrived[:, CARRIERS] / self.steps()
            angle = 2 * math.pi * hands
            bright = arrived[:, : BLOCK**2]
            size = (bright.abs() + 0.3).log()
            bright = bright / self.spread
            seen = torch.cat([bright, size, angle.cos(), angle.sin()], 1)
        undone = CAUTION * self.undo(bright * self.uneven).float().unflatten(1, (FILTERS, -1))
        x = self.first(seen) + self.way[ways, :, None, None]
        said = self.listen(x + self.around(x)).float()
        with torch.autocast(stego.device.type, enabled=False):
            shift, noise, *how_much = said.unflatten(1, (2 + FILTERS, -1)).unbind(1)
            weights = (CAUTION * torch.stack(how_much, 1) + self.open[ways, :, :, None, None]).sigmoid()
            shift = SHIFT_CAUTION * shift + (weights * undone).sum(1)
            doubt = (CAUTION * noise + self.log_noise[ways, :, None, None]).exp() + LEAST_NOISE
            return torch.cat(list(_likely(hands + shift, doubt)), 1)

    def restore(self, compressed: Tensor) -> Tensor:
        """A picture as it may have been before compression, in [0, 1] but for small overshoots."""
        return compressed + RESTORE_CAUTION * self.restoration(compressed - 0.5).float()


def waves(picture: Tensor) -> Tensor:
    """The coefficients of brightness, blue and red in levels, (B, 192, H / 8, W / 8)."""
    return to_coefficients(255 * to_ycbcr(picture)).flatten(1, 2)


def _likely(hands: Tensor, doubt: Tensor) -> Iterator[Tensor]:
    """For each group the likelihoods of its places, (B, places of its dials, h, w).

    Args:
        hands: in turns, (B, carriers, h, w).
        doubt: standard deviation of what they are off, in turns, of the same shape.
    """
    counts = [len(group.carriers) for group in GROUPS]
    for group, hand, unsure in zip(GROUPS, hands.split(counts, 1), doubt.split(counts, 1), strict=True):
        place = torch.arange(group.places, device=hands.device)[:, None, None] / group.places
        off = hand[:, :, None] - place
        off = (off - off.round()) / unsure[:, :, None]
        yield (off.square() / -2).clamp_min(UNLIKELY).softmax(2).flatten(1, 2)
