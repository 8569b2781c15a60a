"""The robust network: quantization index modulation (QIM) of block DCT coefficients, and its demodulator.

JPEG cuts a picture into blocks of 8x8 pixels, takes the cosine transform (DCT) of Y, Cb and Cr, often with Cb
and Cr at half resolution, and rounds the coefficients. This network modulates those same coefficients, the
carriers of `steg.networks.carriers`: each symbol is a phase of one of them.

Modulation is a fixed rule, with distortion compensation: a coefficient is moved by the part `COMPENSATION` of
the way to its phase. The rest is small beside JPEG's rounding, and for the same error of the cover, step
lengths can be longer. Demodulation is learnt: from the blocks around, the network estimates how far blur,
resizing and rounding have moved each phase, and the standard deviation sigma of that estimate. Both give the
posteriors of all symbols. The channel class is an input; a receiver tries those that are possible.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001 (dither
modulation and distortion compensation); Zhu et al., "HiDDeN: hiding data with deep networks", ECCV 2018
(training through JPEG).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor, nn

from steg.images.dct import BLOCK, to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.networks.carriers import ALPHABET_SIZES, CARRIERS, GAIN_OF, GROUPS, WATERMARK
from steg.networks.layers import Gelu, ResidualBlock, start_at_zero

PASSES = 3  # of modulation, as clipping to [0, 1] undoes a part of each
COMPENSATION = 0.95  # the part of each move that is made
FIRST_SIGMA = 3.0  # levels, before training
LEAST_SIGMA = 0.01  # periods
LEAST_LOG = -60.0  # logarithm of a likelihood; without this limit sigma gets no useful gradient
# Output gains: they scale what the networks give, so that one training step moves no phase across its period
GAIN, SHIFT_GAIN = 0.3, 0.02
EQUALISERS = 3  # linear filters for each carrier that undo blur and resizing


class ChannelClass(IntEnum):
    """How a picture was sent; the network has parameters for each."""

    DIRECT = 0  # as a file or as JPEG
    RESIZED = 1  # coded at another scale
    HALVED = 2  # coded at about half its width and height
    FILTERED = 3  # as WebP or AVIF, whose decoders smooth what they have decoded
    EDITED = 4  # blurred, sharpened, made brighter, noisy, cut; then JPEG


@dataclass(frozen=True)
class RobustConfig:
    """The shape of the network, stored in the card of its weights."""

    width: int = 128  # channels of the demodulator
    depth: int = 4  # its residual blocks
    cover_db: float = 35.3  # PSNR of the cover in dB, to which the step lengths are scaled


class RobustNetwork(nn.Module):
    """Modulates pictures and demodulates them; pictures are (B, 3, H, W) in [0, 1], sides whole blocks.

    Attributes (their names are keys of the weights' file):
        log_noise: logarithm of sigma in periods, of each channel class and carrier, before it is refined.
        open: bias of the equalisers' gates, for each channel class, equaliser and carrier.
        way: embedding of each channel class, added to the stem's output.
        first: stem, from a block and its neighbours to features.
        gain: likewise, from the logarithm of the gains.
        around: context, the mean of features over 9x9 blocks: JPEG treats all blocks alike.
        listen: residual blocks and the head: for each carrier shift, log sigma and the equalisers' gates.
        undo: equalisers, linear in the AC coefficients of Y in 3x3 blocks.
    """

    lengths: Tensor
    luma_scale: Tensor
    is_ac: Tensor
    alphabet_sizes: Tensor

    def __init__(self, config: RobustConfig):
        super().__init__()
        self.config = config
        count, width = len(CARRIERS), config.width
        is_ac = (torch.arange(BLOCK**2) > 0)[:, None, None]
        frequency = torch.tensor([max(1, row + column) for row, column in zigzag()])[:, None, None]
        for name, table in (
            ("lengths", torch.tensor([group.step for group in GROUPS for _ in group.carriers])),
            ("luma_scale", torch.where(is_ac, 75 / frequency, 400)),
            ("is_ac", is_ac.float()),
            ("alphabet_sizes", torch.tensor(ALPHABET_SIZES)[:, None, None]),
        ):
            self.register_buffer(name, table, persistent=False)
        log_sigma = (FIRST_SIGMA / self.steps()[:, 0, 0]).log()
        self.log_noise = nn.Parameter(log_sigma.repeat(len(ChannelClass), 1))
        self.open = nn.Parameter(torch.zeros(len(ChannelClass), EQUALISERS, count))
        self.way = nn.Parameter(0.1 * torch.randn(len(ChannelClass), width))
        self.first = nn.Conv2d(2 * BLOCK**2 + 2 * count, width, 3, padding=1)
        self.gain = nn.Conv2d(1, width, 3, padding=1)
        across, down = (
            nn.AvgPool2d(size, 1, pad, count_include_pad=False)
            for size, pad in (((1, 9), (0, 4)), ((9, 1), (4, 0)))
        )
        self.around = nn.Sequential(Gelu(), nn.Sequential(across, down), nn.Conv2d(width, width, 1))
        self.listen = nn.Sequential(
            *(ResidualBlock(width) for _ in range(config.depth)),
            Gelu(),
            nn.Conv2d(width, (2 + EQUALISERS) * count, 1),
        )
        self.undo = nn.Conv2d(BLOCK**2, EQUALISERS * count, 3, padding=1)
        for last in (self.gain, self.listen[-1], self.undo):
            start_at_zero(last)

    def steps(self) -> Tensor:
        """Step lengths of the carriers in levels, (carriers, 1, 1).

        Phases of covers are uniformly distributed, so that the part p of a move at step length d costs
        p^2 d^2 / 12 of a coefficient's squared error (chroma about as much as luma). All step lengths are
        scaled for the mean squared error of `cover_db`.
        """
        allowed = 255**2 / 10 ** (self.config.cover_db / 10) * 12 * BLOCK**2
        return (self.lengths * (allowed / (COMPENSATION * self.lengths).square().sum()).sqrt())[:, None, None]

    def modulate(self, cover: Tensor, symbols: Tensor, gains: Tensor) -> Tensor:
        """Moves the phases of a cover's carriers to those of the symbols, each the shorter way.

        Args:
            cover: on 8-bit levels.
            symbols: (B, carriers, H / 8, W / 8) integers, each below its carrier's alphabet size.
            gains: factors of the step lengths, (B, 2, H / 8, W / 8): of the groups that follow the texture,
                and of those in `steg.networks.carriers.EVEN`.

        Returns:
            The stego picture in [0, 1], not rounded yet.
        """
        with torch.autocast(cover.device.type, enabled=False):  # levels have 8 bits, bfloat16 only 7
            old, steps = block_dct(cover), gains[:, GAIN_OF] * self.steps()
            move = symbols / self.alphabet_sizes * steps - old[:, CARRIERS]
            target = old.clone()
            target[:, CARRIERS] += COMPENSATION * (move - steps * (move / steps).round())
            stego = cover
            for _ in range(PASSES):
                move = torch.zeros_like(old)
                move[:, [WATERMARK, *CARRIERS]] = (target - block_dct(stego))[:, [WATERMARK, *CARRIERS]]
                stego = (stego + to_rgb(to_planes(move.unflatten(1, (3, -1)))) / 255).clamp(0, 1)
        return stego

    def demodulate(self, received: Tensor, channel_classes: Tensor, gains: Tensor) -> Tensor:
        """Posteriors of all carriers' symbols.

        Args:
            received: pictures with their blocks in place.
            channel_classes: a `ChannelClass` for each, (B,) int64.
            gains: those of `modulate`.

        Returns:
            Probabilities, (B, sum of `ALPHABET_SIZES`, H / 8, W / 8), one carrier after the other; those of
            one carrier in one block sum to 1.
        """
        with torch.autocast(received.device.type, enabled=False):
            coefficients = block_dct(received)
            coefficients[:, WATERMARK] = 0  # it is independent of the symbols
            each = gains[:, GAIN_OF]
            phases = coefficients[:, CARRIERS] / (each * self.steps())
            angle = 2 * math.pi * phases
            luma = coefficients[:, : BLOCK**2]
            magnitude = (luma.abs() + 0.3).log()
            luma = luma / self.luma_scale
            features = torch.cat([luma, magnitude, angle.cos(), angle.sin()], 1)
        equalised = GAIN * self.undo(luma * self.is_ac).float().unflatten(1, (EQUALISERS, -1))
        x = self.first(features) + self.gain(gains[:, :1].log()) + self.way[channel_classes, :, None, None]
        estimates = self.listen(x + self.around(x)).float()
        with torch.autocast(received.device.type, enabled=False):
            shift, log_sigma, *gates = estimates.unflatten(1, (2 + EQUALISERS, -1)).unbind(1)
            gates = (GAIN * torch.stack(gates, 1) + self.open[channel_classes, :, :, None, None]).sigmoid()
            shift = (SHIFT_GAIN * shift + (gates * equalised).sum(1)) / each
            sigma = (GAIN * log_sigma + self.log_noise[channel_classes, :, None, None]).exp() / each
            return torch.cat(list(_posteriors(phases + shift, sigma + LEAST_SIGMA)), 1)


def block_dct(picture: Tensor) -> Tensor:
    """Block DCT coefficients of Y, Cb and Cr in levels, (B, 192, H / 8, W / 8), each in zigzag order."""
    return to_coefficients(255 * to_ycbcr(picture)).flatten(1, 2)


def _posteriors(phases: Tensor, sigma: Tensor) -> Iterator[Tensor]:
    """For each group the posteriors of its carriers' symbols, (B, carriers x alphabet size, h, w).

    Args:
        phases: in periods, (B, carriers, h, w).
        sigma: standard deviation of their Gaussian error in periods, of that shape.
    """
    counts = [len(group.carriers) for group in GROUPS]
    for group, phase, deviation in zip(GROUPS, phases.split(counts, 1), sigma.split(counts, 1), strict=True):
        symbols = torch.arange(group.alphabet_size, device=phases.device)[:, None, None] / group.alphabet_size
        error = phase[:, :, None] - symbols
        error = (error - error.round()) / deviation[:, :, None]
        yield (error.square() / -2).clamp_min(LEAST_LOG).softmax(2).flatten(1, 2)
