"""How much the layers may hold: what is tried, and that it depends on what arrives."""

from dataclasses import replace

import numpy as np
import pytest
from posteriors import posteriors_of

from steg.channels import CHANNELS
from steg.methods.chat import layers as lanes
from steg.methods.chat import rate_selection as trial
from steg.methods.chat.rate_selection import TRIPS, rates_of
from steg.networks.robust import ChannelClass

ROWS, COLUMNS = 32, 40
BLOCKS = ROWS * COLUMNS


class Sender:
    """Writes bits nowhere and reads them from memory, less surely with each trip that changes the picture."""

    def __init__(self, layers, sure: float):
        self.layers, self.sure, self.ways = layers, sure, []
        self.picture = np.random.RandomState(0).randint(0, 256, (8 * ROWS, 8 * COLUMNS, 3)).astype(np.uint8)

    def write(self, bits: list[np.ndarray]) -> np.ndarray:
        self.places = lanes.places_of(self.layers, bits)
        return self.picture

    def read(self, arrived: np.ndarray, way: int) -> np.ndarray:
        self.ways.append(way)
        sure = 0.99 if np.array_equal(arrived, self.picture) else self.sure
        return posteriors_of(self.places, sure).reshape(-1, ROWS, COLUMNS)


@pytest.mark.parametrize("blocks", [BLOCKS, 300, 60, 4])
def test_each_layer_has_a_trip(blocks):
    assert len(TRIPS[len(lanes.layers_of(blocks))]) == len(lanes.layers_of(blocks))


def test_rates_are_higher_where_more_arrives():
    layers, done = lanes.layers_of(BLOCKS), []
    found = {}
    for sure in (0.3, 0.8):
        sender = Sender(layers, sure)
        found[sure] = rates_of(layers, BLOCKS, sender.write, sender.read, done.append)
    assert all(low < high for low, high in zip(found[0.3][:-1], found[0.8][:-1], strict=True))
    assert found[0.3][-1] > 0.9 * lanes.RATES - 24  # a file arrives as it was
    assert done == sorted(done[:5]) * 2 and done[-1] < 1
    assert sender.ways == [ChannelClass.HALVED, *4 * [ChannelClass.DIRECT]]


def test_a_layer_of_which_nothing_arrives_has_no_rate():
    layers = lanes.layers_of(BLOCKS)
    sender = Sender(layers, 0.0)
    rates = rates_of(layers, BLOCKS, sender.write, sender.read)
    assert rates[:-1] == [0, 0, 0, 0] and rates[-1] > 0


@pytest.mark.parametrize(("rows", "columns", "share"), [(32, 40, 1), (64, 64, 0.5), (120, 200, 0.25)])
def test_of_a_large_cover_strips_are_read(rows, columns, share):
    pixels = np.arange(rows * 8 + 3)[:, None, None].repeat(columns * 8, 1).repeat(3, 2)
    strips, chosen = trial._part(pixels, rows * columns, whole=False)
    assert strips.shape == (8 * rows * share, columns * 8, 3) and chosen.mean() == share
    first = strips[::8, 0, 0] // 8  # the rows of blocks that were taken
    assert np.array_equal(first, np.flatnonzero(chosen.reshape(rows, columns)[:, 0]))
    assert trial._part(pixels, rows * columns, whole=True)[1].all()


def test_a_large_cover_is_tried_in_a_chat_too(monkeypatch):
    monkeypatch.setitem(CHANNELS, "chat", replace(CHANNELS["chat"], binds_above=300))
    layers = lanes.layers_of(BLOCKS)
    sender = Sender(layers, 0.8)
    rates_of(layers, BLOCKS, sender.write, sender.read)
    assert sender.ways == [ChannelClass.HALVED, ChannelClass.RESIZED, *4 * [ChannelClass.DIRECT]]
