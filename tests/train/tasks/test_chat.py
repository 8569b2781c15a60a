"""What the robust network is trained for, where it is more than an error."""

import torch

from steg.networks.carriers import ALPHABET_SIZES
from train.command_line import configure
from train.tasks.chat import ChatTask, larger, random_symbols


def tiny_task() -> ChatTask:
    shape = "width=8,depth=1"
    return ChatTask(configure("robust", dry_run=True, shape=shape), [], torch.device("cpu"))


def pictures(seed: int) -> torch.Tensor:
    coarse = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(seed))
    return (torch.nn.functional.interpolate(coarse, (64, 64), mode="bicubic").clamp(0, 1) * 255).round() / 255


def test_what_is_not_learnt_is_computed_exactly_under_bfloat16(monkeypatch):
    """In bfloat16 JPEG's coefficients would be off by a level or so."""
    task, seen = tiny_task(), []
    real = task.network.demodulate
    monkeypatch.setattr(
        task.network,
        "demodulate",
        lambda received, *others: seen.append(received) or real(received, *others),
    )
    for enabled in (False, True):
        with torch.autocast("cpu", torch.bfloat16, enabled=enabled):
            task.loss(pictures(0), pictures(1), torch.full((4,), 0.3), 0)
    assert torch.equal(*seen)


def test_a_sigma_that_is_too_small_costs_more_than_the_right_one():
    """Phases far from their symbols cost more, the smaller the sigma that is claimed for them."""
    task, uniform = tiny_task(), torch.full((4,), 0.3)
    losses = []
    for log_sigma in (-4.0, -1.5):  # a fiftieth and a fifth of a period
        task.network.log_noise.data[:] = log_sigma
        losses.append(task.loss(pictures(0), pictures(1), uniform, 0)[0].item())
    assert losses[0] > losses[1] + 0.2


def test_random_symbols_are_those_of_the_alphabets():
    symbols = random_symbols(pictures(0), torch.Generator().manual_seed(0))
    assert symbols.shape == (4, len(ALPHABET_SIZES), 8, 8)
    for row, size in zip(symbols.transpose(0, 1), ALPHABET_SIZES, strict=True):
        assert row.unique().tolist() == list(range(size))


def test_training_pictures_of_the_robust_network_are_twice_as_large():
    assert larger(pictures(0), torch.rand(4)).shape == (4, 3, 128, 128)
