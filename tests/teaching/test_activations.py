"""Activations: values and slopes are PyTorch's."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from steg.teaching.activations import FUNCTIONS, activate, slope, softmax, softmax_slope

THEIRS = {
    "ReLU": functional.relu,
    "Leaky ReLU": lambda x: functional.leaky_relu(x, 0.2),
    "GELU": functional.gelu,
    "Sigmoid": torch.sigmoid,
    "Tanh": torch.tanh,
}


@pytest.mark.parametrize("name", THEIRS)
def test_values_and_slopes(name):
    x = torch.linspace(-8, 8, 65, dtype=torch.float64, requires_grad=True)
    y = THEIRS[name](x)
    y.sum().backward()
    values = x.detach().numpy()
    assert np.allclose(activate(values, name, 0.2), y.detach().numpy())
    assert np.allclose(slope(values, name, 0.2), x.grad.numpy())


def test_softmax_and_its_slope():
    scores = np.random.default_rng(0).normal(size=(4, 3, 5)) * 5
    assert np.allclose(softmax(scores), torch.softmax(torch.from_numpy(scores), 0).numpy())
    assert np.allclose(softmax(scores + 1000), softmax(scores))
    step = np.zeros_like(scores)
    step[2] = 1e-6
    numeric = (softmax(scores + step)[2] - softmax(scores - step)[2]) / 2e-6
    assert np.allclose(softmax_slope(scores)[2], numeric, atol=1e-6)


def test_with_a_second_score_of_zero_softmax_is_the_sigmoid():
    x = np.linspace(-9, 9, 19)
    assert np.allclose(softmax(np.stack([x, 0 * x]))[0], activate(x, "Sigmoid"))


def test_extremes_and_unknown_names():
    assert activate(np.array([-1e4, 1e4]), "Sigmoid").tolist() == pytest.approx([0, 1])
    assert set(THEIRS) | {"Softmax"} == set(FUNCTIONS)
    for function in (activate, slope):
        with pytest.raises(ValueError, match="Softmax is none of"):
            function(np.zeros(1), "Softmax")
