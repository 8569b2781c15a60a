"""The modem: symbols come back from whole pictures, and strips leave no seams."""

import numpy as np
import pytest

import steg
from steg.images.metrics import psnr
from steg.methods.chat import modem
from steg.methods.chat.modem import Modem
from steg.networks.carriers import ALPHABET_SIZES, OFFSETS
from steg.networks.robust import ChannelClass

SIZE = 200, 331  # 41 rows and 25 columns of blocks, and some pixels beside them


@pytest.fixture(scope="module")
def robust() -> Modem:
    return steg.load("robust").modem()


@pytest.fixture(scope="module")
def cover(photo) -> np.ndarray:
    return np.asarray(photo("flower_meadow.png", SIZE))


@pytest.fixture(scope="module")
def symbols() -> np.ndarray:
    random = np.random.RandomState(0).randint(0, 16, (len(ALPHABET_SIZES), 41 * 25))
    return (random % np.array(ALPHABET_SIZES)[:, None]).astype(np.uint8)


def test_symbols_come_back_from_whole_blocks_and_the_rest_is_left_alone(robust, cover, symbols):
    stego = robust.modulate(cover, symbols)
    assert np.array_equal(stego[328:], cover[328:]) and not np.array_equal(stego, cover)
    posteriors = robust.demodulate(stego)
    assert posteriors.shape == (sum(ALPHABET_SIZES), 41, 25) and posteriors.dtype == np.float32
    posteriors = posteriors.reshape(len(posteriors), -1)
    each = zip(OFFSETS, ALPHABET_SIZES, strict=True)
    decided = [posteriors[offset : offset + size].argmax(0) for offset, size in each]
    assert (np.array(decided) == symbols).mean() > 0.9  # chance has less than 0.2


def test_posteriors_depend_on_the_channel_class(robust, cover):
    direct, halved = (robust.demodulate(cover, each) for each in (ChannelClass.DIRECT, ChannelClass.HALVED))
    assert np.abs(direct - halved).max() > 0.1


def test_strips_leave_no_seams(robust, cover, symbols, monkeypatch):
    stego, posteriors = robust.modulate(cover, symbols), robust.demodulate(cover)
    monkeypatch.setattr(modem, "STRIP", 16)
    assert np.abs(robust.demodulate(cover) - posteriors).max() < 0.02
    assert psnr(robust.modulate(cover, symbols), stego) > 55


def test_step_lengths_follow_the_texture_where_there_is_a_scale(robust, cover, symbols):
    adaptive = Modem(robust.network, robust.device, scale=1.2)
    gains = adaptive.gains(cover)
    assert gains.shape == (2, 41, 25) and 0.59 < gains[0].min() < gains[0].max() < 1.21
    assert (robust.gains(cover) == 1).all() and robust.change(cover) == pytest.approx(1)
    stego = adaptive.modulate(cover, symbols)
    expected = psnr(robust.modulate(cover, symbols), cover) - 10 * np.log10(adaptive.change(cover))
    assert psnr(stego, cover) == pytest.approx(expected, abs=0.2)
    posteriors = adaptive.demodulate(stego).reshape(sum(ALPHABET_SIZES), -1)
    each = zip(OFFSETS, ALPHABET_SIZES, strict=True)
    decided = np.array([posteriors[offset : offset + size].argmax(0) for offset, size in each])
    assert (decided == symbols).mean() > 0.8
