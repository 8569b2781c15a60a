"""Muon: momentum whose every step is made orthogonal, for convolution kernels.

A gradient step seen as a matrix is mostly a few strong directions; Muon gives all directions the same
length, which trains this network several times faster than Adam (see README.md beside this file).
PyTorch's own `torch.optim.Muon` takes matrices only and steps one at a time; here kernels of one shape are
flattened to matrices, stacked and stepped together.

Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks", 2024,
https://kellerjordan.github.io/posts/muon/ (Newton-Schulz coefficients from there).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor


def orthogonalise(matrices: Tensor, steps: int = 5) -> Tensor:
    """Pushes all singular values of (N, rows, columns) matrices towards 1 (they end between 0.7 and 1.2)."""
    wide = matrices.mT if matrices.shape[1] > matrices.shape[2] else matrices
    x = wide / (wide.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(steps):
        gram = x @ x.mT
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.mT if wide is not matrices else x


class Muon(torch.optim.Optimizer):
    """Optimizer for parameters of two or more dimensions; the first is taken as rows, the rest as columns."""

    def __init__(self, parameters: Iterable[Tensor], lr: float, momentum: float = 0.95, bf16: bool = False):
        super().__init__(parameters, {"lr": lr, "momentum": momentum})
        self.precision = torch.bfloat16 if bf16 else torch.float32  # of making steps orthogonal

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> Any:
        """One step along the momentum of each gradient, made orthogonal; `closure` as in `Optimizer.step`."""
        with torch.enable_grad():
            loss = closure() if closure else None
        for group in self.param_groups:
            by_shape = defaultdict(list)
            for parameter in group["params"]:
                by_shape[parameter.shape].append(parameter)
            for shape, parameters in by_shape.items():
                updates = torch.stack([self._momentum(p, group["momentum"]) for p in parameters])
                size = max(1.0, shape[0] / shape[1:].numel()) ** 0.5
                steps = orthogonalise(updates.flatten(2).to(self.precision))
                for parameter, update in zip(parameters, steps, strict=True):
                    parameter.add_(update.view(shape), alpha=-group["lr"] * size)
        return loss

    def _momentum(self, parameter: Tensor, momentum: float) -> Tensor:
        """Nesterov momentum of the gradient."""
        state = self.state[parameter]
        if not state:
            state["momentum"] = torch.zeros_like(parameter)
        gradient = parameter.grad
        assert gradient is not None  # every kernel takes part in every loss
        state["momentum"].lerp_(gradient, 1 - momentum)
        return gradient.lerp(state["momentum"], momentum)
