"""What networks are trained for, where it is more than an error."""

import torch

from steg.networks.prep_hide_reveal import PrepHideRevealConfig
from steg.networks.robust import RobustConfig
from train.objectives import PrepHideRevealObjective, RobustObjective, larger

TINY = RobustConfig(width=8, depth=1, carriers=24, grid=16, smooth=4)


def pictures(seed: int) -> torch.Tensor:
    coarse = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(seed))
    return (torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic").clamp(0, 1) * 255).round() / 255


def test_what_is_not_learnt_is_computed_exactly_under_bfloat16(monkeypatch):
    """In bfloat16 JPEG's coefficients would be off by a level or so."""
    objective = RobustObjective(TINY)
    seen = []
    real = objective.network.hands
    monkeypatch.setattr(objective.network, "hands", lambda arrived: seen.append(arrived) or real(arrived))
    for enabled in (False, True):
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            objective(pictures(0), pictures(1), torch.full((4,), 0.3), 0)
    assert torch.equal(*seen)


def test_the_judge_of_noise_learns_how_far_hands_are_off():
    """A sure hand that is far off costs more than an unsure one; near, it is the other way round."""
    objective, draw = RobustObjective(TINY), torch.full((4,), 0.3)
    losses = []
    for doubt in (-4.0, -1.5):  # a fiftieth and a fifth of half a turn
        objective.network.log_noise.data[:] = doubt
        objective.network.prior.data.zero_()
        losses.append(objective(pictures(0), pictures(1), draw, 0)[0].item())
    assert losses[0] > losses[1] + 1


def test_training_pictures_of_the_robust_network_are_twice_as_large():
    assert larger(pictures(0)).shape == (4, 3, 128, 128)


def test_the_secret_counts_less_than_the_cover_by_balujas_weight():
    objective = PrepHideRevealObjective(PrepHideRevealConfig(share=5))
    loss, cover_error, secret_error = objective(pictures(0), pictures(1), torch.rand(4), 0)
    assert loss.item() == (cover_error + objective.secret_weight * secret_error + 1).log().mean().item()
