"""Trellis codes: read back exactly at any rate, near the bound, and local."""

import hashlib
import math

import numpy as np
import pytest

from steg.coding import trellis

LENGTH = 384  # samples of a block


def _random(blocks: int, size: int, low: int = 20, high: int = 236) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.RandomState(0)
    samples = random.randint(low, high, (LENGTH, blocks)).astype(np.uint8)
    return samples, random.randint(0, 256, (blocks, size)).astype(np.uint8)


def _bound(rate: float) -> float:
    """The least mean squared change for so many bits a sample: the variance of a discrete Gaussian."""
    moves, low, high = np.arange(-40, 41), 1e-2, 60.0
    for _ in range(60):
        middle = math.sqrt(low * high)
        shares = np.exp(-(moves**2) / (2 * middle))
        shares /= shares.sum()
        low, high = (middle, high) if -(shares * np.log2(shares + 1e-99)).sum() < rate else (low, middle)
    return float((shares * moves**2).sum())


@pytest.mark.parametrize("size", [1, 7, 24, 48, 77, 96, 125, 144])
def test_every_message_is_read_back(size):
    samples, message = _random(40, size, 0, 256)
    assert np.array_equal(trellis.extract(trellis.embed(samples, message), size), message)


@pytest.mark.parametrize("size", [1, 24, 77, 144])
def test_the_first_bytes_can_be_read_alone(size):
    samples, message = _random(40, size, 0, 256)
    stego = trellis.embed(samples, message)
    for first in {1, 4, size - 1, size} & set(range(1, size + 1)):
        assert np.array_equal(trellis.extract(stego, size, first), message[:, :first])


@pytest.mark.parametrize("length", [100, 191, 385])
def test_blocks_may_have_any_length(length):
    samples, message = _random(5, length // 4)
    samples = samples[:length] if length < LENGTH else np.pad(samples, ((0, length - LENGTH), (0, 0)))
    assert np.array_equal(trellis.extract(trellis.embed(samples, message), length // 4), message)


def test_the_squared_change_is_near_the_bound_and_grows_with_the_rate():
    errors = []
    for size in range(48, 130, 9):
        samples, message = _random(300, size)
        errors.append(np.square(trellis.embed(samples, message).astype(float) - samples).mean())
        assert 10 * math.log10(errors[-1] / _bound(8 * size / LENGTH)) < 0.65
    assert errors == sorted(errors)


def test_few_bits_change_few_samples_up_and_down_alike():
    samples, message = _random(200, 6)
    moves = trellis.embed(samples, message).astype(int) - samples
    assert np.abs(moves).max() == 1 and np.square(moves).mean() < 0.03
    assert abs((moves == 1).sum() / (moves == -1).sum() - 1) < 0.15


def test_clipped_samples_move_inwards_only():
    samples, message = _random(50, 96)
    samples[::2], samples[1::2] = 0, 255
    moves = trellis.embed(samples, message).astype(int) - samples
    assert 0 <= moves[::2].min() and moves[1::2].max() <= 0 and np.abs(moves).max() < 16


def test_samples_that_weigh_more_change_less():
    samples, message = _random(100, 78)
    weights = np.ones(samples.shape, np.uint8)
    weights[:, ::2], weights[::2] = trellis.LARGEST_WEIGHT, 4
    stego = trellis.embed(samples, message, weights)
    assert np.array_equal(trellis.extract(stego, 78), message)
    squares = np.square(stego.astype(float) - samples)
    assert squares[::2, 1::2].mean() < 0.7 * squares[1::2, 1::2].mean()


def test_a_changed_sample_disturbs_only_a_few_bits_of_its_block():
    samples, message = _random(10, 78)
    stego = trellis.embed(samples, message)
    stego[200, 3] ^= 1
    wrong = np.unpackbits(trellis.extract(stego, 78) ^ message, axis=1)
    places = np.flatnonzero(wrong[3])
    assert not np.delete(wrong, 3, 0).any() and 0 < len(places) and np.ptp(places) <= trellis.STATE_BITS + 3


def test_the_format_stays_as_it_is():
    """Stego pictures outlive releases: what is read from given samples never changes."""
    samples = np.random.RandomState(1).randint(0, 256, (LENGTH, 9)).astype(np.uint8)
    read = b"".join(trellis.extract(samples, size).tobytes() for size in (5, 48, 78, 100, 130))
    assert hashlib.sha256(read).hexdigest()[:16] == "f2b03ba333a6149b"
