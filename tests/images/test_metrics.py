"""PSNR by hand, SSIM against scikit-image."""

import math

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from steg.images import metrics


def test_psnr_of_hand_computed_cases():
    a = np.zeros((2, 2, 3), np.uint8)
    assert metrics.psnr(a, a) == metrics.IDENTICAL_DB
    assert metrics.psnr(a, a + 255) == 0
    b = a.copy()
    b[0, 0, 0] = 12  # mean squared error 144 / 12
    assert metrics.psnr(a, b) == pytest.approx(10 * math.log10(255**2 / 12))


@pytest.mark.parametrize("shape", [(40, 30), (1100, 24), (11, 11)])
def test_ssim_agrees_with_scikit_image(shape):
    rng = np.random.default_rng(0)
    a = rng.integers(0, 256, (*shape, 3), dtype=np.uint8)
    b = np.clip(a + rng.normal(0, 20, a.shape), 0, 255).astype(np.uint8)
    options = dict(
        channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255
    )
    _, scores = structural_similarity(a, b, full=True, **options)
    inside = scores[5 : shape[0] - 5, 5 : shape[1] - 5]
    assert metrics.ssim(a, b) == pytest.approx(inside.mean(), abs=1e-4)


def test_ssim_needs_room_for_its_window():
    a = np.zeros((10, 100, 3), np.uint8)
    assert math.isnan(metrics.ssim(a, a))
