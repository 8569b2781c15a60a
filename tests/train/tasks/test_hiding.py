"""What networks are trained for, where it is more than an error."""

import torch

from steg.networks.prep_hide_reveal import PrepHideRevealConfig
from steg.networks.robust import PLACES, RobustConfig
from train.tasks.hiding import PrepHideRevealObjective, RobustObjective, any_places, larger

TINY = RobustConfig(width=8, depth=1, restore_width=4, restore_depth=1)


def pictures(seed: int) -> torch.Tensor:
    coarse = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(seed))
    return (torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic").clamp(0, 1) * 255).round() / 255


def test_what_is_not_learnt_is_computed_exactly_under_bfloat16(monkeypatch):
    """In bfloat16 JPEG's coefficients would be off by a level or so."""
    objective = RobustObjective(TINY)
    seen = []
    real = objective.network.read
    monkeypatch.setattr(
        objective.network, "read", lambda arrived, ways: seen.append(arrived) or real(arrived, ways)
    )
    for enabled in (False, True):
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            objective(pictures(0), pictures(1), torch.full((4,), 0.3), 0)
    assert torch.equal(*seen)


def test_doubt_costs_what_it_is_worth():
    """A sure hand that is far off costs more than an unsure one."""
    objective, draw = RobustObjective(TINY), torch.full((4,), 0.3)
    losses = []
    for doubt in (-4.0, -1.5):  # a fiftieth and a fifth of a turn
        objective.network.log_noise.data[:] = doubt
        losses.append(objective(pictures(0), pictures(1), draw, 0)[0].item())
    assert losses[0] > losses[1] + 0.2


def test_places_are_those_that_words_have():
    places = any_places(pictures(0), torch.Generator().manual_seed(0))
    assert places.shape == (4, len(PLACES), 8, 8)
    for row, count in zip(places.transpose(0, 1), PLACES, strict=True):
        assert row.unique().tolist() == list(range(count))


def test_secrets_are_restored_from_files_of_many_sizes():
    objective, secret = RobustObjective(TINY), larger(pictures(1))[0]
    small, large = (objective._compressed(secret, torch.tensor(draw))[0] for draw in (0.0, 1.0))
    assert (large - secret).square().mean() < (small - secret).square().mean() / 4


def test_training_pictures_of_the_robust_network_are_twice_as_large():
    assert larger(pictures(0)).shape == (4, 3, 128, 128)


def test_the_secret_counts_less_than_the_cover_by_balujas_weight():
    objective = PrepHideRevealObjective(PrepHideRevealConfig(share=5))
    loss, cover_error, secret_error = objective(pictures(0), pictures(1), torch.rand(4), 0)
    assert loss.item() == (cover_error + objective.secret_weight * secret_error + 1).log().mean().item()
