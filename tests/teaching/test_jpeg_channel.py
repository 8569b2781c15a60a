"""A bit in a DCT coefficient of each block, JPEG, and a polar code."""

import numpy as np
import pytest

from steg.images.metrics import psnr
from steg.teaching.jpeg_channel import coded_bits, coefficients_of, modulate, quantisation_table, transmit

FREQUENCIES = list(np.ndindex(8, 8))
MESSAGE = np.random.default_rng(2).integers(0, 2, 144, np.uint8)


@pytest.fixture
def plane(photo) -> np.ndarray:
    return np.asarray(photo("cat.png", (256, 256)).convert("L"))


def sent(plane: np.ndarray, quality: int, step: float):
    bits, places = coded_bits(MESSAGE, 1024)
    stego = modulate(plane, bits, (0, 1), step)
    return bits, stego, transmit(stego, quality, (0, 1), step, places)


def test_coefficients_are_those_that_jpeg_rounds(plane):
    flat = np.full((8, 16), 100, np.uint8)
    assert coefficients_of(flat, (0, 0)).tolist() == pytest.approx([800, 800])
    assert max(np.abs(coefficients_of(flat, frequency)).max() for frequency in FREQUENCIES[1:]) < 1e-3
    assert quantisation_table(50)[0, :3].tolist() == [16, 11, 10]
    energy = sum(np.square(coefficients_of(plane, frequency)).sum() for frequency in FREQUENCIES)
    assert energy == pytest.approx(np.square(plane.astype(float)).sum(), rel=1e-5)


def test_long_steps_outlive_what_short_ones_do_not(plane):
    wrong, quality = {}, {}
    for step in (12, 48):
        bits, stego, found = sent(plane, 50, step)
        wrong[step], quality[step] = (found.received != bits).mean(), psnr(stego, plane)
    assert wrong[48] < 0.01 < 0.3 < wrong[12] and quality[12] > quality[48] + 8


def test_codes_repair_what_arrives_damaged_until_it_is_too_much(plane):
    damage = {
        quality: (sent(plane, quality, 24)[2].messages != MESSAGE).sum(1) for quality in (90, 50, 40, 20)
    }
    assert damage[90].tolist() == [0, 0, 0]
    assert damage[50][0] > 0 and damage[50][1:].tolist() == [0, 0]
    assert damage[40][1] > 0 and damage[40][2] == 0
    assert damage[20].min() > 30


def test_every_message_has_blocks_of_its_own():
    bits, places = coded_bits(MESSAGE, 1024)
    assert [len(at) for at in places] == [144, 288, 576]
    assert len(np.unique(np.concatenate(places))) == 1008
    assert np.array_equal(bits[places[0]], MESSAGE)
