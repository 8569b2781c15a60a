"""Predictive network: multiscale prediction of the secret; its residuals are digits in the cover.

A receiver can read from a stego sample, without the cover, its remainder modulo an odd base: a digit. (A
fixed pseudo-random dither is added first, so that digits look random on flat covers too.) Moving a sample
to the nearest value with a wanted digit costs the cover little: at most 2 of 255 levels for base 5. So each
digit has to carry as much of the secret as it can. The secret's samples are coded from coarse to fine; for
each, a small convolutional network predicts mean and step from all samples decoded already, and the digit
selects one of `base` levels around that mean. Sender and receiver compute the same predictions, so errors do
not accumulate. A last network smooths the decoded picture.

The sender may choose a digit whose level is not the nearest if that changes the cover less: the distortion
weight sets the balance of both squared errors, and the receiver need not know it.

    16 of 64 green samples, decoded first, are hard to predict and get two digits; so does green at the odd
    corner of each 2x2 block. The second ones lie where blue would have had its own: blue at those two of four
    positions is predicted from everything else, and gets none.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (digits and
levels); van den Oord et al., "Pixel recurrent neural networks", ICML 2016, with the coarse-to-fine order of
Reed et al., "Parallel multiscale autoregressive density estimation", ICML 2017 (prediction).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from steg.networks.layers import convolutions
from steg.networks.sublattices import BLUE, GREEN, GROUPS, RED, SubLattice, merge_corners, plan

DITHER_PERIOD = 32  # pixels
# 8-bit levels
COARSEST_STEPS, COARSE_STEP, FINE_STEP = (50.0, 20.0, 12.0), 7.0, 2.5


def dither(base: int, height: int, width: int) -> np.ndarray:
    """Dither: added to samples before their digits are read, (3, height, width) integers below `base`.

    `numpy.random.RandomState` is the generator whose numbers NumPy promises never to change.
    """
    square = np.random.RandomState(0).randint(2**31 - 1, size=(3, DITHER_PERIOD, DITHER_PERIOD)) % base
    return np.tile(square, (1, -(-height // DITHER_PERIOD), -(-width // DITHER_PERIOD)))[:, :height, :width]


@dataclass(frozen=True)
class PredictiveConfig:
    """The shape of the network, stored in the card of its weights."""

    bases: tuple[int, ...] = (3, 5, 7)  # of digits; odd, so that a digit and a header bit fit into a sample
    width: int = 32  # channels inside the networks
    depth: int = 2  # 3x3 convolutions between the first and the last one
    halvings: int = 3  # from the full grid of samples to the coarsest


# code(lattice, mean, step, carriers) -> the decoded samples of `lattice`: the sender writes their digits into
# the carriers, the receiver reads them
CodeResidual = Callable[[SubLattice, Tensor, Tensor, list[SubLattice]], Tensor]
# callback(lattice, mean, step, value), after `lattice` was predicted and decoded
Callback = Callable[[SubLattice, Tensor, Tensor, Tensor], None]


class Predictor(nn.Module):
    """Predicts mean and step of some of the 12 samples of 2x2 blocks from the decoded ones (others are 0).

    The normalised residuals (decoded value minus mean, in steps) are inputs too: where they are at the limits
    of the digits, steps widen, as in adaptive quantisers.
    """

    def __init__(self, width: int, depth: int, outputs: int, initial_step: float):
        super().__init__()
        self.linear = nn.Conv2d(12, outputs, 3, padding=1, bias=False)
        self.network = convolutions(24, width, depth, 2 * outputs)
        self.initial_step = initial_step / 255
        nn.init.zeros_(self.linear.weight)

    def forward(self, decoded: Tensor, residuals: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and step, (B, outputs, H/2, W/2), from decoded values and residuals, (B, 12, H/2, W/2)."""
        mean, step = self.network(torch.cat([decoded, residuals], 1)).float().chunk(2, 1)
        with torch.autocast(decoded.device.type, enabled=False):  # samples have 8 bits, bfloat16 only 7
            mean = mean + self.linear(decoded)
        return mean, self.initial_step * (3 * step).clamp(-6, 3).exp()


