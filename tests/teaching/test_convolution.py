"""Convolution: the sums are PyTorch's, and the kernels do what their names say."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from steg.teaching.convolution import KERNELS, convolve


@pytest.mark.parametrize("size", [3, 5])
def test_it_is_what_pytorch_computes(size):
    pixels = np.random.default_rng(0).integers(0, 256, (23, 31)).astype(np.float64)
    kernel = np.random.default_rng(1).normal(size=(size, size))
    theirs = functional.conv2d(torch.from_numpy(pixels)[None, None], torch.from_numpy(kernel)[None, None])
    assert np.allclose(convolve(pixels, kernel), theirs[0, 0].numpy())


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
