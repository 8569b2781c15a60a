"""The 9/7 wavelet transform of JPEG 2000, by lifting.

Low-pass filters have gain 1 at frequency 0, high-pass filters at the highest frequency, as OpenJPEG's
quantiser steps assume.

Source: Daubechies and Sweldens, "Factoring wavelet transforms into lifting steps", Journal of Fourier
Analysis and Applications 1998; ISO/IEC 15444-1, annex F.
"""

import torch
from torch import Tensor

ALPHA, BETA, GAMMA, DELTA = -1.586134342059924, -0.052980118572961, 0.882911075530934, 0.443506852043971
SCALE = 1.230174104914001


def analyse(x: Tensor) -> tuple[Tensor, Tensor]:
    """One level: (B, C, H, W) with even H and W -> low band (B, C, H/2, W/2), high bands (B, 3 C, H/2, W/2).

    The high bands are HL (high pass along rows), LH and HH, each with all channels; edges are mirrored.
    """
    low, high = _split(x)
    ll, lh = (band.mT for band in _split(low.mT))
    hl, hh = (band.mT for band in _split(high.mT))
    return ll, torch.cat([hl, lh, hh], 1)


def synthesise(ll: Tensor, highs: Tensor) -> Tensor:
    """Inverse of `analyse`."""
    hl, lh, hh = highs.chunk(3, 1)
    return _merge(_merge(ll.mT, lh.mT).mT, _merge(hl.mT, hh.mT).mT)


def _split(x: Tensor) -> tuple[Tensor, Tensor]:
    even, odd = x[..., ::2], x[..., 1::2]
    odd = odd + ALPHA * _around_odd(even)
    even = even + BETA * _around_even(odd)
    odd = odd + GAMMA * _around_odd(even)
    even = even + DELTA * _around_even(odd)
    return even / SCALE, odd * (SCALE / 2)


def _merge(low: Tensor, high: Tensor) -> Tensor:
    even, odd = low * SCALE, high * (2 / SCALE)
    even = even - DELTA * _around_even(odd)
    odd = odd - GAMMA * _around_odd(even)
    even = even - BETA * _around_even(odd)
    odd = odd - ALPHA * _around_odd(even)
    return torch.stack([even, odd], -1).flatten(-2)


def _around_odd(even: Tensor) -> Tensor:
    """The sum of both even neighbours of each odd sample."""
    return even + torch.cat([even[..., 1:], even[..., -1:]], -1)


def _around_even(odd: Tensor) -> Tensor:
    """The sum of both odd neighbours of each even sample."""
    return odd + torch.cat([odd[..., :1], odd[..., :-1]], -1)
