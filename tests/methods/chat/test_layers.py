"""Layers: a multilevel code on Gray labels, mapped, demapped and decoded in stages."""

import itertools

import numpy as np
import pytest
from received import posteriors_of

from steg.coding import code_blocks
from steg.embedding.watermark_fields import TEXTURED, VERSION, WITHOUT_SCALE
from steg.methods.chat import layers
from steg.methods.chat.layers import layers_for
from steg.networks.carriers import ALPHABET_SIZES, BITS

BLOCKS = 2048


@pytest.mark.parametrize("version", [WITHOUT_SCALE, TEXTURED, VERSION])
@pytest.mark.parametrize(("blocks", "count"), [(5000, 7), (2000, 5), (300, 3), (200, 2), (60, 1), (4, 1)])
def test_every_bit_level_is_in_one_layer(blocks, count, version):
    found, count = layers_for(blocks, version), count - 2 * (version == WITHOUT_SCALE and count == 7)
    every = [(carrier, bit) for carrier, bits in enumerate(BITS) for bit in range(bits)]
    assert len(found) == count and sorted(itertools.chain(*(layer.bit_levels for layer in found))) == every


def test_labels_of_neighbouring_phases_differ_in_one_bit():
    for bits in set(BITS):
        labels = layers.GRAY_LABELS[bits]
        for symbol in range(1 << bits):
            assert (labels[:, symbol] != labels[:, symbol - 1]).sum() == 1  # phases are cyclic
        assert len({tuple(label) for label in labels.T}) == 1 << bits


def test_demapping_inverts_mapping():
    found = layers_for(BLOCKS)
    random = np.random.RandomState(0)
    coded = [random.randint(0, 2, len(layer.bit_levels) * BLOCKS, np.uint8) for layer in found]
    symbols = layers.map_bits(found, coded)
    assert all(row.max() == size - 1 for row, size in zip(symbols[:40], ALPHABET_SIZES, strict=False))
    posteriors = posteriors_of(symbols, 0.9)
    for layer, bits in zip(found, coded, strict=True):
        assert np.array_equal(layers.demap(posteriors, layer) < 0, bits)
        layers.condition_on(posteriors, layer, bits)
    left = [(posteriors[of_carrier] > 0).sum(0) for of_carrier in layers.SYMBOLS]
    assert all((count == 1).all() for count in left)  # all label bits are known


def test_layers_come_back_from_their_symbols_up_to_the_first_that_is_lost():
    found = layers_for(BLOCKS)
    rates = [80, 120, 40, 200, 0]
    random = np.random.RandomState(0)
    payload = [random.bytes(size) for size in layers.capacities(found, BLOCKS, rates)]
    symbols = layers.encode_layers(payload, found, BLOCKS, rates)
    posteriors = posteriors_of(symbols, 0.9)
    assert layers.decode_layers(posteriors.copy()[:, None], found) == payload
    lost = posteriors.copy()
    for carrier, bit in found[1].bit_levels:  # symbols that differ in this label bit become equally probable
        of_carrier = lost[layers.SYMBOLS[carrier]]
        is_one = layers.GRAY_LABELS[BITS[carrier]][bit]
        other = [np.flatnonzero(_flipped(is_one, carrier, bit, symbol))[0] for symbol in range(len(is_one))]
        of_carrier[:] = (of_carrier + of_carrier[other]) / 2
    assert layers.decode_layers(lost[:, None], found) == payload[:1]


def _flipped(is_one: np.ndarray, carrier: int, bit: int, symbol: int) -> np.ndarray:
    """Which symbol has the label of this one but for a bit."""
    labels = layers.GRAY_LABELS[BITS[carrier]]
    wanted = labels[:, symbol].copy()
    wanted[bit] ^= True
    return (labels.T == wanted).all(1)


def test_an_empty_first_layer_is_none():
    found = layers_for(BLOCKS)
    symbols = layers.encode_layers([b""] * 5, found, BLOCKS, [0] * 5)
    posteriors = posteriors_of(symbols, 0.9)
    assert code_blocks.decode(layers.demap(posteriors, found[0])) == (b"", 0)
    assert layers.decode_layers(posteriors[:, None], found) == []


def test_decoded_layers_make_the_llrs_of_others_larger():
    found = layers_for(BLOCKS)
    random = np.random.RandomState(1)
    coded = [random.randint(0, 2, len(layer.bit_levels) * BLOCKS, np.uint8) for layer in found]
    posteriors = posteriors_of(layers.map_bits(found, coded), 0.3)
    before = np.abs(layers.demap(posteriors, found[1])).mean()
    layers.condition_on(posteriors, found[0], coded[0])
    assert np.abs(layers.demap(posteriors, found[1])).mean() > before


def test_posteriors_of_a_missing_block_make_llrs_of_zero():
    for layer in layers_for(BLOCKS):
        assert np.abs(layers.demap(layers.UNIFORM[:, None], layer)).max() < 1e-5
