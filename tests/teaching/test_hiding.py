"""The small network that is trained live: how fast it learns, and the weight of the errors."""

import itertools

import numpy as np
import pytest
import torch

from steg.teaching.hiding import Progress, train_to_hide


@pytest.fixture
def pictures(photo) -> list[np.ndarray]:
    names = ("tulips.png", "spiral_stairs.jpg", "rock_and_lake.png", "astronaut.jpg", "cat.png")
    return [np.asarray(photo(name, (64, 64))) for name in names]


def after(steps: int, pictures: list[np.ndarray], weight: float = 0.5) -> Progress:
    cover, secret, *others = pictures
    training = train_to_hide(cover, secret, others, lambda: weight)
    return next(itertools.islice(training, steps - 1, None))()


def test_the_same_seed_gives_the_same_training_and_leaves_torchs_generator_alone(pictures):
    state = torch.random.get_rng_state()
    first, second = (after(2, pictures) for _ in range(2))
    assert first.step == 2 and np.array_equal(first.stego, second.stego)
    assert first.cover_psnr == second.cover_psnr and torch.equal(torch.random.get_rng_state(), state)


def test_the_weight_decides_which_error_falls(pictures):
    for_cover, for_secret = after(60, pictures, 0.02), after(60, pictures, 0.98)
    assert for_cover.cover_psnr > for_secret.cover_psnr + 1
    assert for_secret.secret_psnr > for_cover.secret_psnr + 1


def test_both_pictures_are_recognisable_after_few_steps(pictures):
    first, later = after(1, pictures, 0.7), after(250, pictures, 0.7)
    assert max(first.cover_psnr, first.secret_psnr) < 12
    assert min(later.cover_psnr, later.secret_psnr) > 18.5
