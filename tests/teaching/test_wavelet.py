"""The wavelet transform and the quality layers of a picture."""

import numpy as np
import pytest
from PIL import Image

from steg.images.dct import luma
from steg.images.metrics import psnr
from steg.teaching.wavelet import first_significant, prefixes, transform


@pytest.mark.parametrize("shape", [(32, 48), (21, 7)])
def test_flat_and_slanted_planes_have_no_details(shape):
    rows, columns = np.indices(shape)
    flat = transform(np.full(shape, 7.0), 2)
    low = np.s_[: -(-shape[0] // 4), : -(-shape[1] // 4)]
    assert np.allclose(flat[low], 7, atol=1e-4)
    flat[low] = 0
    assert np.abs(flat).max() < 1e-6
    slanted = transform(2.0 * rows + 3 * columns, 1)
    inner = slanted[shape[0] // 2 + 2 : -2, 2 : shape[1] // 2 - 2]  # mirroring bends the plane at its border
    assert np.abs(inner).max(initial=0) < 1e-6


def test_an_edge_makes_details_of_its_direction_alone():
    plane = np.zeros((32, 32))
    plane[:, 15:] = 100
    found = transform(plane, 1)
    assert np.abs(found[:16, 16:]).max() > 20
    assert np.abs(found[16:]).max() < 1e-6


def test_more_layers_are_more_bytes_a_better_picture_and_more_coefficients(photo):
    image = photo("cat.png", (96, 64))
    found = prefixes(image, [150, 400, 1000, 3000])
    sizes = [prefix.size for prefix in found]
    assert sizes == sorted(sizes) and sizes[-1] <= 3000 and len(found) == 4
    quality = [psnr(prefix.pixels, np.asarray(image)) for prefix in found]
    assert quality == sorted(quality) and quality[-1] > quality[0] + 8
    first = first_significant([prefix.pixels for prefix in found], 3)
    counts = np.bincount(first.ravel(), minlength=5)
    assert counts[0] > 0 and counts[0] < counts[:3].sum() < first.size
    known = first == 0
    large = np.abs(transform(luma(np.asarray(image)), 3))
    assert large[known].mean() > 5 * large[~known].mean()  # the largest come first


def test_a_black_picture_has_hardly_any_coefficients():
    found = prefixes(Image.new("RGB", (64, 64)), [100, 400])
    assert first_significant([prefix.pixels for prefix in found], 2).min() == len(found)
