"""Colour maps: their ends, their middle, and never darker for more."""

import numpy as np

from steg.images.colormaps import DIVERGING, SEQUENTIAL, apply_colormap


def test_known_colours():
    assert apply_colormap(np.array([[0.0, 1.0, -3.0, 7.0]]), SEQUENTIAL).tolist() == [
        [[0, 32, 77], [255, 234, 70], [0, 32, 77], [255, 234, 70]]
    ]
    assert apply_colormap(np.array([[0.5]]), DIVERGING).max() < 6


def test_more_is_brighter():
    luma = apply_colormap(np.linspace(0, 1, 256)[None], SEQUENTIAL)[0] @ [0.299, 0.587, 0.114]
    assert (np.diff(luma) >= -1).all() and luma[-1] - luma[0] > 150
