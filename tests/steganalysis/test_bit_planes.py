"""Bit planes and spectra of pictures whose parts are known."""

import numpy as np

from steg.steganalysis.bit_planes import bit_plane, rings, spectrum, spectrum_difference


def test_planes_add_up_to_the_picture():
    pixels = np.random.RandomState(0).randint(0, 256, (5, 7, 3)).astype(np.uint8)
    assert sum((bit_plane(pixels, b) // 255).astype(int) << b for b in range(8)).tolist() == pixels.tolist()
    assert bit_plane(np.array([[[5, 2, 0]]], np.uint8), 0).tolist() == [[[255, 0, 0]]]


def test_stripes_are_two_points_beside_the_middle():
    x = np.arange(64)
    stripes = np.broadcast_to(128 + 100 * np.cos(2 * np.pi * x / 8), (64, 64)).round().astype(np.uint8)
    found = spectrum(np.repeat(stripes[..., None], 3, 2))
    found[29:36, 29:36] = 0  # the mean
    assert {tuple(p) for p in np.argwhere(found > found.max() - 1e-6)} <= {(32, 24), (32, 40)}


def test_fine_noise_is_added_to_fine_waves(photo):
    cover = np.asarray(photo("tulips.png", (96, 64)))
    checks = np.indices((64, 96)).sum(0) % 2 * 2 - 1  # the finest wave there is
    random = np.random.RandomState(0).randint(0, 3, (64, 96))
    stego = (cover.astype(int) + (checks * random)[..., None]).clip(0, 255).astype(np.uint8)
    low, middle, high = rings(spectrum_difference(stego, cover))
    assert high > 0.01 and high > middle > low and abs(low) < 0.001
    assert not spectrum_difference(cover, cover).any()
