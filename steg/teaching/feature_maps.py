"""Activations inside the hiding networks, step by step, as pictures of (H, W, 3) uint8."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.images.tiling import to_pixels, to_tensor
from steg.methods.invertible import Invertible
from steg.methods.predictive import Predictive
from steg.methods.prep_hide_reveal import PrepHideReveal
from steg.networks.invertible import haar, inverse_haar
from steg.networks.sublattices import SubLattice

GAIN = 10  # of what has been added to a cover so far
WIDEST_STEP = 16.0  # levels of a step that is shown as brightest
MAPS = 24  # of a layer that are shown


class Step(NamedTuple):
    """One step of a network: a sentence for the user, and pictures with their captions."""

    sentence: str
    pictures: list[tuple[np.ndarray, str]]


@torch.inference_mode()
def invertible_steps(method: Invertible, cover: np.ndarray, secret: np.ndarray) -> list[Step]:
    """The two branches of the invertible network after each coupling block.

    Args:
        method: the method with its network.
        cover: height and width even.
        secret: of the same shape.
    """
    c, s = (haar(to_tensor(x, method.device) - 0.5) for x in (cover, secret))
    start, steps = c, []
    for number in range(len(method.network.couplings) + 1):
        if number:
            c, s = method.network.couplings[number - 1](c, s)
        pictures = [
            (to_pixels(inverse_haar(c) + 0.5), "cover branch"),
            (to_pixels(GAIN * inverse_haar(c - start) + 0.5), f"what was added to it, x{GAIN}"),
            (to_pixels(inverse_haar(s) + 0.5), "secret branch"),
        ]
        names = "coarse", "left against right", "top against bottom", "diagonal"
        pictures += [
            (to_pixels(part / part.abs().max().clamp_min(1e-6) / 2 + 0.5), f"secret branch: {name}")
            for part, name in zip(s.chunk(4, 1), names, strict=True)
        ]
        sentence = (
            "Before the first block: the two pictures, each cut into four wavelet parts."
            if number == 0
            else f"After block {number} of {len(method.network.couplings)}: the cover branch has taken in a "
            "little more of the secret, and the secret branch has lost a little that the cover predicts."
        )
        steps.append(Step(sentence, pictures))
    return steps


@torch.inference_mode()
def preparation_maps(method: PrepHideReveal, secret: np.ndarray) -> list[Step]:
    """Feature maps of the preparation network for a secret, in order of decreasing standard deviation."""
    x, steps = to_tensor(secret, method.device), []
    for number, layer in enumerate(method.network.preparation, 1):
        x = layer(x)
        order = x[0].std((1, 2)).argsort(descending=True)[:MAPS].tolist()
        pictures = [(_grey(x[0, i]), f"filter {i + 1}") for i in order]
        sentence = (
            f"Layer {number} of the preparation network: each picture is what one of {x.shape[1]} filters "
            "sees in the secret; bright is much. Some keep colours, some find edges in one direction."
        )
        steps.append(Step(sentence, pictures))
    return steps


@torch.inference_mode()
def decoding_steps(method: Predictive, stego: np.ndarray, base: int) -> list[Step]:
    """What the receiver of the predictive network has predicted and decoded, from coarse to fine.

    Args:
        method: the method with its network.
        stego: height and width multiples of `method.network.block`.
        base: of its digits.
    """
    height, width, _ = stego.shape
    picture = to_tensor(stego, method.device)
    predicted, step_lengths, decoded = (torch.zeros_like(picture[0]) for _ in range(3))

    def keep(lattice: SubLattice, mean: Tensor, step: Tensor, value: Tensor) -> None:
        rows, columns = slice(lattice.top, None, lattice.stride), slice(lattice.left, None, lattice.stride)
        for canvas, values in ((predicted, mean + 0.5), (step_lengths, step), (decoded, value + 0.5)):
            canvas[lattice.colour, rows, columns] = values[0, 0]

    result = method.network.reveal(picture, base, keep)
    steps, stride = [], method.network.block // 2
    while stride:
        enlarge = _enlarger(stride, height, width)
        pictures = [
            (enlarge(to_pixels(predicted[None])), "predicted"),
            (enlarge(apply_colormap(_mean_step(step_lengths), SEQUENTIAL)), "how far off it may be"),
            (enlarge(to_pixels(decoded[None])), "after the digits"),
        ]
        steps.append(Step(f"One sample in {stride}x{stride}: " + _SENTENCE, pictures))
        stride //= 2
    smoothed = [(to_pixels(decoded[None]), "after the digits"), (to_pixels(result), "smoothed")]
    steps.append(Step("At the end one more network smooths out what the digits left open.", smoothed))
    return steps


_SENTENCE = (
    "the network predicts each sample from those decoded already; the digit read from the stego picture "
    "then says how far off it was."
)


def _enlarger(stride: int, height: int, width: int) -> Callable[[np.ndarray], np.ndarray]:
    """Shows every `stride`-th sample as a square."""
    return lambda x: x[::stride, ::stride].repeat(stride, 0).repeat(stride, 1)[:height, :width]


def _mean_step(step_lengths: Tensor) -> np.ndarray:
    return (step_lengths.mean(0) * 255 / WIDEST_STEP).cpu().numpy()


def _grey(channel: Tensor) -> np.ndarray:
    """(H, W) floats -> grey pixels from the smallest to the largest."""
    low, high = channel.min(), channel.max()
    grey = (channel - low) / (high - low).clamp_min(1e-9)
    return to_pixels(grey.expand(1, 3, -1, -1))
