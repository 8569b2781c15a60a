"""Rate selection: which channels are simulated, and that rates follow what is received."""

from dataclasses import replace

import numpy as np
import pytest
from received import posteriors_of

from steg.channels import CHANNELS
from steg.coding.code_blocks import RATES
from steg.methods.chat import rate_selection
from steg.methods.chat.layers import layers_for
from steg.methods.chat.protection import EVEN_LAYERS, LAYERS
from steg.methods.chat.rate_selection import select_rates
from steg.networks.robust import ChannelClass

ROWS, COLUMNS = 32, 40
BLOCKS = ROWS * COLUMNS
COVER = np.random.RandomState(0).randint(0, 256, (8 * ROWS, 8 * COLUMNS, 3)).astype(np.uint8)


class FakeModem:
    """Leaves the cover as it is and remembers its symbols; they are uncertain where pixels have changed."""

    def __init__(self, certainty: float):
        self.certainty, self.channel_classes = certainty, []

    def modulate(self, cover: np.ndarray, symbols: np.ndarray) -> np.ndarray:
        self.symbols = symbols
        return cover

    def gains(self, received: np.ndarray) -> np.ndarray:
        return np.ones((2, ROWS, COLUMNS), np.float32)

    def demodulate(self, received: np.ndarray, channel_class: ChannelClass, gains: np.ndarray) -> np.ndarray:
        self.channel_classes.append(channel_class)
        certainty = 0.99 if np.array_equal(received, COVER) else self.certainty
        return posteriors_of(self.symbols, certainty).reshape(-1, ROWS, COLUMNS)


def test_the_channels_of_all_layers_are_known():
    tables = (*LAYERS.values(), *EVEN_LAYERS.values())
    names = {name for rows in tables for _, names in rows for name in names}
    assert set(rate_selection.CHANNEL_CLASS) < names <= set(CHANNELS)


def test_rates_are_higher_where_symbols_are_more_certain():
    done, rates = [], {}
    for certainty in (0.3, 0.8):
        modem = FakeModem(certainty)
        rates[certainty] = select_rates(modem, COVER, layers_for(BLOCKS), done.append)
    assert all(low < high for low, high in zip(rates[0.3][:-1], rates[0.8][:-1], strict=True))
    assert rates[0.3][-1] > 0.9 * RATES - 24  # of a file every pixel is received
    assert done == sorted(done[:5]) * 2 and done[-1] < 1
    expected = [ChannelClass.FILTERED, ChannelClass.RESIZED, *4 * [ChannelClass.DIRECT]]
    assert sorted(modem.channel_classes) == sorted(expected)  # they are tried in parallel


def test_a_layer_without_room_survives_less_as_it_would_end_decoding():
    rates = select_rates(FakeModem(0.0), COVER, layers_for(BLOCKS))  # nothing is received but of a file
    assert min(rates) > 0


@pytest.mark.parametrize(("rows", "columns", "share"), [(32, 40, 1), (64, 64, 0.5), (128, 200, 0.125)])
def test_of_a_large_cover_strips_are_demodulated(rows, columns, share):
    pixels = np.arange(rows * 8 + 3)[:, None, None].repeat(columns * 8, 1).repeat(3, 2)
    strips, sampled = rate_selection._sample(pixels, 2, 2048)
    assert strips.shape == (8 * rows * share, columns * 8, 3) and sampled.mean() == share
    first = strips[::8, 0, 0] // 8  # the block rows that were taken
    assert np.array_equal(first, np.flatnonzero(sampled.reshape(rows, columns)[:, 0]))
    assert rate_selection._sample(pixels, 8, 4096)[1].mean() >= share


def test_a_large_cover_is_sent_to_a_web_page_too(monkeypatch):
    monkeypatch.setitem(CHANNELS, "next-image", replace(CHANNELS["next-image"], binds_wider=300))
    modem = FakeModem(0.8)
    select_rates(modem, COVER, layers_for(5000))
    assert modem.channel_classes.count(ChannelClass.RESIZED) == 2  # the other one is at three quarters
