"""The attacks: quiet on photographs, loud on what they were made for."""

import math

import numpy as np
import pytest
import scipy.stats

import steg
from steg.steganalysis import classical
from steg.steganalysis.classical import chi_square, plane_order, run_attacks, sample_pairs, verdict


@pytest.fixture(scope="module")
def clean(photo) -> np.ndarray:
    return np.asarray(photo("rock_and_lake.png"))


def replaced(pixels: np.ndarray, share: float) -> np.ndarray:
    """The lowest bits of a share of all samples replaced by random ones."""
    random = np.random.RandomState(0)
    bits = random.randint(0, 2, pixels.shape).astype(np.uint8)
    return np.where(random.rand(*pixels.shape) < share, pixels & 254 | bits, pixels)


def test_chi_square_is_scipys():
    pairs = [(40, 60), (10, 10), (7, 5), (2, 1)]  # the last pair is too rare to count
    samples = np.repeat(np.arange(8, dtype=np.uint8), np.ravel(pairs))
    statistic = sum((a - (a + b) / 2) ** 2 / ((a + b) / 2) for a, b in pairs[:3])
    assert chi_square(samples) == pytest.approx(scipy.stats.chi2.sf(statistic, 2))
    assert chi_square(np.zeros(3, np.uint8)) == 0


@pytest.mark.parametrize("share", [0.3, 0.6, 1.0])
def test_sample_pairs_estimates_the_share_of_replaced_bits(clean, share):
    before = sample_pairs(clean[..., 1])
    after = sample_pairs(replaced(clean, share)[..., 1])
    assert before < 0.2 and after == pytest.approx(share, abs=0.12)


def test_random_bits_are_found(clean):
    found = run_attacks(replaced(clean, 1.0))
    assert found.alarms == ["chi_square", "sample_pairs"]
    assert "random" in verdict(found)


@pytest.mark.parametrize("strength", [0, 0.17, 0.33, 0.5])
def test_a_picture_in_the_lowest_bits_is_found(clean, photo, strength):
    stego = steg.load("lsb").hide(clean, photo("cat.png"), strength=strength)
    found = run_attacks(np.asarray(stego))
    assert "plane_order" in found.alarms
    assert "picture shows" in verdict(found)


@pytest.mark.parametrize(
    "name", ["rock_and_lake.png", "flower_meadow.png", "coffee.jpg", "tulips.png", "cat.png"]
)
def test_photographs_are_quiet(photo, name):
    found = run_attacks(np.asarray(photo(name)))
    assert found.alarms == [] and "no proof" in verdict(found)


def test_digits_of_an_odd_base_are_quiet(method, clean, photo):
    assert run_attacks(np.asarray(method.hide(clean, photo("cat.png")))).alarms == []


def test_the_order_of_planes_of_a_known_picture():
    ramp = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (8, 1))  # bits 0 and 1 are all equal, bit 2 never is
    assert plane_order(ramp) == pytest.approx(0.5)
    assert plane_order(np.zeros((4, 4), np.uint8)) == 0


def test_hardly_any_samples_end_in_numbers():
    tiny = np.zeros((2, 2, 3), np.uint8)
    assert all(math.isfinite(x) for x in run_attacks(tiny))
    assert set(classical.THRESHOLDS) == set(classical.AttackScores._fields)
