"""Layers: a multilevel code on the bit levels of the carriers' symbols, decoded in stages.

A *bit level* is one label bit of one carrier's symbols in all blocks of a picture: the first label bit says
roughly where the phase is and survives most, the last one says it exactly. Labels are Gray codes, so that
symbols of neighbouring phases differ in one bit. Bit levels that survive the same channels make up a *layer*,
a protection class, whose code blocks (`steg.coding.code_blocks`) have a rate of their own. Layers are decoded
in stages: the posteriors of the symbols are conditioned on each decoded layer before the next one is decoded.

Posteriors are (sum of `ALPHABET_SIZES`, blocks), all carriers' symbols one after the other; coded bits of a
layer are (bit levels x blocks,).

Source: Imai and Hirakawa, "A new multilevel coding method using error-correcting codes", IEEE Trans.
Information Theory 1977.
"""

from typing import NamedTuple

import numpy as np

from steg.coding import code_blocks
from steg.networks.carriers import ALPHABET_SIZES, BITS, GROUPS, OFFSETS

UNIFORM = (1 / np.array(ALPHABET_SIZES, np.float32)).repeat(ALPHABET_SIZES)  # posteriors of a missing block
LEAST = 1e-9  # probability, so that LLRs are finite
SYMBOLS = [slice(start, start + size) for start, size in zip(OFFSETS, ALPHABET_SIZES, strict=True)]

# Protection classes of bit levels, by the harshest channel that they survive
HALF_SIZE, WEB, JPEG_75, JPEG_85, JPEG_90, JPEG_95, LOSSLESS = range(7)
LOWEST = 3  # carriers of "Y, low", the first ones, that have a row of their own
PROTECTION = {  # for each group of carriers, that of each of its label bits
    "Y, lowest": (HALF_SIZE, HALF_SIZE, JPEG_75, JPEG_75),
    "Y, low": (WEB, WEB, JPEG_75, JPEG_75),
    "Y, up to half size": (JPEG_85, JPEG_85, JPEG_90, JPEG_90),
    "Y, middle": (JPEG_85, JPEG_75, JPEG_90, JPEG_90),
    "Y, upper middle": (JPEG_90, JPEG_90, JPEG_90),
    "CbCr, low": (JPEG_95, JPEG_95, LOSSLESS),
    "Y, high": (LOSSLESS, LOSSLESS),
    "CbCr, middle": (LOSSLESS, LOSSLESS),
}
# Of pictures with equal step lengths in all blocks
EARLIER_PROTECTION = PROTECTION | {
    "Y, lowest": (HALF_SIZE, HALF_SIZE, JPEG_75, JPEG_90),
    "Y, low": (HALF_SIZE, HALF_SIZE, JPEG_75, JPEG_90),
    "Y, up to half size": (JPEG_90, JPEG_75, JPEG_90, JPEG_95),
    "Y, middle": (JPEG_90, JPEG_75, JPEG_90, JPEG_95),
    "Y, upper middle": (JPEG_95, JPEG_90, JPEG_95),
}
FILES_OUTLIVE = "jpeg75"  # the channel of `steg.channels` that texts and files have to survive


class BitLevel(NamedTuple):
    """One label bit, the first one 0, of one carrier's symbols."""

    carrier: int
    bit: int


class Layer(NamedTuple):
    """Bit levels that are protected together, and names of the `steg.channels` that they have to survive."""

    bit_levels: list[BitLevel]
    channels: tuple[str, ...]


# The layers of a picture of at least so many 8x8 blocks: which protection classes each one joins, and which
# channels it has to survive. Small pictures have fewer layers, so that each has room for something.
SMALL = {
    256: (
        ((HALF_SIZE, WEB, JPEG_75), ("jpeg75",)),
        ((JPEG_85, JPEG_90, JPEG_95), ("jpeg90",)),
        ((LOSSLESS,), ("png",)),
    ),
    128: (
        ((HALF_SIZE, WEB, JPEG_75), ("jpeg75",)),
        ((JPEG_85, JPEG_90, JPEG_95, LOSSLESS), ("jpeg90",)),
    ),
    0: (((HALF_SIZE, WEB, JPEG_75, JPEG_85, JPEG_90, JPEG_95, LOSSLESS), ("png",)),),
}
LAYERS = {
    3072: (
        ((HALF_SIZE,), ("half-jpeg90", "next-image")),
        ((WEB,), ("webp75", "three-quarters-jpeg85", "jpeg62")),
        ((JPEG_75,), ("jpeg75",)),
        ((JPEG_85,), ("jpeg85",)),
        ((JPEG_90,), ("jpeg90",)),
        ((JPEG_95,), ("jpeg95",)),
        ((LOSSLESS,), ("png",)),
    ),
    1024: (
        ((HALF_SIZE, WEB), ("webp75", "three-quarters-jpeg85", "jpeg62")),
        ((JPEG_75,), ("jpeg75",)),
        ((JPEG_85, JPEG_90), ("jpeg90",)),
        ((JPEG_95,), ("jpeg95",)),
        ((LOSSLESS,), ("png",)),
    ),
    **SMALL,
}
EARLIER_LAYERS = {
    1024: (
        ((HALF_SIZE,), ("half-and-back-jpeg90", "chat")),
        ((JPEG_75,), ("jpeg75",)),
        ((JPEG_90,), ("jpeg90",)),
        ((JPEG_95,), ("jpeg95",)),
        ((LOSSLESS,), ("png",)),
    ),
    **SMALL,
}


