"""The residual: hand-made changes are found where and as they are."""

import numpy as np
import pytest
import scipy.ndimage

from steg.images.dct import luma
from steg.steganalysis import residual
from steg.steganalysis.residual import histogram, rms_by_colour, rms_by_texture


@pytest.fixture
def cover() -> np.ndarray:
    """Left half flat, right half noise."""
    pixels = np.full((32, 64, 3), 100, np.uint8)
    pixels[:, 32:] = np.random.RandomState(0).randint(50, 200, (32, 32, 3))
    return pixels


def test_residual_and_its_pictures_of_known_pixels():
    cover = np.array([[[10, 200, 0]]], np.uint8)
    stego = np.array([[[12, 197, 0]]], np.uint8)
    change = residual.compute_residual(cover, stego)
    assert change.tolist() == [[[2, -3, 0]]]
    assert residual.signed_picture(change, 10).tolist() == [[[148, 98, 128]]]
    assert residual.absolute_picture(change, 100).tolist() == [[[200, 255, 0]]]


def test_heat_grows_with_the_change_and_signs_have_colours():
    change = np.zeros((1, 3, 3), np.int16)
    change[0, 1], change[0, 2] = 1, 2
    brightness = residual.heat_map(change, 50).astype(int).sum(2)[0]
    assert brightness[0] < brightness[1] < brightness[2]
    red, _, blue = residual.channel_picture(np.array([[3], [-3]]), 30).transpose(2, 0, 1)
    assert red[0, 0] > blue[0, 0] and red[1, 0] < blue[1, 0]
    assert residual.channel_picture(np.array([[0]]), 30).max() < 10


def test_histogram_counts_shares_and_gathers_the_ends():
    change = np.array([0, 0, 1, -1, 20, -9, 8, 3], np.int16)
    shares = histogram(change)
    assert list(shares) == list(range(-8, 9)) and sum(shares.values()) == pytest.approx(1)
    assert shares[0] == 0.25 and shares[8] == 0.25 and shares[-8] == 0.125 and shares[5] == 0


def test_changes_are_found_in_the_texture_they_are_in(cover):
    change = np.zeros(cover.shape, np.int16)
    change[:, :28] = 2
    smooth, _, textured = rms_by_texture(cover, change)
    assert (smooth.name, textured.name) == ("smooth", "textured")
    assert 0.4 < smooth.share < 0.5 < textured.share < 0.6
    assert smooth.change == pytest.approx(2, abs=0.05) and textured.change == 0
    assert sum(area.share for area in rms_by_texture(cover, change)) == pytest.approx(1)


def test_local_deviation_is_scipys(cover):
    values = luma(cover)
    mean = scipy.ndimage.uniform_filter(values.astype(float), residual.WINDOW)
    square = scipy.ndimage.uniform_filter(np.square(values, dtype=float), residual.WINDOW)
    assert np.allclose(residual.local_deviation(values), np.sqrt((square - mean**2).clip(0)), atol=1e-3)


def test_grey_changes_are_brightness_and_blue_ones_mostly_colour():
    grey = rms_by_colour(np.full((4, 4, 3), 2, np.int16))
    assert grey["brightness"] == pytest.approx(2, abs=0.01)
    assert max(grey["blue-yellow"], grey["red-green"]) < 0.01
    blue = rms_by_colour(np.full((4, 4, 3), (0, 0, 2), np.int16))
    assert blue["blue-yellow"] == pytest.approx(1, abs=0.01)
    assert blue["brightness"] < 0.3


def test_a_residual_that_is_the_secret_leaks_it_and_noise_does_not(photo):
    secret = np.asarray(photo("cat.png", (160, 120)))
    noise = np.random.RandomState(0).randint(-2, 3, secret.shape)
    assert residual.leakage(secret.astype(np.int16) // 32 - 4, secret)["colours"] > 0.95
    assert max(residual.leakage(noise, secret).values()) < 0.15
    found = residual.leakage(np.sign(noise) * (secret // 64), secret)  # stronger where the secret is bright
    assert found["size"] > 0.6 > found["colours"]
    found = residual.leakage(np.sign(noise) * (np.roll(secret, 1, 1) != secret), secret)
    assert found["edges"] > found["colours"]
    assert set(residual.leakage(np.zeros(secret.shape, np.int16), secret).values()) == {0.0}
    assert residual.leakage_by_chance(secret.astype(np.int16) // 32 - 4, secret, "colours") < 0.9
    words = [residual.describe_leakage(x) for x in (0.05, 0.2, 0.5, 0.9)]
    assert words == ["does not show", "shows faintly", "shows", "shows plainly"]


def test_what_leaks_shows_in_the_averaged_residual(photo):
    secret = np.asarray(photo("cat.png", (160, 120)))
    signs = np.sign(np.random.RandomState(0).randint(-1, 2, secret.shape))
    residuals = {"colours": secret.astype(np.int16) // 32 - 4, "size": signs * (secret // 32)}
    for kind, change in residuals.items():
        averaged, alike = residual.leakage_pictures(change, secret, kind)
        assert averaged.shape == alike.shape == (15, 20, 3)
        assert np.corrcoef(averaged.ravel(), alike.ravel())[0, 1] > 0.8
        assert kind == "colours" or np.array_equal(averaged[..., 0], averaged[..., 2])


def test_the_change_around_a_pixel():
    change = np.zeros((20, 30, 3), np.int16)
    change[10, 15] = 7
    found = residual.local_rms(change)
    assert (
        found[10, 15] == pytest.approx(1) and found[13, 12] == pytest.approx(1) and not found[14, 15] > 1e-6
    )
