"""Activations inside the hiding networks, step by step, as pictures of (H, W, 3) uint8."""

import io
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from torch import Tensor

from steg.channels import jpeg
from steg.embedding import watermark
from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.images.dct import BLOCK, to_coefficients, to_ycbcr, zigzag
from steg.images.tiling import to_pixels, to_tensor
from steg.methods.chat import Robust
from steg.methods.invertible import Invertible
from steg.methods.predictive import Predictive
from steg.methods.prep_hide_reveal import PrepHideReveal
from steg.networks.carriers import GROUPS
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


def dct_changes(method: Robust, stego: np.ndarray, cover: np.ndarray) -> list[Step]:
    """DCT coefficients that the robust method changes, JPEG's quantisation, and posteriors after JPEG.

    Args:
        method: the method with its network.
        stego: its blocks where the sender had them; rows and columns beyond whole blocks are left out.
        cover: of the same shape.
    """
    names = "brightness", "blue-yellow", "red-green"
    height, width = (side // BLOCK * BLOCK for side in stego.shape[:2])
    stego, cover = stego[:height, :width], cover[:height, :width]
    change = to_tensor(stego, torch.device("cpu")) - to_tensor(cover, torch.device("cpu"))
    rms = to_coefficients(255 * to_ycbcr(change)).square().mean((0, 3, 4)).sqrt().numpy()  # (3, 64)
    tables = np.zeros((3, BLOCK, BLOCK))
    for index, (row, column) in enumerate(zigzag()):
        tables[:, row, column] = rms[:, index]
    found = watermark.read_in_place(stego)
    modem = method.modem(found.watermark.scale if found else None)
    rounding = _rounding(75)
    received = {"as it was made": stego}
    received |= {f"after JPEG {q}": np.asarray(jpeg(Image.fromarray(stego), q)) for q in (95, 75)}
    return [
        Step(
            "JPEG cuts a picture into blocks of 8x8 pixels and each block into 64 waves, coarse ones at the "
            f"upper left. At quality 75 it rounds them to multiples of {rounding.min():.0f} (dark) to "
            f"{rounding.max():.0f} levels (yellow): fine waves are lost.",
            [(_squares(t / rounding.max()), name) for t, name in zip(rounding, names, strict=True)],
        ),
        Step(
            "How much hiding has changed each wave of the cover: dark not at all, yellow by "
            f"{tables.max():.1f} levels. It writes most where JPEG rounds least, and little into colours, "
            "which JPEG often halves; the watermark, by which the picture is found again, has the second "
            "wave of the diagonal to itself.",
            [(_squares(t / tables.max()), name) for t, name in zip(tables, names, strict=True)],
        ),
        Step(
            "How sure the network is, block by block, of what was written: dark is a guess, yellow is "
            "certain. Where it is unsure, bits are made up for by others: each code word is scattered over "
            "the whole picture.",
            [(_certainty(modem.demodulate(x)), name) for name, x in received.items()],
        ),
    ]


def layer_pictures(method: Robust, stego: Image.Image) -> Step:
    """The secret of a whole robust picture from its first layer, from its first two, and so on."""
    *layers, restored = method.layers_in(stego)
    pictures = [(layer, f"layers 1 to {number}") for number, layer in enumerate(layers, 1)]
    pictures[0] = (layers[0], "layer 1 alone")
    return Step(
        f"The secret in layers, of which {len(layers)} arrived. The first one outlives even half the size "
        "and JPEG 90; each further one needs a gentler trip and adds detail. At the end a network restores "
        "what compressing the secret has lost.",
        [*pictures, (restored, "restored")],
    )


def _certainty(posteriors: np.ndarray) -> np.ndarray:
    """Mean posterior of each block's most probable symbols, low frequencies of Y only, as colours."""
    size, count = GROUPS[0].alphabet_size, len(GROUPS[0].carriers)
    certainty = posteriors[: size * count].reshape(count, size, *posteriors.shape[1:]).max(1).mean(0)
    return apply_colormap(certainty, SEQUENTIAL).repeat(BLOCK, 0).repeat(BLOCK, 1)


def _rounding(quality: int) -> np.ndarray:
    """JPEG's quantisation tables of Y, Cb and Cr, (3, 8, 8), from a real file."""
    buffer = io.BytesIO()
    Image.new("RGB", (BLOCK, BLOCK)).save(buffer, "JPEG", quality=quality)
    tables = JpegImageFile(io.BytesIO(buffer.getvalue())).quantization
    luma, chroma = (np.reshape(table, (BLOCK, BLOCK)) for table in tables.values())
    return np.stack([luma, chroma, chroma])


def _squares(table: np.ndarray) -> np.ndarray:
    """A table of numbers in [0, 1] as squares of colour."""
    return apply_colormap(table, SEQUENTIAL).repeat(4 * BLOCK, 0).repeat(4 * BLOCK, 1)


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