def layers_for(blocks: int, earlier: bool = False) -> list[Layer]:
    """The layers of a picture of so many 8x8 blocks.

    Args:
        blocks: how many there are.
        earlier: whether its step lengths are the same in all blocks.
    """
    protections, all_layers = (EARLIER_PROTECTION, EARLIER_LAYERS) if earlier else (PROTECTION, LAYERS)
    rows = next(rows for least, rows in all_layers.items() if blocks >= least)
    groups = [group.name for group in GROUPS for _ in group.carriers]
    classes = [
        protections["Y, lowest" if carrier < LOWEST else group] for carrier, group in enumerate(groups)
    ]
    bit_levels = [
        (BitLevel(carrier, bit), protection)
        for carrier, bits in enumerate(classes)
        for bit, protection in enumerate(bits)
    ]
    return [
        Layer([level for level, protection in bit_levels if protection in joined], channels)
        for joined, channels in rows
    ]


def for_files(layers: list[Layer]) -> int:
    """How many of the layers hold texts and files: those that outlive `FILES_OUTLIVE`, or the only one."""
    return next((count for count, layer in enumerate(layers, 1) if FILES_OUTLIVE in layer.channels), 1)


def _gray_labels(bits: int) -> np.ndarray:
    """The label bits of each symbol, (bits, symbols) bool."""
    symbol = np.arange(1 << bits)
    return np.stack([(symbol ^ symbol >> 1) >> bits - 1 - bit & 1 for bit in range(bits)]) == 1


GRAY_LABELS = {bits: _gray_labels(bits) for bits in set(BITS)}


def map_bits(layers: list[Layer], coded: list[np.ndarray]) -> np.ndarray:
    """The symbols whose labels are the coded bits of all layers, (carriers, blocks) uint8."""
    labels = np.zeros((len(BITS), len(coded[0]) // len(layers[0].bit_levels)), np.uint8)
    for layer, bits in zip(layers, coded, strict=True):
        for (carrier, bit), row in zip(layer.bit_levels, _rows(bits, layer), strict=True):
            labels[carrier] |= row << BITS[carrier] - 1 - bit
    labels ^= labels >> 1  # the inverse of a Gray code of up to four bits
    return labels ^ labels >> 2


def demap(posteriors: np.ndarray, layer: Layer) -> np.ndarray:
    """LLRs of a layer's coded bits, (bit levels x blocks,) float32."""
    llrs = np.empty((len(layer.bit_levels), posteriors.shape[1]), np.float32)
    for row, (carrier, bit) in zip(llrs, layer.bit_levels, strict=True):
        is_one, of_carrier = GRAY_LABELS[BITS[carrier]][bit], posteriors[SYMBOLS[carrier]]
        row[:] = np.log(of_carrier[~is_one].sum(0) + LEAST) - np.log(of_carrier[is_one].sum(0) + LEAST)
    return llrs.reshape(-1)


def condition_on(posteriors: np.ndarray, layer: Layer, coded: np.ndarray) -> None:
    """Sets to zero, in place, the posteriors of symbols whose labels contradict a layer's coded bits."""
    for (carrier, bit), row in zip(layer.bit_levels, _rows(coded, layer), strict=True):
        posteriors[SYMBOLS[carrier]] *= GRAY_LABELS[BITS[carrier]][bit][:, None] == row


def capacities(layers: list[Layer], blocks: int, rates: list[int]) -> list[int]:
    """Capacity of each layer in bytes, in a picture of so many blocks."""
    lengths = [len(layer.bit_levels) * blocks for layer in layers]
    return [code_blocks.capacity(*each) for each in zip(lengths, rates, strict=True)]


def encode_layers(payload: list[bytes], layers: list[Layer], blocks: int, rates: list[int]) -> np.ndarray:
    """Encodes the bytes of each layer at its rate, to symbols, (carriers, blocks) uint8."""
    lengths = [len(layer.bit_levels) * blocks for layer in layers]
    coded = [code_blocks.encode(*each) for each in zip(payload, lengths, rates, strict=True)]
    return map_bits(layers, coded)


def decode_layers(posteriors: np.ndarray, layers: list[Layer]) -> list[bytes]:
    """Decodes the layers in stages, up to the first that cannot be decoded.

    Args:
        posteriors: (sum of `ALPHABET_SIZES`, rows, columns); conditioned in place on what is decoded.
        layers: of a picture of so many blocks.

    Returns:
        The bytes of each decoded layer; of no layer if the first one is empty, which none ever is.
    """
    posteriors = posteriors.reshape(len(posteriors), -1)
    received: list[bytes] = []
    for layer in layers:
        llrs = demap(posteriors, layer)
        decoded = code_blocks.decode(llrs)
        if decoded is None or not (received or decoded.data):
            break
        received.append(decoded.data)
        condition_on(posteriors, layer, code_blocks.encode(decoded.data, len(llrs), decoded.rate))
    return received


def _rows(coded: np.ndarray, layer: Layer) -> np.ndarray:
    """A layer's coded bits, (bit levels, blocks)."""
    return coded.reshape(len(layer.bit_levels), -1)
