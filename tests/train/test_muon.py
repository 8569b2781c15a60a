"""Muon: orthogonal steps, and that they lead somewhere."""

import torch

from train.muon import Muon, orthogonalise


def test_singular_values_end_near_one():
    torch.manual_seed(0)
    for shape in ((3, 8, 30), (3, 30, 8)):
        values = torch.linalg.svdvals(orthogonalise(torch.randn(shape)))
        assert values.min() > 0.5 and values.max() < 1.3


def test_kernels_of_several_shapes_reach_a_known_optimum():
    torch.manual_seed(0)
    targets = [torch.randn(6, 4, 3, 3), torch.randn(6, 4, 3, 3), torch.randn(5, 2)]
    parameters = [torch.nn.Parameter(torch.zeros_like(t)) for t in targets]
    optimizer = Muon(parameters, lr=0.1)
    for step in range(300):
        optimizer.param_groups[0]["lr"] = 0.1 * (1 - step / 300)
        optimizer.zero_grad()
        sum((p - t).square().sum() for p, t in zip(parameters, targets, strict=True)).backward()
        optimizer.step()
    for parameter, target in zip(parameters, targets, strict=True):
        assert (parameter - target).abs().max() < 0.05
