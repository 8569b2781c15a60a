"""Colour maps: their ends, their middle, and never darker for more."""

import numpy as np

from steg.images.colormaps import AMOUNT, SIGNED, coloured


def test_known_colours():
    assert coloured(np.array([[0.0, 1.0, -3.0, 7.0]]), AMOUNT).tolist() == [
        [[0, 32, 77], [255, 234, 70], [0, 32, 77], [255, 234, 70]]
    ]
    assert coloured(np.array([[0.5]]), SIGNED).max() < 6


def test_more_is_brighter():
    luma = coloured(np.linspace(0, 1, 256)[None], AMOUNT)[0] @ [0.299, 0.587, 0.114]
    assert (np.diff(luma) >= -1).all() and luma[-1] - luma[0] > 150
