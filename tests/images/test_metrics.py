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


@pytest.mark.parametrize("shape", [(16, 16), (1040, 48)])
def test_noise_is_seen_in_smooth_parts_not_in_texture_and_not_where_it_is_fine(shape):
    rng = np.random.default_rng(0)
    coarse = rng.normal(0, 5, (shape[0] // 4, shape[1] // 4)).repeat(4, 0).repeat(4, 1)[..., None]
    texture = rng.integers(0, 2, (shape[0] // 4, shape[1] // 4), dtype=np.uint8).repeat(4, 0).repeat(4, 1)
    smooth, rough = (np.repeat(128 + x[..., None], 3, 2) for x in (0 * texture, 100 * texture))

    def seen(cover: np.ndarray, noise: np.ndarray) -> float:
        return metrics.grain(cover, (cover + noise).clip(0, 255).astype(np.uint8))

    assert seen(smooth, coarse) == 1 and seen(smooth, 0 * coarse) == 0
    assert seen(rough, coarse) < 0.1
    assert seen(smooth, rng.normal(0, 1, (*shape, 1))) < 0.1
    assert metrics.smoothness(smooth) == 1 and metrics.smoothness(rough) < 0.1


def test_words_for_noise_are_those_for_the_psnr_where_none_is_seen():
    assert metrics.describe_grain(0.9, 36) == "looks grainy at first glance"
    assert "smooth parts" in metrics.describe_grain(0.3, 36)
    assert metrics.describe_grain(0.01, 36) == metrics.describe_psnr(36)
