"""The predictive network: it foretells the secret sample by sample, and hides how far it was off.

One thing the receiver can read from a stego sample without knowing the cover: its remainder modulo an odd
base, a digit. (A fixed random pattern is added first, so that digits look random on flat covers too.) Giving
a sample the digit one wants costs the cover little: with base 5 at most 2 of 255 levels. So every digit has
to tell as much of the secret as it can. Secret samples are taken from coarse to fine; before each, a small
convolutional network predicts its mean and a step length from all samples known so far. The digit then
chooses one of as many levels around that mean. What both sides know after it is the same, so errors do not
add up. At the end one more network smooths out what the digits left open.

A sender who wants the cover touched less may settle for a digit whose level is a little off: `trade` weighs
the two errors, and the receiver need not know it.

    16 of 64 green samples, found first, are hard to predict and get two digits; so does green at the odd
    corner of each 2x2 block. The second ones lie where blue would have had its own: blue at those two of four
    places is predicted from everything else, and gets none.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (digits and
levels); van den Oord et al., "Pixel recurrent neural networks", ICML 2016, with the coarse-to-fine order of
Reed et al., "Parallel multiscale autoregressive density estimation", ICML 2017 (prediction).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.layers import convolutions

RED, GREEN, BLUE = 0, 1, 2
CORNERS = [(0, 0), (1, 1), (0, 1), (1, 0)]  # row and column in a 2x2 block, in the order of discovery
# (corner, colour) of the samples that one network predicts together, after all those before it
GROUPS = [
    [(1, GREEN)],
    [(2, GREEN), (3, GREEN)],
    [(1, RED), (2, RED), (3, RED)],
    [(1, BLUE), (2, BLUE), (3, BLUE)],
]
PERIOD = 32  # pixels, of the pattern
FIRST_STEP = {"coarsest": (50.0, 20.0, 12.0), "coarse": 7.0, "fine": 2.5}  # before training, in 8-bit levels


def pattern(base: int, height: int, width: int) -> np.ndarray:
    """What is added to samples before their digits are read, (3, height, width) integers below `base`.

    `numpy.random.RandomState` is the generator whose numbers NumPy promises never to change.
    """
    square = np.random.RandomState(0).randint(2**31 - 1, size=(3, PERIOD, PERIOD)) % base
    return np.tile(square, (1, -(-height // PERIOD), -(-width // PERIOD)))[:, :height, :width]


@dataclass(frozen=True)
class PredictiveConfig:
    """The shape of the network, stored in the card of its weights."""

    bases: tuple[int, ...] = (3, 5, 7)  # of digits; odd, so that a digit and a header bit fit into a sample
    width: int = 32  # channels inside the networks
    depth: int = 2  # 3x3 convolutions between the first and the last one
    halvings: int = 3  # from the full grid of samples to the coarsest


class Place(NamedTuple):
    """A regular grid of samples of one colour: rows `top`, `top + stride`, ... and columns likewise."""

    colour: int
    top: int
    left: int
    stride: int

    def of(self, picture: Tensor) -> Tensor:
        """The (B, 1, h, w) view of these samples in a (B, 3, H, W) picture."""
        rows, columns = slice(self.top, None, self.stride), slice(self.left, None, self.stride)
        return picture[:, self.colour : self.colour + 1, rows, columns]


# carry(place, mean, step, carriers) -> the secret's samples at `place`, as the receiver will know them
Carry = Callable[[Place, Tensor, Tensor, list[Place]], Tensor]
# watch(place, mean, step, value): sees what was predicted at `place`, and what the digits made of it
Watch = Callable[[Place, Tensor, Tensor, Tensor], None]


class Predictor(nn.Module):
    """Predicts mean and step of some of the 12 samples of 2x2 blocks from those that are known (others 0).

    It also sees by how many steps each was off its own prediction: near digits at their limits, steps widen.
    """

    def __init__(self, width: int, depth: int, outputs: int, first_step: float):
        super().__init__()
        self.linear = nn.Conv2d(12, outputs, 3, padding=1, bias=False)
        self.network = convolutions(24, width, depth, 2 * outputs)
        self.first_step = first_step / 255
        nn.init.zeros_(self.linear.weight)

    def forward(self, known: Tensor, surprise: Tensor) -> tuple[Tensor, Tensor]:
        mean, step = self.network(torch.cat([known, surprise], 1)).float().chunk(2, 1)
        with torch.autocast(known.device.type, enabled=False):  # samples have 8 bits, bfloat16 only 7
            mean = mean + self.linear(known)
        return mean, self.first_step * (3 * step).clamp(-6, 3).exp()


class PredictiveNetwork(nn.Module):
    """Hides one picture in another.

    Pictures are (B, 3, H, W) floats in [0, 1], H and W multiples of `block`.
    """

    def __init__(self, config: PredictiveConfig):
        super().__init__()
        self.bases, self.block = tuple(config.bases), 2**config.halvings
        size = config.width, config.depth
        self.coarsest = nn.ModuleList(Predictor(*size, 1, s) for s in FIRST_STEP["coarsest"])
        self.coarse = nn.ModuleList(Predictor(*size, len(g), FIRST_STEP["coarse"]) for g in GROUPS)
        self.fine = nn.ModuleList(Predictor(*size, len(g), FIRST_STEP["fine"]) for g in GROUPS)
        self.smooth = convolutions(24, *size, 12)
        rows = [4 / (base - 1) * (torch.arange(max(self.bases)) - (base - 1) / 2) for base in self.bases]
        self.levels = nn.Parameter(torch.stack(rows))  # of the digits of each base, in steps
        self.finer = nn.Parameter(1 / torch.tensor(self.bases))  # a second digit's levels against the first's

    def hide(self, cover: Tensor, secret: Tensor, trade: Tensor, base: int) -> Tensor:
        """Returns the stego picture, on 8-bit levels; arguments as in `forward`."""
        return self(cover, secret, trade, base)[0]

    def forward(
        self, cover: Tensor, secret: Tensor, trade: Tensor, base: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Hides `secret` in `cover`.

        Args:
            cover: on 8-bit levels.
            secret: of the same shape.
            trade: weight of the secret's squared error against the cover's, (B, 1, H or 1, W or 1). Where it
                is 0, the cover stays as it is.
            base: of the digits, one of `bases`.

        Returns:
            The stego picture, on 8-bit levels; the secret as it will be revealed; and the mean squared error
            of each secret before the last network, (B,), in squared 8-bit levels.
        """
        before, shift = (cover * 255).round(), self._pattern(cover, base)
        after, errors = before.clone(), []
        trade = trade.expand(-1, 3, *cover.shape[2:])

        def carry(place: Place, value: Tensor, step: Tensor, carriers: list[Place]) -> Tensor:
            wanted, weight = place.of(secret - 0.5), place.of(trade)
            levels, finer = self._levels(base)
            for carrier in carriers:
                old, new = carrier.of(before), carrier.of(after)
                digit = _choose(
                    255 * (value - wanted), 255 * step, levels, weight, old, carrier.of(shift), new
                )
                value = value + step * levels[digit]
                levels = levels * finer
            errors.append((255 * (value - wanted)).square().sum((1, 2, 3)))
            return value.detach()  # a changed prediction changes the digit too, which a gradient cannot see

        revealed = self._walk(carry, cover, base)
        return after / 255, revealed, sum(errors) / secret[0].numel()

    def _levels(self, base: int) -> tuple[Tensor, Tensor]:
        row = self.bases.index(base)
        return self.levels[row, :base], self.finer[row]

    def _pattern(self, like: Tensor, base: int) -> Tensor:
        return torch.as_tensor(pattern(base, *like.shape[2:])[None], dtype=like.dtype, device=like.device)

    def reveal(self, stego: Tensor, base: int, watch: Watch | None = None) -> Tensor:
        """Returns the secret hidden in a stego picture on 8-bit levels, with digits of this base."""
        digits = ((stego * 255).round() + self._pattern(stego, base)).remainder(base).long()

        def carry(place: Place, mean: Tensor, step: Tensor, carriers: list[Place]) -> Tensor:
            value, (levels, finer) = mean, self._levels(base)
            for carrier in carriers:
                value = value + step * levels[carrier.of(digits)]
                levels = levels * finer
            if watch:
                watch(place, mean, step, value)
            return value

        return self._walk(carry, stego, base)

    def _walk(self, carry: Carry, like: Tensor, base: int) -> Tensor:
        """Discovers the secret from coarse to fine, the same way on both sides; returns it."""
        batch, _, height, width = like.shape
        nothing = like.new_zeros(batch, 1, height // self.block, width // self.block)
        # samples so far, how many steps each was off its mean, and how much of a step is left open
        known, surprise, open_ = [nothing] * 12, [nothing] * 12, [nothing] * 12

        def discover(predictor: Predictor, samples: list[tuple[int, int]], stride: int) -> None:
            means, steps = predictor(torch.cat(known, 1), torch.cat(surprise, 1))
            for (corner, colour), mean, step in zip(
                samples, means.split(1, 1), steps.split(1, 1), strict=True
            ):
                place, carriers = plan(corner, colour, stride)
                index = 3 * corner + colour
                known[index] = carry(place, mean, step, carriers)
                surprise[index] = ((known[index] - mean) / step).detach()
                open_[index] = (step * base ** -len(carriers)).detach()

        for colour, predictor in zip((GREEN, RED, BLUE), self.coarsest, strict=True):
            discover(predictor, [(0, colour)], self.block // 2)
        stride = self.block // 2
        while True:
            for predictor, samples in zip(self.coarse if stride > 1 else self.fine, GROUPS, strict=True):
                discover(predictor, samples, stride)
            if stride == 1:
                break
            stride //= 2
            nothing = like.new_zeros(batch, 1, height // stride // 2, width // stride // 2)
            known, surprise, open_ = (
                [*woven(torch.cat(x, 1)).split(1, 1), *[nothing] * 9] for x in (known, surprise, open_)
            )
        picture = torch.cat(known, 1)
        seen = torch.cat([picture, *(100 * x for x in open_)], 1)
        return woven(picture + self.smooth(seen).float()) + 0.5


@torch.no_grad()
def _choose(error, step, levels, weight, old, shift, new) -> Tensor:
    """Chooses the digits of one grid of carriers and writes the samples that have them into `new`.

    All but `levels` are (B, 1, h, w), in 8-bit levels: `error` of the secret before the digit, `step` of its
    levels, `weight` of its square, `old` samples, and the pattern's `shift`.
    """
    base = len(levels)
    lowest, digits = torch.full_like(old, torch.inf), torch.empty_like(old, dtype=torch.long)
    for digit, level in enumerate(levels.tolist()):
        move = digit - old - shift
        move -= base * (move / base).round()  # the least one that gives this digit
        sample = old + move
        move += base * ((sample < 0).float() - (sample > 255).float())
        left = torch.add(error, step, alpha=level)
        cost = torch.addcmul(move * move, weight * left, left)
        better = cost < lowest
        lowest = torch.where(better, cost, lowest)
        new.copy_(torch.where(better, old + move, new))
        digits[better] = digit
    return digits


def plan(corner: int, colour: int, stride: int) -> tuple[Place, list[Place]]:
    """Where a sample lies, and where its digits do; its block is `stride` times 2 on a side."""
    row, column = CORNERS[corner]
    place = Place(colour, row * stride, column * stride, 2 * stride)
    if stride == 1 and colour == BLUE and corner in (1, 3):
        return place, []
    if colour != GREEN or (stride == 1 and corner != 1):
        return place, [place]
    if stride == 1:
        return place, [place, Place(BLUE, 1, 0, 2)]
    return place, [place, Place(BLUE, place.top + 1, place.left + 1, place.stride)]


def woven(blocks: Tensor) -> Tensor:
    """(B, 12, h, w), the corners of 2x2 blocks after each other -> (B, 3, 2h, 2w)."""
    top_left, bottom_right, top_right, bottom_left = blocks.split(3, 1)
    return F.pixel_shuffle(torch.stack([top_left, top_right, bottom_left, bottom_right], 2).flatten(1, 2), 2)
