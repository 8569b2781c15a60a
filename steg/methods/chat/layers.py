"""Layers: a multilevel code on the bit levels of the carriers' symbols, decoded in stages.

A *bit level* is one label bit of one carrier's symbols in all blocks of a picture: the first label bit says
roughly where the phase is and survives most, the last one says it exactly. Labels are Gray codes, so that
symbols of neighbouring phases differ in one bit. Bit levels that survive the same channels make up a *layer*
(`steg.methods.chat.protection`), whose code blocks (`steg.coding.code_blocks`) have a rate of their own.
Layers are decoded in stages: the posteriors of the symbols are conditioned on each decoded layer before the
next one is decoded.

Posteriors are (sum of `ALPHABET_SIZES`, blocks), all carriers' symbols one after the other; coded bits of a
layer are (bit levels x blocks,).

Source: Imai and Hirakawa, "A new multilevel coding method using error-correcting codes", IEEE Trans.
Information Theory 1977.
"""

from typing import NamedTuple

import numpy as np

from steg.coding import code_blocks
from steg.embedding import watermark_fields
from steg.methods.chat.protection import classes_of_carriers, rows_for
from steg.networks.carriers import ALPHABET_SIZES, BITS, OFFSETS

UNIFORM = (1 / np.array(ALPHABET_SIZES, np.float32)).repeat(ALPHABET_SIZES)  # posteriors of a missing block
LEAST = 1e-9  # probability, so that LLRs are finite
SYMBOLS = [slice(start, start + size) for start, size in zip(OFFSETS, ALPHABET_SIZES, strict=True)]

FILES_OUTLIVE = "jpeg75"  # the channel of `steg.channels` that texts and files have to survive


class BitLevel(NamedTuple):
    """One label bit, the first one 0, of one carrier's symbols."""

    carrier: int
    bit: int


class Layer(NamedTuple):
    """Bit levels that are protected together, and names of the `steg.channels` that they have to survive."""

    bit_levels: list[BitLevel]
    channels: tuple[str, ...]


def layers_for(blocks: int, version: int = watermark_fields.VERSION) -> list[Layer]:
    """The layers of a picture of so many 8x8 blocks, with a watermark of this version.

    Without a watermark a picture is as with the version `WITHOUT_SCALE`.
    """
    bit_levels = [
        (BitLevel(carrier, bit), protection)
        for carrier, bits in enumerate(classes_of_carriers(version))
        for bit, protection in enumerate(bits)
    ]
    return [
        Layer([level for level, protection in bit_levels if protection in joined], channels)
        for joined, channels in rows_for(blocks, version)
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
