"""Classical attacks on LSB replacement: chi-square, sample pairs, and the order of the bit planes.

The first two detect random bits in the least significant bit plane: the values 2k and 2k + 1 become equally
frequent, and neighbours lose an order that photographs have. The third detects a picture in the low planes.
Digits modulo an odd base, as the default method writes, leave no such trace; this does not mean that no
detector could find them. Pictures are (H, W, 3) uint8.
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch

LEAST_EXPECTED = 5  # samples in a class, for the chi-square distribution to be a good approximation
PLANES = 5  # lowest bit planes whose order is tested
# scores above these raise an alarm; the largest on 24 clean Kodak photographs: 0.00, 0.21, 0.009
THRESHOLDS = {"chi_square": 0.95, "sample_pairs": 0.3, "plane_order": 0.05}


def chi_square(samples: np.ndarray) -> float:
    """Probability that the values 2k and 2k + 1 are equally frequent, as random lowest bits make them.

    Source: Westfeld and Pfitzmann, "Attacks on steganographic systems", Information Hiding 1999, section 3.

    Args:
        samples: uint8 of any shape.

    Returns:
        In [0, 1]; 0 if there are too few samples.
    """
    pairs = np.bincount(samples.reshape(-1), minlength=256).reshape(128, 2)
    expected = pairs.sum(1) / 2
    enough = expected >= LEAST_EXPECTED
    classes = int(enough.sum())
    if classes < 2:
        return 0.0
    statistic = float((np.square(pairs[enough, 0] - expected[enough]) / expected[enough]).sum())
    # the upper tail of the chi-square distribution with classes - 1 degrees of freedom
    return float(torch.special.gammaincc(*torch.tensor([(classes - 1) / 2, statistic / 2]).double()))


def sample_pairs(channel: np.ndarray) -> float:
    """Estimated share of samples whose lowest bit was replaced, from neighbours in rows and columns.

    Source: Dumitrescu, Wu and Wang, "Detection of LSB steganography via sample pair analysis", IEEE Trans.
    Signal Processing 2003, section IV.

    Args:
        channel: (H, W) uint8.

    Returns:
        In [0, 1].
    """
    flat = channel.astype(np.int16)
    rows, columns = (flat[:, :-1], flat[:, 1:]), (flat[:-1], flat[1:])
    u, v = (np.concatenate([a.reshape(-1), b.reshape(-1)]) for a, b in zip(rows, columns, strict=True))
    if not len(u):
        return 0.0
    odd = v & 1 == 1
    less, more = u < v, u > v
    x, y = int((odd & more | ~odd & less).sum()), int((odd & less | ~odd & more).sum())
    same = int((u >> 1 == v >> 1).sum())
    # the share p solves p^2 same / 2 + p (2 x - n) + y - x = 0
    a, b, c = same / 2, 2 * x - len(u), y - x
    if a == 0:
        return 0.0
    root = math.sqrt(max(b * b - 4 * a * c, 0.0))
    share = min((-b - root) / (2 * a), (-b + root) / (2 * a), key=abs)
    return min(max(share, 0.0), 1.0)


def plane_order(channel: np.ndarray) -> float:
    """By how much a bit plane is smoother than the next higher one: negative for most photographs.

    In photographs the lower of two bit planes is the noisier one; a picture in the lowest bits is smooth
    there, most of all in its own highest bit. The statistic is this project's own.

    Args:
        channel: (H, W) uint8, at least 2x2.

    Returns:
        In [-0.5, 1]: the largest difference between two planes' shares of neighbours with equal bits.
    """
    differing = [a ^ b for a, b in ((channel[:, 1:], channel[:, :-1]), (channel[1:], channel[:-1]))]
    equal = [np.mean([(d >> bit & 1 == 0).mean() for d in differing]) for bit in range(PLANES + 1)]
    return float(max(low - high for low, high in pairwise(equal)))


class AttackScores(NamedTuple):
    """The scores of a picture: mean over the channels of the first two attacks, maximum of the third."""

    chi_square: float
    sample_pairs: float
    plane_order: float

    @property
    def alarms(self) -> list[str]:
        """Names of the attacks whose score is above its threshold."""
        return [name for name, threshold in THRESHOLDS.items() if getattr(self, name) > threshold]


def run_attacks(pixels: np.ndarray) -> AttackScores:
    """Runs all attacks on all channels."""
    channels = [np.ascontiguousarray(pixels[..., c]) for c in range(3)]
    return AttackScores(
        float(np.mean([chi_square(c) for c in channels])),
        float(np.mean([sample_pairs(c) for c in channels])),
        max(map(plane_order, channels)),
    )


def verdict(scores: AttackScores) -> str:
    """The result as a sentence for the user, with its limits."""
    if "plane_order" in scores.alarms:
        return (
            "**A picture shows in the lowest bits.** A lower bit plane is smoother than the one above it, "
            "as in no photograph that a camera made; drawings and edited pictures can look like that."
        )
    if scores.alarms:
        return (
            "**The lowest bits look replaced by random ones.** Photographs rarely look like that; pictures "
            "that were scaled or edited sometimes do."
        )
    return (
        "**Nothing suspicious in the lowest bits.** That is no proof: these attacks only know methods that "
        "replace lowest bits, and a trained detector sees more."
    )
