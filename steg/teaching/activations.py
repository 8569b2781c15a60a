"""Activation functions and their slopes, on arrays of any shape.

GELU: Hendrycks and Gimpel, arXiv:1606.08415, 2016; leaky ReLU: Maas, Hannun and Ng, ICML 2013.
"""

import math

import numpy as np
import torch

FUNCTIONS = ("ReLU", "Leaky ReLU", "GELU", "Sigmoid", "Tanh", "Softmax")
LEAK = 0.1  # the slope of the leaky ReLU left of 0; often 0.01, which cannot be seen in a curve


def activate(x: np.ndarray, function: str, leak: float = LEAK) -> np.ndarray:
    """Applies a function to every number; all but "Softmax", which is not elementwise, see `softmax`."""
    match function:
        case "ReLU":
            return np.maximum(x, 0)
        case "Leaky ReLU":
            return np.where(x > 0, x, leak * x)
        case "GELU":
            return x * _normal(x)
        case "Sigmoid":
            return 1 / (1 + np.exp(-np.clip(x, -500, 500)))
        case "Tanh":
            return np.tanh(x)
    raise ValueError(f"{function} is none of {FUNCTIONS[:-1]}")


def slope(x: np.ndarray, function: str, leak: float = LEAK) -> np.ndarray:
    """The derivative of `activate`; at the kink of ReLU and leaky ReLU the one on its left, as in PyTorch."""
    match function:
        case "ReLU":
            return np.where(x > 0, 1.0, 0.0)
        case "Leaky ReLU":
            return np.where(x > 0, 1.0, leak)
        case "GELU":
            return _normal(x) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
        case "Sigmoid":
            y = activate(x, "Sigmoid")
            return y * (1 - y)
        case "Tanh":
            return 1 - np.tanh(x) ** 2
    raise ValueError(f"{function} is none of {FUNCTIONS[:-1]}")


def softmax(scores: np.ndarray) -> np.ndarray:
    """Softmax along the first axis: positive numbers that add up to 1."""
    powers = np.exp(scores - scores.max(axis=0))
    return powers / powers.sum(axis=0)


def softmax_slope(scores: np.ndarray) -> np.ndarray:
    """Derivative of each softmax output by its own score: p (1 - p)."""
    shares = softmax(scores)
    return shares * (1 - shares)


def _normal(x: np.ndarray) -> np.ndarray:
    """The standard normal distribution function."""
    values = np.ascontiguousarray(x, np.float64)
    return (1 + torch.erf(torch.from_numpy(values / math.sqrt(2))).numpy()) / 2
