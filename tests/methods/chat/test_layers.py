"""Layers of bytes in the words of hands: scattered, protected, found again after losses and crops."""

import itertools

import numpy as np
import pytest
from posteriors import posteriors_of

from steg.coding import polar
from steg.methods.chat import layers as lanes
from steg.networks.robust import ALPHABET_SIZES, BITS

BLOCKS = 2048


@pytest.mark.parametrize(("blocks", "count"), [(5000, 5), (300, 3), (200, 2), (60, 1), (4, 1)])
def test_every_bit_of_every_carrier_is_in_one_layer(blocks, count):
    layers = lanes.layers_of(blocks)
    every = [(carrier, bit) for carrier, bits in enumerate(BITS) for bit in range(bits)]
    assert len(layers) == count and sorted(itertools.chain(*layers)) == every


def test_neighbouring_places_differ_in_one_bit():
    for bits in set(BITS):
        words = lanes.BITS_AT[bits]
        for place in range(1 << bits):
            assert (words[:, place] != words[:, place - 1]).sum() == 1  # the last one is beside the first
        assert len({tuple(word) for word in words.T}) == 1 << bits


def test_bytes_come_back_from_the_places_of_hands():
    layers = lanes.layers_of(BLOCKS)
    rates = [80, 120, 40, 200, 0]
    random = np.random.RandomState(0)
    sizes = [lanes.capacity(len(layer) * BLOCKS, rate) for layer, rate in zip(layers, rates, strict=True)]
    data = [random.bytes(size) for size in sizes]
    bits = [
        lanes.protect(each, len(layer) * BLOCKS, rate)
        for each, layer, rate in zip(data, layers, rates, strict=True)
    ]
    places = lanes.places_of(layers, bits)
    assert all(row.max() == count - 1 for row, count in zip(places[:40], ALPHABET_SIZES, strict=False))
    beliefs = posteriors_of(places, 0.9)
    for layer, rate, each, told in zip(layers, rates, data, bits, strict=True):
        assert lanes.recover(lanes.llrs_of(beliefs, layer)) == (each, rate)
        lanes.narrow(beliefs, layer, told)
    alone = [(beliefs[dial] > 0).sum(0) for dial in lanes.DIALS]
    assert all((left == 1).all() for left in alone)  # all is known


def test_bits_known_already_make_others_surer():
    layers = lanes.layers_of(BLOCKS)
    random = np.random.RandomState(1)
    bits = [random.randint(0, 2, len(layer) * BLOCKS).astype(np.uint8) for layer in layers]
    beliefs = posteriors_of(lanes.places_of(layers, bits), 0.3)
    before = np.abs(lanes.llrs_of(beliefs, layers[1])).mean()
    lanes.narrow(beliefs, layers[0], bits[0])
    assert np.abs(lanes.llrs_of(beliefs, layers[1])).mean() > before


def test_a_lost_part_of_the_picture_is_made_up_for_and_too_large_a_one_noticed():
    data = bytes(range(256)) * 4
    bits = lanes.protect(data, 60_000, 80)
    llrs = 8 - 16.0 * bits
    some, most = llrs.copy(), llrs.copy()
    some[20_000:40_000] = 0
    most[5_000:] = 0
    found, rate = lanes.recover(some)
    assert found[: len(data)] == data and rate == 80
    assert lanes.recover(most) is None


@pytest.mark.parametrize("bits", [1076, 2421, 30_000, 122_880])
def test_a_layer_says_its_own_rate(bits):
    for rate in (0, 60, lanes.RATES - 1):
        found = lanes.recover(8 - 16.0 * lanes.protect(b"what it says", bits, rate))
        assert found[1] == rate and found[0].rstrip(b"\0") == (b"what it says" if rate else b"")
    assert lanes.recover(np.random.RandomState(2).normal(0, 3, bits)) is None


@pytest.mark.parametrize("bits", [1076, 9_000, 77_824, 122_880, 294_912])
def test_hardly_any_bits_are_left_over(bits):
    lengths = lanes._lengths(bits)
    assert 0 <= bits - lanes._telling(bits) - sum(lengths) < max(bits / 60, lanes.SHORTEST)
    assert lengths == sorted(lengths, reverse=True)


def test_a_word_that_one_way_of_reading_misses_is_read_on_several():
    data = np.random.RandomState(8).bytes(lanes.capacity(60_000, 122))
    bits = lanes.protect(data, 60_000, 122)
    llrs = 2 * (1 - 2.0 * bits + np.random.RandomState(9).normal(0, 1, 60_000))
    word = lanes._gathered(llrs)[1]
    count = 8 * (lanes._held(len(word), 122) + lanes.CHECK)
    assert lanes._unchecked(polar.decode(word[None], count)[0], lanes.CHECK) is None
    assert lanes.recover(llrs) == (data, 122)


@pytest.mark.parametrize("deviation", [0.6, 1.0, 1.6])
def test_the_best_rate_arrives_and_is_higher_on_a_better_channel(deviation):
    def sent(bits: np.ndarray, seed: int) -> np.ndarray:
        noise = np.random.RandomState(seed).normal(0, deviation, len(bits))
        return (2 * (1 - 2.0 * bits + noise) / deviation**2).astype(np.float32)

    tried = np.random.RandomState(3).randint(0, 2, 60_000).astype(np.uint8)
    rate = lanes.best_rate(sent(tried, 4), tried, 60_000)
    data = np.random.RandomState(5).bytes(lanes.capacity(60_000, rate))
    assert lanes.recover(sent(lanes.protect(data, 60_000, rate), 6)) == (data, rate)
    assert rate < lanes.best_rate(sent(tried, 4) * 3, tried, 60_000) or deviation > 0.5
    assert lanes.best_rate(np.zeros(60_000, np.float32), tried, 60_000) == 0
