"""Convolution: the sums are PyTorch's, and a kernel answers to its own pattern."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from steg.teaching.convolution import (
    KERNELS,
    convolve,
    effective_size,
    normalised_correlation,
    template,
    window,
)


@pytest.fixture
def pixels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (23, 31)).astype(np.float64)


def test_a_sum_worked_out_by_hand():
    pixels = np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
    kernel = np.array([[1.0, 0], [0, -1]])
    assert convolve(pixels, kernel).tolist() == [[-5, -5, -5], [-5, -5, -5]]
    assert convolve(pixels, kernel, stride=2).tolist() == [[-5, -5]]
    assert convolve(pixels, kernel, dilation=2).tolist() == [[1 - 11, 2 - 12]]
    assert convolve(pixels, np.ones((5, 5))).size == 0


@pytest.mark.parametrize("size", [3, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2, 4])
def test_it_is_what_pytorch_computes(pixels, size, stride, dilation):
    kernel = np.random.default_rng(1).normal(size=(size, size))
    theirs = functional.conv2d(
        torch.from_numpy(pixels)[None, None], torch.from_numpy(kernel)[None, None],
        stride=stride, dilation=dilation,
    )  # fmt: skip
    ours = convolve(pixels, kernel, stride, dilation)
    assert np.allclose(ours, theirs[0, 0].numpy())
    place = ours.shape[0] - 1, ours.shape[1] // 2
    under = window(pixels, place, size, stride, dilation)
    assert under.shape == (size, size) and np.isclose((under * kernel).sum(), ours[place])


def test_kernels_do_what_their_names_say():
    ramp = np.tile(np.arange(9.0) * 10, (9, 1))  # brighter to the right
    flat = np.full((9, 9), 100.0)
    for name, kernel in KERNELS.items():
        keeps = name.startswith(("Blur", "Sharpen", "Emboss"))
        assert np.allclose(convolve(flat, kernel), 100 if keeps else 0), name
    assert (convolve(ramp, KERNELS["Sobel, left to right"]) == 80).all()
    assert (convolve(ramp, KERNELS["Sobel, top to bottom"]) == 0).all()
    assert (convolve(ramp.T, KERNELS["Sobel, top to bottom"]) == 80).all()
    assert np.allclose(convolve(ramp, KERNELS["Blur"]), ramp[1:-1, 1:-1])


def test_the_place_of_a_patch_is_found(pixels):
    patch = pixels[7:12, 13:18]
    kernel = template(patch)
    assert abs(kernel.sum()) < 1e-9
    found = normalised_correlation(pixels, kernel)
    assert np.unravel_index(found.argmax(), found.shape) == (7, 13) and np.isclose(found.max(), 1)
    assert found.min() >= -1 - 1e-9
    darker = normalised_correlation(pixels * 0.3 + 40, kernel)
    assert np.allclose(darker, found)  # whatever the brightness and the contrast
    assert np.isclose(normalised_correlation(-pixels, kernel)[7, 13], -1)
    assert (normalised_correlation(np.full((9, 9), 77.0), kernel) == 0).all()
    assert np.allclose(
        normalised_correlation(pixels, kernel, 2, 2)[0, 0],
        np.corrcoef(pixels[:9:2, :9:2].ravel(), patch.ravel())[0, 1],
    )


def test_reach():
    assert [effective_size(3), effective_size(3, 2), effective_size(5, 4)] == [3, 5, 17]
