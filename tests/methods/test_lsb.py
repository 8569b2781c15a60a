"""LSB: the classic, with the number of bits in the header."""

import numpy as np
import pytest

import steg
from steg import Status
from steg.embedding import header
from steg.images.metrics import psnr


@pytest.mark.parametrize(("strength", "bits"), [(0, 1), (0.17, 2), (0.33, 3), (0.5, 4), (1, 4)])
def test_the_secrets_highest_bits_lie_in_the_covers_lowest(photo, through_png, strength, bits):
    cover, secret = photo("tulips.png"), photo("cat.png", (500, 500))
    lsb = steg.load("lsb")
    stego = lsb.hide(cover, secret, strength=strength)
    revealed = lsb.reveal(through_png(stego))
    assert revealed.status is Status.INTACT
    marked = np.zeros(np.asarray(stego).size, bool)
    marked[header.place(np.asarray(stego))] = True
    rest = ~marked.reshape(np.asarray(stego).shape)
    low = np.asarray(stego) & ((1 << bits) - 1)
    assert np.array_equal(low[rest], (np.asarray(secret) >> (8 - bits))[rest])
    error = np.abs(np.asarray(revealed.image, int) - np.asarray(secret))
    assert error[rest].max() <= 1 << (7 - bits)
    assert psnr(np.asarray(stego), np.asarray(cover)) > {1: 50, 2: 45, 3: 39, 4: 33}[bits]


def test_without_a_header_four_bits_are_assumed(photo):
    stego = np.array(steg.load("lsb").hide(photo("tulips.png"), photo("cat.png", (500, 500))))
    run = header.place(stego)
    stego.reshape(-1)[run] ^= 1
    revealed = steg.load("lsb").reveal(stego)
    assert revealed.status is Status.NO_HEADER
    assert psnr(np.asarray(revealed.image), np.asarray(photo("cat.png", (500, 500)))) > 30
