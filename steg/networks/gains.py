"""Gains of the robust network's step lengths, which follow the texture: flat blocks are changed less.

Sender and receiver compute them from the picture that each has. They follow the contrast of the means of
blocks, which modulation leaves as they are and channels change least.
"""

import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor

from steg.images.dct import BLOCK, to_ycbcr

FLAT, BUSY = 4.0, 30.0  # contrast in levels, up to which and from which on gains are constant
LEAST_GAIN, EVEN_GAIN = 0.5, 0.75  # of flat blocks, where 1 is that of busy ones; of the groups in `EVEN`


def texture_gains(picture: Tensor) -> Tensor:
    """Gains of the step lengths, smaller where a change would show: in flat regions.

    Args:
        picture: (B, 3, H, W) in [0, 1].

    Returns:
        (B, 2, H / 8, W / 8): from `LEAST_GAIN` to 1, and `EVEN_GAIN` for the groups in
        `steg.networks.carriers.EVEN`.
    """
    means = 255 * F.avg_pool2d(to_ycbcr(picture.float())[:, :1], BLOCK)
    around = partial(F.avg_pool2d, kernel_size=3, stride=1, padding=1, count_include_pad=False)
    centred = means - means.mean()  # for exactness
    variance = around(centred.square()) - around(centred).square()
    contrast = variance.clamp_min(FLAT**2).sqrt().clamp_max(BUSY)
    gain = (contrast / BUSY) ** (math.log(LEAST_GAIN) / math.log(FLAT / BUSY))
    return torch.cat([gain, torch.full_like(gain, EVEN_GAIN)], 1)
