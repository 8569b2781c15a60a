"""Features: worked out by hand, unchanged where they should be, and what they tell of JPEG."""

import numpy as np
import pytest

from steg.channels import coded
from steg.networks.detector import DetectorConfig
from steg.steganalysis.features import (
    OF_COLOURS,
    OF_NEIGHBOURS,
    blocks,
    colour_triples,
    extract_features,
    lattice,
    neighbour_triples,
    residuals_of,
)


@pytest.fixture
def pixels(photo) -> np.ndarray:
    return np.asarray(photo("rock_and_lake.png", (160, 128)))


def planes(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.int16).transpose(2, 0, 1)


def test_there_are_as_many_as_the_detector_takes(pixels):
    found = extract_features(pixels)
    assert found.shape == (DetectorConfig().features,) and np.isfinite(found).all()


def test_triples_that_are_alike_are_one_class():
    assert OF_NEIGHBOURS.max() + 1 == 39 and OF_COLOURS.max() + 1 == 63
    codes = {(a, b, c): 25 * (a + 2) + 5 * (b + 2) + c + 2 for a in (-1, 2) for b in (0,) for c in (-1, 2)}
    assert OF_NEIGHBOURS[codes[-1, 0, 2]] == OF_NEIGHBOURS[codes[2, 0, -1]]
    assert OF_COLOURS[codes[-1, 0, 2]] != OF_COLOURS[codes[2, 0, -1]]


def test_shares_of_a_ramp_worked_out_by_hand():
    ramp = np.tile(np.arange(20, dtype=np.int16), (3, 20, 1))
    first = residuals_of(ramp)[0]
    found = neighbour_triples(first, 1.0)  # all are 1, 1, 1 along rows and 0, 0, 0 along columns
    assert np.sort(found)[-2:] == pytest.approx(np.sqrt([0.5, 0.5])) and (found > 0).sum() == 2
    assert (colour_triples(residuals_of(ramp)[1], 1.0) > 0).sum() == 1  # second differences are zero


def test_a_picture_turned_or_mirrored_has_the_same_triples(pixels):
    for change in (np.rot90, np.fliplr, np.flipud):
        for before, after in zip(
            residuals_of(planes(pixels)), residuals_of(planes(change(pixels))), strict=True
        ):
            assert neighbour_triples(after, 1.0) == pytest.approx(neighbour_triples(before, 1.0))


def test_noise_in_each_colour_alone_moves_the_triples_of_colours(pixels):
    noise = np.random.default_rng(0).integers(-1, 2, (*pixels.shape[:2], 3))
    apart, together = (np.clip(pixels + n, 0, 255).astype(np.uint8) for n in (noise, noise[..., :1]))
    distances = [
        np.abs(
            colour_triples(residuals_of(planes(changed))[2], 1.0)
            - colour_triples(residuals_of(planes(pixels))[2], 1.0)
        ).sum()
        for changed in (apart, together)
    ]
    assert distances[0] > 2 * distances[1]


@pytest.mark.parametrize("shift", [(0, 0), (3, 5)])
def test_changes_after_jpeg_show_at_any_place_of_its_grid(photo, shift):
    image = photo("rock_and_lake.png", (256, 256))
    jpeg = np.asarray(coded(image, "JPEG", quality=85))[shift[0] :, shift[1] :]
    noise = np.random.default_rng(0).integers(-2, 3, jpeg.shape)
    changed = np.clip(jpeg + noise, 0, 255).astype(np.uint8)
    known, deviation = ({}, {})
    for name, pixels in (("photo", np.asarray(image)), ("jpeg", jpeg), ("changed", changed)):
        found = blocks(pixels, planes(pixels))[-9:]
        known[name], deviation[name] = found[0], found[6]
    assert known["jpeg"] > 0.8 > 0.5 > known["photo"]
    assert deviation["changed"] > 1.5 * deviation["jpeg"]


def test_a_flat_picture_has_no_lattice():
    assert lattice(np.full((64, 64), 90.0)).tolist() == [0.0] * 9
