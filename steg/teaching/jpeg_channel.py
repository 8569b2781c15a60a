"""One bit in a DCT coefficient of each 8x8 block (QIM), sent as JPEG, and a polar code over the blocks.

As the carriers of `steg.networks.robust`, but with two phases instead of up to 16, one carrier in each block,
and in place of the learnt demodulator the distances to the phases.

Sources: Chen and Wornell, "Quantization index modulation", IEEE Trans. Information Theory 2001; Wallace, "The
JPEG still picture compression standard", CACM 1991; Arikan, "Channel polarization", IEEE Trans. Information
Theory 2009.
"""

import io
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from steg.coding import polar
from steg.images.dct import BLOCK, to_coefficients, to_planes, zigzag

REPETITIONS = 1, 2, 4  # coded bits for each message bit: none added, and polar codes of rate 1/2 and 1/4
ROUNDING = 1 / 12 + 1 / 12  # squared levels: the error of a coefficient by rounding pixels before and after


class Transmission(NamedTuple):
    """What arrives of a message.

    Attributes:
        received: (blocks,) bits, as each block by itself gives them.
        messages: (codes, bits), decoded, in the order of `REPETITIONS`.
    """

    received: np.ndarray
    messages: np.ndarray


def coded_bits(message: np.ndarray, blocks: int, seed: int = 0) -> tuple[np.ndarray, list[np.ndarray]]:
    """A message without a code, and the codewords of both codes, in the blocks of a picture.

    Args:
        message: (K,) bits.
        blocks: at least 7 K.
        seed: of the interleaver, which puts coded bits into blocks.

    Returns:
        (blocks,) bits, those that are left over 0; and the indices of the blocks that each code has.
    """
    order = np.random.default_rng(seed).permutation(blocks)
    ends = np.cumsum([0, *(len(message) * n for n in REPETITIONS)]).tolist()
    bits, places = np.zeros(blocks, np.uint8), []
    for count, begin, end in zip(REPETITIONS, ends[:-1], ends[1:], strict=True):
        places.append(order[begin:end])
        coded = message if count == 1 else polar.encode(message[None], end - begin)[0]
        bits[places[-1]] = coded
    return bits, places


def modulate(plane: np.ndarray, bits: np.ndarray, frequency: tuple[int, int], step: float) -> np.ndarray:
    """Moves one coefficient of each block to the nearest phase of its bit.

    Args:
        plane: (H, W) uint8, sides whole blocks.
        bits: (blocks,); multiples of the step stand for 0, those plus half a step for 1.
        frequency: of the coefficient, down and across.
        step: in levels.

    Returns:
        (H, W) uint8.
    """
    coefficients = to_coefficients(_as_planes(plane))
    carrier = coefficients[0, 0, zigzag().index(frequency)]
    phase = torch.from_numpy(step / 2 * bits).reshape(carrier.shape)
    carrier.copy_(phase + step * ((carrier - phase) / step).round())
    return to_planes(coefficients)[0, 0].round().clamp(0, 255).byte().numpy()


def transmit(
    stego: np.ndarray, quality: int, frequency: tuple[int, int], step: float, places: list[np.ndarray]
) -> Transmission:
    """Saves as JPEG, opens, demodulates and decodes.

    Args:
        stego: (H, W) uint8, from `modulate`.
        quality: of JPEG, 1 to 100.
        frequency: that was modulated.
        step: that was used.
        places: the blocks of each code, from `coded_bits`.
    """
    buffer = io.BytesIO()
    Image.fromarray(stego).save(buffer, "JPEG", quality=quality)
    values = coefficients_of(np.asarray(Image.open(buffer)), frequency)
    zero = np.abs(values - step * np.round(values / step))  # the distance to the nearest phase of 0
    variance = quantisation_table(quality)[frequency] ** 2 / 12 + ROUNDING
    llrs = ((step / 2 - zero) ** 2 - zero**2) / (2 * variance)
    count = len(places[0])
    messages = [
        (llrs[at] < 0).astype(np.uint8) if len(at) == count else polar.decode(llrs[at][None], count)[0]
        for at in places
    ]
    return Transmission((llrs < 0).astype(np.uint8), np.stack(messages))


def quantisation_table(quality: int) -> np.ndarray:
    """JPEG's quantisation table of Y, (8, 8) integers, from a real file."""
    buffer = io.BytesIO()
    Image.new("L", (BLOCK, BLOCK)).save(buffer, "JPEG", quality=quality)
    table = JpegImageFile(io.BytesIO(buffer.getvalue())).quantization[0]
    return np.reshape(table, (BLOCK, BLOCK))


def coefficients_of(plane: np.ndarray, frequency: tuple[int, int]) -> np.ndarray:
    """One coefficient of each block, (blocks,) levels, of (H, W) uint8."""
    return to_coefficients(_as_planes(plane))[0, 0, zigzag().index(frequency)].flatten().numpy()


def _as_planes(plane: np.ndarray) -> torch.Tensor:
    return torch.tensor(plane, dtype=torch.float32)[None, None]
