"""Errors of batches of pictures, as tensors: what losses and the log of a training are made of."""

from torch import Tensor


def squared_error(a: Tensor, b: Tensor) -> Tensor:
    """Mean squared error of each picture of a batch, (B,), in squared 8-bit levels."""
    return (255 * (a - b)).square().mean((1, 2, 3))


def psnr(errors: Tensor) -> Tensor:
    """PSNR in dB of mean squared errors in squared 8-bit levels, of the same shape."""
    return 10 * (255**2 / errors.clamp_min(1e-3)).log10()
