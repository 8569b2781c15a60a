"""Padding: sizes and borders are PyTorch's."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from steg.teaching.convolution import convolve
from steg.teaching.padding import MODES, border_pixels, output_length, pad, padding_widths


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("length", [16, 17])
@pytest.mark.parametrize(("kernel", "stride", "dilation"), [(3, 1, 1), (5, 2, 1), (3, 3, 2), (9, 4, 1)])
def test_the_formula_predicts_the_size(mode, length, kernel, stride, dilation):
    pixels = np.random.default_rng(0).normal(size=(length, length))
    before, after = padding_widths(length, kernel, mode, 2, stride, dilation)
    padded = pad(pixels, (before, after), (before, after), mode)
    result = convolve(padded, np.ones((kernel, kernel)), stride, dilation)
    assert result.shape == (output_length(length, kernel, before, after, stride, dilation),) * 2
    if mode == "same":
        assert len(result) == -(-length // stride) and after - before in (0, 1)


@pytest.mark.parametrize(("mode", "theirs"), [("zeros", "constant"), ("reflect", "reflect")])
def test_borders_are_those_of_pytorch(mode, theirs):
    pixels = np.arange(20.0).reshape(4, 5)
    ours = pad(pixels, (1, 2), (3, 0), mode)
    expected = functional.pad(torch.from_numpy(pixels)[None, None], (3, 0, 1, 2), theirs)[0, 0]
    assert np.array_equal(ours, expected.numpy())


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
def test_same_is_that_of_pytorch():
    pixels, kernel = (
        np.random.default_rng(1).normal(size=(9, 12)),
        np.random.default_rng(2).normal(size=(4, 4)),
    )
    rows, columns = (padding_widths(length, 4, "same") for length in pixels.shape)
    expected = functional.conv2d(
        torch.from_numpy(pixels)[None, None], torch.from_numpy(kernel)[None, None], padding="same"
    )
    assert np.allclose(convolve(pad(pixels, rows, columns, "same"), kernel), expected[0, 0].numpy())


def test_by_hand():
    assert padding_widths(48, 5, "none", 3) == (0, 0) and padding_widths(48, 5, "reflect", 3) == (3, 3)
    assert padding_widths(48, 4, "same") == (1, 2) and padding_widths(8, 1, "same", stride=4) == (0, 0)
    assert output_length(48, 5, 2, 2) == 48 and output_length(48, 3, 0, 0, 2) == 23
    assert output_length(4, 5, 0, 0) == 0
    assert pad(np.array([[1.0, 2, 3]]), (0, 0), (2, 2), "reflect").tolist() == [[3, 2, 1, 2, 3, 2, 1]]
    with pytest.raises(ValueError, match="more pixels than it adds"):
        pad(np.ones((3, 3)), (0, 0), (3, 3), "reflect")
    assert sorted(border_pixels(np.arange(9).reshape(3, 3))) == [0, 1, 2, 3, 5, 6, 7, 8]
