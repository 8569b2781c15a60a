"""Layers of bytes in the words of hands: scattered, protected, found again after losses and crops."""

import numpy as np
import pytest

from steg import lanes
from steg.networks.robust import BITS, DIAL

BLOCKS = 2048


def likely(places: np.ndarray, sure: float) -> np.ndarray:
    """What is believed of hands that stand at these places, (carriers, DIAL, blocks)."""
    beliefs = np.full((len(BITS), DIAL, places.shape[1]), (1 - sure) / DIAL, np.float32)
    np.put_along_axis(beliefs, places[:, None].astype(int), np.float32(sure), 1)
    return beliefs


@pytest.mark.parametrize(("blocks", "count"), [(5000, 5), (300, 3), (200, 2), (60, 1), (4, 1)])
def test_every_bit_of_every_carrier_is_in_one_layer(blocks, count):
    layers = lanes.layers_of(blocks)
    every = [(carrier, bit) for carrier, bits in enumerate(BITS) for bit in range(bits)]
    assert len(layers) == count and sorted(sum(layers, [])) == every


def test_neighbouring_places_differ_in_one_bit():
    for bits in set(BITS):
        words = lanes.BITS_AT[bits, :, :: DIAL >> bits]
        for place in range(1 << bits):
            assert (words[:, place] != words[:, place - 1]).sum() == 1  # the last one is beside the first
        assert len({tuple(word) for word in words.T}) == 1 << bits


def test_bytes_come_back_from_the_places_of_hands():
    layers = lanes.layers_of(BLOCKS)
    rates = [40, 60, 20, 100, 64]
    random = np.random.RandomState(0)
    sizes = [lanes.capacity(len(layer) * BLOCKS, rate) for layer, rate in zip(layers, rates, strict=True)]
    data = [random.bytes(size) for size in sizes]
    bits = [
        lanes.protect(each, len(layer) * BLOCKS, rate)
        for each, layer, rate in zip(data, layers, rates, strict=True)
    ]
    places = lanes.places_of(layers, bits)
    assert all((row % (DIAL >> bits) == 0).all() for row, bits in zip(places, BITS, strict=True))
    beliefs = likely(places, 0.9)
    for layer, rate, each, told in zip(layers, rates, data, bits, strict=True):
        assert lanes.recover(lanes.llrs_of(beliefs, layer), rate) == each
        lanes.narrow(beliefs, layer, told)
    assert np.array_equal(beliefs.argmax(1), places)  # all is known


def test_bits_known_already_make_others_surer():
    layers = lanes.layers_of(BLOCKS)
    random = np.random.RandomState(1)
    bits = [random.randint(0, 2, len(layer) * BLOCKS).astype(np.uint8) for layer in layers]
    beliefs = likely(lanes.places_of(layers, bits), 0.3)
    before = np.abs(lanes.llrs_of(beliefs, layers[1])).mean()
    lanes.narrow(beliefs, layers[0], bits[0])
    assert np.abs(lanes.llrs_of(beliefs, layers[1])).mean() > before


def test_a_lost_part_of_the_picture_is_made_up_for_and_too_large_a_one_noticed():
    data = bytes(range(256)) * 4
    bits = lanes.protect(data, 60_000, 40)
    llrs = 8 - 16.0 * bits
    some, most = llrs.copy(), llrs.copy()
    some[20_000:40_000] = 0
    most[5_000:] = 0
    assert lanes.recover(some, 40)[: len(data)] == data
    assert lanes.recover(most, 40) is None


def test_the_rate_of_the_first_layer_is_found_by_trying():
    for rate in lanes.FIRST_RATES:
        assert lanes.first_rate(8 - 16.0 * lanes.protect(b"what it says", 30_000, rate)) == rate
    assert lanes.first_rate(np.random.RandomState(2).normal(0, 3, 30_000)) is None


@pytest.mark.parametrize("deviation", [0.6, 1.0, 1.6])
def test_the_best_rate_arrives_and_is_higher_on_a_better_channel(deviation):
    def sent(bits: np.ndarray, seed: int) -> np.ndarray:
        noise = np.random.RandomState(seed).normal(0, deviation, len(bits))
        return (2 * (1 - 2.0 * bits + noise) / deviation**2).astype(np.float32)

    tried = np.random.RandomState(3).randint(0, 2, 60_000).astype(np.uint8)
    rate = lanes.best_rate(sent(tried, 4), tried)
    data = np.random.RandomState(5).bytes(lanes.capacity(60_000, rate))
    assert lanes.recover(sent(lanes.protect(data, 60_000, rate), 6), rate) == data
    assert rate < lanes.best_rate(sent(tried, 4) * 3, tried) or deviation > 0.5
    assert lanes.best_rate(np.zeros(60_000, np.float32), tried) == 0
