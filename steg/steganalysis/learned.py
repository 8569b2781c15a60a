"""Learned steganalysis: what a trained detector says of a picture of any size.

Its verdict has three values. A score above the threshold, which was fixed on clean pictures of many sources,
says that something is hidden; one below it, that nothing is noticed; and of a picture unlike all that the
detector was trained on it cannot tell.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import torch

from steg.errors import StegError
from steg.networks.detector import Detector
from steg.steganalysis.features import extract_features

LEAST_SIDE, LARGEST_SIDE = 64, 1024  # pixels; of larger pictures the middle is looked at
CLEAN = "clean"  # pictures that hide nothing, among the figures of a card


class Verdict(StrEnum):
    """What a detector says of a picture."""

    STEGO = "hides something"
    UNNOTICED = "nothing noticed"
    UNKNOWN = "cannot tell"


class Detection(NamedTuple):
    """The output of a detector for a picture.

    Attributes:
        score: above zero, the picture is taken for a stego picture.
        outside: the share of its features that nearly no training picture had, in [0, 1].
        verdict: from both.
    """

    score: float
    outside: float
    verdict: Verdict


def detect(network: Detector, pixels: np.ndarray) -> Detection:
    """Judges a picture, which is never resampled, as that would remove what the detector looks for.

    Args:
        network: the detector.
        pixels: (H, W, 3) uint8.

    Raises:
        StegError: if a side is shorter than 64 pixels.
    """
    height, width, _ = pixels.shape
    if min(height, width) < LEAST_SIDE:
        raise StegError(
            f"The picture is {width}x{height} pixels; the detector needs at least {LEAST_SIDE}x{LEAST_SIDE}: "
            "choose a larger one."
        )
    top, left = (max(0, side - LARGEST_SIDE) // 2 // 8 * 8 for side in (height, width))
    middle = pixels[top : top + LARGEST_SIDE, left : left + LARGEST_SIDE]
    return judge(network, torch.from_numpy(extract_features(middle))[None])[0]


@torch.inference_mode()
def judge(network: Detector, features: torch.Tensor) -> list[Detection]:
    """Judges pictures by their features, (B, features)."""
    detections = []
    for score, outside in zip(network(features).tolist(), network.outside(features).tolist(), strict=True):
        if outside > network.most_outside:
            verdict = Verdict.UNKNOWN
        else:
            verdict = Verdict.STEGO if score > 0 else Verdict.UNNOTICED
        detections.append(Detection(score, outside, verdict))
    return detections


def figures_table(sources: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """A detector's figures as Markdown: a column for each source, a row for clean pictures and each method's.

    Args:
        sources: the figures of its card, by source and by what the pictures are.
    """
    lines = [f"| pictures | {' | '.join(sources)} |", "|---" * (len(sources) + 1) + "|"]
    for name in dict.fromkeys(name for of_source in sources.values() for name in of_source):
        cells = [of_source.get(name) for of_source in sources.values()]
        lines.append(
            f"| {name} | {' | '.join(_cell(cell, name == CLEAN) if cell else '' for cell in cells)} |"
        )
    return "\n".join(lines)


def _cell(figures: Mapping[str, float], clean: bool) -> str:
    """The share that is taken for stego pictures, that of which it cannot tell, and AUC."""
    positives, unknown = figures["taken_for_stego"], figures["cannot_tell"]
    shares = f"{positives:.0%}" + (f" / {unknown:.0%}" if unknown else "")
    return f"**{shares}**" if clean else f"{shares} ({figures['auc']:.2f})"
