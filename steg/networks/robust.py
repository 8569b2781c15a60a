"""The robust network: a secret written on the grid and in the numbers that JPEG itself keeps.

JPEG cuts a picture into blocks of 8x8, takes the cosine transform (DCT) of brightness and of colours, often
at half resolution, and rounds the coefficients. So this network writes into just those coefficients, the low
ones of brightness, which rounding, blur and resizing spare most. A *carrier* is one coefficient; what counts
is only its place between two multiples of a step length, its phase, like that of a clock's hand on the dial.
It can be read without knowing the cover, as digits are in the predictive network, and when it arrives a
little off, the secret is a little off.

The *numbers* that hands tell are the secret's own coefficients (`steg.networks.numbers`), squeezed to the
dial so that small ones, which are many, have most room. What matters most has several hands, slow ones that
say about where a number lies and fast ones that say it exactly.

So writing is a rule; reading is what is learnt. The reader weighs all values that a number may have: how well
each agrees with the hands, as far as these can be trusted, and how likely such a number is here. Two small
networks judge both, from what JPEG left of the picture and from the numbers around. What is still wrong, a
large network corrects.

Moves are made in part only (distortion compensation): what they miss the phase by is little beside what JPEG
does to it, and for the same error of the cover, steps can be longer.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (phases; there
called dither modulation, and its compensation); Zhu et al., "HiDDeN: hiding data with deep networks", ECCV
2018 (training through JPEG); Panter and Dite, "Quantization distortion in pulse-count modulation with
nonuniform spacing of levels", Proc. IRE 1951 (squeezing).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.blocks import BLOCK, to_coefficients, to_planes, to_rgb, to_ycbcr
from steg.networks.layers import Gelu, Residual, convolutions
from steg.networks.numbers import (
    COMMON,
    HAAR,
    MEANS,
    coefficients_of,
    numbers_of,
    pairs_of,
    plan,
    spreads,
    squeeze,
)

MARK = 4  # the coefficient of brightness, in zigzag order, that is left to the mark (`steg.mark`)
LIMIT = 0.9  # half turns of a slow hand for the largest number: it must not pass for the least one
PASSES = 3  # of writing, as clipping at black and white undoes a part of each
# How long the carriers' steps are beside each other. A gradient would shorten those of slow hands: it sees
# how little a small error of theirs matters, but not how much it does when a hand is off by half a turn.
STEPS = [2.2] * 3 + [1.6] * 5 + [1.4] * 6 + [1.3] * 14 + [0.5] * 8 + [0.25] * 27
PART = 0.96  # of each move
NOISE = [0.1] * 8 + [0.14] * 6 + [0.2] * 6 + [0.3] * 43  # half turns that hands may be off, before training
UNITS_AT_ONCE = 64  # of 16x16 pixels, of which all values of all numbers are weighed
TRUST = 4  # what the small networks say counts so much more, which lets them learn faster


@dataclass(frozen=True)
class RobustConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 128  # channels inside the largest network
    depth: int = 5  # residual blocks of the largest one
    carriers: int = 48  # coefficients of brightness that carry, in each 8x8 block, in zigzag order
    grid: int = 64  # values that the reader weighs for each number
    smooth: int = 32  # channels of the last network
    cover_db: float = 34.3  # PSNR that the step lengths are tuned to; smooth covers keep more


class RobustNetwork(nn.Module):
    """Hides one picture in another; pictures are (B, 3, H, W) in [0, 1], H and W multiples of 16."""

    def __init__(self, config: RobustConfig):
        super().__init__()
        self.config = config
        carriers, width, everything = config.carriers, config.width, 3 * BLOCK**2
        self.luma = [k for k in range(1, BLOCK**2) if k != MARK][:carriers]
        told = plan(carriers)
        kinds = 1 + max(number for number, _ in told) - COMMON
        self.kinds, count = kinds // 4, COMMON + kinds
        for name, table in (
            ("number", torch.tensor([number for number, _ in told])),
            ("turns", torch.tensor([float(turns) for _, turns in told])[:, None, None]),
            ("values", torch.linspace(-LIMIT, LIMIT, config.grid)),
            ("spread", spreads()[:, None, None]),
            ("lengths", torch.tensor(STEPS[:carriers])),
            *zip(("small", "large"), squeeze(self.kinds), strict=True),
            ("pairs", torch.tensor(pairs_of(told))),
        ):
            self.register_buffer(name, table, persistent=False)
        self.prior = nn.Parameter(-4 * self.values.abs().repeat(COMMON + self.kinds, 1))
        self.log_noise = nn.Parameter(torch.tensor(NOISE[:carriers]).log())
        self.noise = nn.Sequential(
            nn.Conv2d(BLOCK**2 + len(self.pairs), 32, 1),
            Gelu(),
            nn.AvgPool2d(7, 1, 3, count_include_pad=False),  # JPEG treats all blocks alike
            nn.Conv2d(32, 32, 1),
            Gelu(),
            nn.Conv2d(32, carriers, 1),
        )
        self.narrow = convolutions(count, 64, 0, count)
        seen = everything + 3 * (COMMON + self.kinds) + 3 * carriers + BLOCK**2
        self.correct = nn.Sequential(
            nn.Conv2d(seen, width, 3, padding=1),
            *(Residual(width) for _ in range(config.depth)),
            nn.Conv2d(width, everything, 1),
        )
        for last in (self.noise[-1], self.correct[-1]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
        self.smooth = convolutions(12, config.smooth, 1, 12)

    def steps(self) -> Tensor:
        """Step lengths of the carriers in levels, (carriers, 1, 1).

        Phases are spread evenly, so that the part p of moves at step d costs p^2 d^2 / 12 of a coefficient's
        squared error; all steps are scaled for the mean squared error that `cover_db` asks for.
        """
        allowed = 255**2 / 10 ** (self.config.cover_db / 10) * 12 * BLOCK**2
        return (self.lengths * (allowed / (PART * self.lengths).square().sum()).sqrt())[:, None, None]

    def hide(self, cover: Tensor, secret: Tensor) -> Tensor:
        """Returns the stego picture in [0, 1], not rounded yet."""
        with torch.autocast(cover.device.type, enabled=False):  # levels have 8 bits, bfloat16 only 7
            return self.write(cover, self.phases(secret))

    def reveal(self, stego: Tensor) -> Tensor:
        """Returns the secret as far as it arrived, in [0, 1] but for small overshoots."""
        return self.read(*self.hands(stego))

    def phases(self, secret: Tensor) -> Tensor:
        """Where the hands have to be for a secret, in half turns, (B, carriers, H / 8, W / 8)."""
        told = self._squeezed(numbers_of(secret, self.kinds))
        return F.pixel_shuffle(told[:, self.number] * self.turns, 2)

    def write(self, cover: Tensor, phases: Tensor) -> Tensor:
        """Moves the carriers of a cover a part of the way to their phases, by the least there is to move."""
        old = _brightness(cover)
        aim = old[:, self.luma] + PART * _least_move(old[:, self.luma], phases, self.steps())
        stego = cover
        for _ in range(PASSES):
            move = torch.zeros_like(old)
            move[:, self.luma] = aim - _brightness(stego)[:, self.luma]
            stego = (stego + to_planes(move[:, None]) / 255).clamp(0, 1)
        return stego

    def hands(self, stego: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What can be seen of a stego picture, each (B, channels, H / 8, W / 8).

        Returns:
            Where the hands are, in half turns, (B, carriers, ...); the logarithm of how far they may be off,
            likewise; and the logarithm of how large each coefficient of brightness is, (B, 64, ...).
        """
        with torch.autocast(stego.device.type, enabled=False):
            arrived = _brightness(stego)
            hands = 2 * arrived[:, self.luma] / self.steps()
            size = (arrived.abs() + 0.3).log()
            size[:, MARK] = 0  # the mark says nothing of the secret
            told = F.pixel_unshuffle(hands, 2)
            apart = wrapped(told[:, self.pairs[:, 1]] - 2 * told[:, self.pairs[:, 0]]).abs()
            seen = torch.cat([size, F.interpolate(apart, scale_factor=2)], 1)
        return hands, TRUST * self.noise(seen).float() + self.log_noise[:, None, None], size

    def read(self, hands: Tensor, noise: Tensor, size: Tensor) -> Tensor:
        """The secret that the hands tell, from what `hands` returns."""
        rows = hands.shape[2] // 2  # of units
        with torch.autocast(hands.device.type, enabled=False):
            units = (F.pixel_unshuffle(x, 2).flatten(2)[..., None] for x in (hands, noise))
            likely, prior = in_parts(self._agreement, *units), self._of_each(self.prior)[:, None]
            usual = in_parts(lambda part: (part + prior).softmax(3) @ self.values.abs()[:, None], likely)
        narrow = TRUST * self.narrow(usual[..., 0].unflatten(2, (rows, -1))).float()
        with torch.autocast(hands.device.type, enabled=False):
            levels, values = self._levels(), self.values.expand(likely.shape[1], -1)
            powers = torch.stack([levels, levels.square(), values, values.square()], 2)
            moments = in_parts(
                lambda part, narrow: (part + prior * narrow.exp()).softmax(3) @ powers,
                *(likely, narrow.flatten(2)[..., None]),
            )
            numbers, squares, mean, square = moments.unflatten(2, (rows, -1)).unbind(4)
            guess = coefficients_of(numbers).flatten(1, 2)
            reach = self._reach(squares - numbers.square())
            unsure = (square - mean.square() + 1e-6).sqrt()
            common = [F.interpolate(x[:, :COMMON], scale_factor=2) for x in (mean, unsure, narrow)]
            of_blocks = [F.pixel_shuffle(x[:, COMMON:], 2) for x in (mean, unsure, narrow)]
            angle = math.pi * hands
            about = *common, *of_blocks, angle.cos(), angle.sin(), noise, size
            seen = torch.cat([guess / self.spread, *about], 1)
        correction = self.correct(seen).float()
        with torch.autocast(hands.device.type, enabled=False):
            coefficients = (guess + correction * reach).unflatten(1, (3, -1)) / 255
            drawn = F.pixel_unshuffle(to_rgb(to_planes(coefficients)), 2)
        return F.pixel_shuffle(drawn + self.smooth(drawn).float(), 2) + 0.5

    def _reach(self, variance: Tensor) -> Tensor:
        """How far corrections reach in levels, (B, 192, H / 8, W / 8): as far as a number is in doubt.

        Coefficients that are not told, and colours, have their whole spread.
        """
        means = torch.einsum("ij,biyx->bjyx", HAAR.to(variance).square(), variance[:, :MEANS])
        luma = F.pixel_shuffle(torch.cat([means, variance[:, COMMON:]], 1), 2).clamp_min(0.1).sqrt()
        rest = self.spread[luma.shape[1] :].expand(len(luma), -1, *luma.shape[2:])
        return torch.cat([luma, rest], 1)

    def _of_each(self, table: Tensor) -> Tensor:
        """A table with a line for each kind of number, as one with a line for each number of a unit."""
        return torch.cat([table[:COMMON], table[COMMON:].repeat_interleave(4, 0)])

    def _squeezed(self, numbers: Tensor) -> Tensor:
        """Numbers as places on the dial of a hand that turns once, in half turns."""
        small, large = (self._of_each(x)[:, None, None] for x in (self.small, self.large))
        share = torch.log1p(numbers.abs() / small) / torch.log1p(large / small)
        return (LIMIT * numbers.sign() * share).clamp(-LIMIT, LIMIT)

    def _levels(self) -> Tensor:
        """What a number is, in levels, for each of `values` on the dial, (numbers, grid)."""
        small, large = (self._of_each(x)[:, None] for x in (self.small, self.large))
        share = self.values.abs() / LIMIT
        return self.values.sign() * small * torch.expm1(share * torch.log1p(large / small))

    def _agreement(self, hands: Tensor, noise: Tensor) -> Tensor:
        """Logarithm of how well each value agrees with all hands of a number, (B, numbers, units, grid).

        Hands and noise are those of units, (B, 4 carriers, units, 1).
        """
        apart = self.turns * (self.values[1] - self.values[0])
        doubt = noise.exp().maximum(0.6 * apart)  # a hand may point between two values
        off = wrapped(hands - self.turns * self.values)
        likely = ((off / doubt).square() / -2).exp().add(1e-4).log()
        numbers = likely.new_zeros(len(likely), COMMON + 4 * self.kinds, *likely.shape[2:])
        return numbers.index_add(1, self.number, likely)


def in_parts(function: Callable[..., Tensor], *tensors: Tensor) -> Tensor:
    """Applies a function to few units (dimension 2) at a time: what it needs fits the processor's cache."""
    parts = zip(*(x.split(UNITS_AT_ONCE, 2) for x in tensors), strict=True)
    return torch.cat([function(*part) for part in parts], 2)


def wrapped(half_turns: Tensor) -> Tensor:
    """The same place on the dial, from -1 to 1."""
    return (half_turns + 1) % 2 - 1


def _brightness(picture: Tensor) -> Tensor:
    """The coefficients of brightness in levels, (B, 64, H / 8, W / 8)."""
    return to_coefficients(255 * to_ycbcr(picture)[:, :1])[:, 0]


def _least_move(old: Tensor, phase: Tensor, step: Tensor) -> Tensor:
    """The least change that gives coefficients their phases (in half steps); to these it has a gradient."""
    move = phase * step / 2 - old
    return move - step * (move / step).detach().round()