class PredictiveNetwork(nn.Module):
    """Hides one picture in another.

    Pictures are (B, 3, H, W) floats in [0, 1], H and W multiples of `block`.
    """

    def __init__(self, config: PredictiveConfig):
        super().__init__()
        self.config = config
        self.bases, self.block = tuple(config.bases), 2**config.halvings
        size = config.width, config.depth
        self.coarsest = nn.ModuleList(Predictor(*size, 1, s) for s in COARSEST_STEPS)
        self.coarse = nn.ModuleList(Predictor(*size, len(g), COARSE_STEP) for g in GROUPS)
        self.fine = nn.ModuleList(Predictor(*size, len(g), FINE_STEP) for g in GROUPS)
        self.smooth = convolutions(24, *size, 12)
        rows = [4 / (base - 1) * (torch.arange(max(self.bases)) - (base - 1) / 2) for base in self.bases]
        self.levels = nn.Parameter(torch.stack(rows))  # of the digits of each base, in steps
        self.finer = nn.Parameter(1 / torch.tensor(self.bases))  # spacing of a second digit's levels

    def hide(self, cover: Tensor, secret: Tensor, weight: Tensor, base: int) -> Tensor:
        """Returns the stego picture, on 8-bit levels; arguments as in `forward`."""
        return self(cover, secret, weight, base)[0]

    def forward(
        self, cover: Tensor, secret: Tensor, weight: Tensor, base: int
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Hides `secret` in `cover`.

        Args:
            cover: on 8-bit levels.
            secret: of the same shape.
            weight: of the secret's squared error against the cover's (the distortion weight),
                (B, 1, H or 1, W or 1). Where it is 0, the cover stays as it is.
            base: of the digits, one of `bases`.

        Returns:
            The stego picture, on 8-bit levels; the secret as it will be revealed; and the mean squared error
            of each secret before the last network, (B,), in squared 8-bit levels.
        """
        before, offset = (cover * 255).round(), self._dither_of(cover, base)
        after = before.clone()
        errors: list[Tensor] = []
        weight = weight.expand(-1, 3, *cover.shape[2:])

        def write(lattice: SubLattice, value: Tensor, step: Tensor, carriers: list[SubLattice]) -> Tensor:
            target, weights = lattice.of(secret - 0.5), lattice.of(weight)
            levels, finer = self._levels(base)
            for carrier in carriers:
                old, new = carrier.of(before), carrier.of(after)
                digit = _choose_digits(
                    255 * (value - target), 255 * step, levels, weights, old, carrier.of(offset), new
                )
                value = value + step * levels[digit]
                levels = levels * finer
            errors.append((255 * (value - target)).square().sum((1, 2, 3)))
            return value.detach()  # a changed prediction changes the digit too, which a gradient cannot see

        revealed = self._decode(write, cover, base)
        return after / 255, revealed, torch.stack(errors).sum(0) / secret[0].numel()

    def _levels(self, base: int) -> tuple[Tensor, Tensor]:
        row = self.bases.index(base)
        return self.levels[row, :base], self.finer[row]

    def _dither_of(self, like: Tensor, base: int) -> Tensor:
        return torch.as_tensor(dither(base, *like.shape[2:])[None], dtype=like.dtype, device=like.device)

    def reveal(self, stego: Tensor, base: int, callback: Callback | None = None) -> Tensor:
        """Returns the secret hidden in a stego picture on 8-bit levels, with digits of this base."""
        digits = ((stego * 255).round() + self._dither_of(stego, base)).remainder(base).long()

        def read(lattice: SubLattice, mean: Tensor, step: Tensor, carriers: list[SubLattice]) -> Tensor:
            value, (levels, finer) = mean, self._levels(base)
            for carrier in carriers:
                value = value + step * levels[carrier.of(digits)]
                levels = levels * finer
            if callback:
                callback(lattice, mean, step, value)
            return value

        return self._decode(read, stego, base)

    def _decode(self, code: CodeResidual, like: Tensor, base: int) -> Tensor:
        """Decodes the secret in order, from coarse to fine, the same way on both sides; returns it."""
        batch, _, height, width = like.shape
        nothing = like.new_zeros(batch, 1, height // self.block, width // self.block)
        # of the 12 samples of a 2x2 block: decoded values, normalised residuals, and steps left
        decoded, residuals, steps_left = [nothing] * 12, [nothing] * 12, [nothing] * 12

        def decode(predictor: nn.Module, samples: list[tuple[int, int]], stride: int) -> None:
            means, steps = predictor(torch.cat(decoded, 1), torch.cat(residuals, 1))
            for (corner, colour), mean, step in zip(
                samples, means.split(1, 1), steps.split(1, 1), strict=True
            ):
                lattice, carriers = plan(corner, colour, stride)
                index = 3 * corner + colour
                decoded[index] = code(lattice, mean, step, carriers)
                residuals[index] = ((decoded[index] - mean) / step).detach()
                steps_left[index] = (step * base ** -len(carriers)).detach()

        for colour, predictor in zip((GREEN, RED, BLUE), self.coarsest, strict=True):
            decode(predictor, [(0, colour)], self.block // 2)
        stride = self.block // 2
        while True:
            for predictor, samples in zip(self.coarse if stride > 1 else self.fine, GROUPS, strict=True):
                decode(predictor, samples, stride)
            if stride == 1:
                break
            stride //= 2
            nothing = like.new_zeros(batch, 1, height // stride // 2, width // stride // 2)
            decoded, residuals, steps_left = (
                [*merge_corners(torch.cat(x, 1)).split(1, 1), *[nothing] * 9]
                for x in (decoded, residuals, steps_left)
            )
        picture = torch.cat(decoded, 1)
        inputs = torch.cat([picture, *(100 * x for x in steps_left)], 1)
        return merge_corners(picture + self.smooth(inputs).float()) + 0.5


@torch.no_grad()
def _choose_digits(
    error: Tensor, step: Tensor, levels: Tensor, weight: Tensor, old: Tensor, offset: Tensor, new: Tensor
) -> Tensor:
    """Chooses the digits of one sub-lattice of carriers and writes the samples that have them into `new`.

    All but `levels` are (B, 1, h, w), in 8-bit levels: `error` of the secret before the digit, `step` of its
    levels, distortion `weight`, `old` samples, and their dither as `offset`.
    """
    base = len(levels)
    lowest, digits = torch.full_like(old, torch.inf), torch.empty_like(old, dtype=torch.long)
    for digit, level in enumerate(levels.tolist()):
        move = digit - old - offset
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
