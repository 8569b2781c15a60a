"""Looking over a network's shoulder: the pictures inside it, step by step. Pictures are (H, W, 3) uint8."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from steg.colour import AMOUNT, ROUND, coloured
from steg.methods.invertible import Invertible
from steg.methods.predictive import Predictive
from steg.methods.prep_hide_reveal import PrepHideReveal
from steg.methods.robust import Robust
from steg.networks.invertible import haar, inverse_haar
from steg.networks.predictive import Place
from steg.networks.robust import BLOCK, UNIT, to_coefficients, to_ycbcr, zigzag
from steg.tiles import to_pixels, to_tensor

GAIN = 10  # of what has been added to a cover so far
UNSURE = 16.0  # levels of a step that is shown as brightest
MAPS = 24  # of a layer that are shown
_FEW = 0, 1, 2, 3, 9, 20  # carriers in brightness that are shown


class Step(NamedTuple):
    """One step of a network at work: a sentence, and pictures with their names."""

    sentence: str
    pictures: list[tuple[np.ndarray, str]]


@torch.inference_mode()
def sinking(method: Invertible, cover: np.ndarray, secret: np.ndarray) -> list[Step]:
    """The two branches of the invertible network after each block, as the secret sinks into the cover.

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
            "little more of the secret, and the secret branch has lost a little that the cover foretells."
        )
        steps.append(Step(sentence, pictures))
    return steps


@torch.inference_mode()
def prepared(method: PrepHideReveal, secret: np.ndarray) -> list[Step]:
    """Feature maps of the layers that prepare a secret, those that vary most first."""
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
def discovered(method: Predictive, stego: np.ndarray, base: int) -> list[Step]:
    """What the receiver of the predictive network knows, from coarse to fine.

    Args:
        method: the method with its network.
        stego: height and width multiples of `method.network.block`.
        base: of its digits.
    """
    height, width, _ = stego.shape
    picture = to_tensor(stego, method.device)
    guessed, unsure, known = (torch.zeros_like(picture[0]) for _ in range(3))

    def watch(place: Place, mean: Tensor, step: Tensor, value: Tensor) -> None:
        rows, columns = slice(place.top, None, place.stride), slice(place.left, None, place.stride)
        for canvas, seen in ((guessed, mean + 0.5), (unsure, step), (known, value + 0.5)):
            canvas[place.colour, rows, columns] = seen[0, 0]

    result = method.network.reveal(picture, base, watch)
    steps, stride = [], method.network.block // 2
    while stride:
        enlarge = _enlarger(stride, height, width)
        pictures = [
            (enlarge(to_pixels(guessed[None])), "foretold"),
            (enlarge(coloured(_mean_step(unsure), AMOUNT)), "how far off it may be"),
            (enlarge(to_pixels(known[None])), "after the digits"),
        ]
        steps.append(Step(f"One sample in {stride}x{stride}: " + _SENTENCE, pictures))
        stride //= 2
    smoothed = [(to_pixels(known[None]), "after the digits"), (to_pixels(result), "smoothed")]
    steps.append(Step("At the end one more network smooths out what the digits left open.", smoothed))
    return steps


_SENTENCE = (
    "the network foretells each sample from those it knows already; the digit read from the stego picture "
    "then says how far off it was."
)


@torch.inference_mode()
def carried(method: Robust, stego: np.ndarray) -> list[Step]:
    """What the receiver of the robust network reads: how coarsely waves carry, their phases, the secret.

    Args:
        method: the method with its network.
        stego: its blocks where the sender had them; rows and columns beyond whole blocks are left out.
    """
    height, width = (side // UNIT * UNIT for side in stego.shape[:2])
    stego = stego[:height, :width]
    network, picture = method.network, to_tensor(stego, method.device)
    luma_steps, chroma_steps = network.steps()
    longest = float(max(luma_steps.max(), chroma_steps.max()))
    of_steps = [
        (_table(places, steps / longest), name)
        for places, steps, name in (
            (network.luma, luma_steps, "brightness"),
            (range(network.config.chroma), chroma_steps[0], "blue-yellow"),
            (range(network.config.chroma), chroma_steps[1], "red-green"),
        )
    ]
    ycbcr = 255 * to_ycbcr(picture)
    luma = to_coefficients(ycbcr[:, :1])[:, 0, network.luma]
    chroma = to_coefficients(F.avg_pool2d(ycbcr[:, 1:], 2))
    phases = [(luma[0, i] / luma_steps[i], BLOCK, f"brightness, carrier {i + 1}") for i in _FEW]
    phases += [
        (chroma[0, colour, 0] / chroma_steps[colour, 0], UNIT, f"{name}, carrier 1")
        for colour, name in enumerate(("blue-yellow", "red-green"))
    ]
    pictures = [
        (coloured(values.remainder(1).cpu().numpy(), ROUND).repeat(side, 0).repeat(side, 1), name)
        for values, side, name in phases
    ]
    return [
        Step(
            "How far apart the levels are to which the 64 waves of an 8x8 block are moved, coarse waves at "
            f"the upper left: yellow is {longest:.0f} levels, dark blue carries nothing. The longer the "
            "step, the better it outlives JPEG.",
            of_steps,
        ),
        Step(
            "What is read from every block: where its wave lies between two such levels, as a colour that "
            "goes round. The cover does not show in it, nor does the secret to the eye.",
            pictures,
        ),
        Step(
            "What the reveal network draws from all of them.",
            [(stego, "stego"), (to_pixels(network.reveal(picture)), "revealed")],
        ),
    ]


def _table(places: Iterable[int], shares: Tensor) -> np.ndarray:
    """Shares of the waves at these places in zigzag order as an 8x8 table, enlarged."""
    table = np.zeros((BLOCK, BLOCK))
    for place, share in zip(places, shares.tolist(), strict=True):
        table[zigzag()[place]] = share
    return coloured(table, AMOUNT).repeat(4 * BLOCK, 0).repeat(4 * BLOCK, 1)


def _enlarger(stride: int, height: int, width: int) -> Callable[[np.ndarray], np.ndarray]:
    """Shows every `stride`-th sample as a square."""
    return lambda x: x[::stride, ::stride].repeat(stride, 0).repeat(stride, 1)[:height, :width]


def _mean_step(unsure: Tensor) -> np.ndarray:
    return (unsure.mean(0) * 255 / UNSURE).cpu().numpy()


def _grey(channel: Tensor) -> np.ndarray:
    """(H, W) floats -> grey pixels from the smallest to the largest."""
    low, high = channel.min(), channel.max()
    grey = (channel - low) / (high - low).clamp_min(1e-9)
    return to_pixels(grey.expand(1, 3, -1, -1))
