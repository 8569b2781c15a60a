"""What is done to training pictures: crops, colours, noise; the same again with the same seed."""

import dataclasses

import pytest
import torch

from train import augment, data
from train.synthetic import synthetic_pictures

PLAIN = augment.Augmentation(enlarged=0, dimmed=0, saturated=0, shuffled=0, shrunk=0, grainy=0, synthetic=0)


def augmented(pictures: torch.Tensor, **shares: float) -> torch.Tensor:
    uniform = torch.rand(len(pictures), 13, generator=torch.Generator().manual_seed(1))
    return augment.augment(pictures, dataclasses.replace(PLAIN, **shares), uniform) * 255


@pytest.fixture
def noise() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (16, 3, 64, 64), dtype=torch.uint8, generator=generator)


def test_without_changes_a_crop_is_the_picture_or_its_mirror_image(noise):
    crops = augmented(noise).round()
    mirrored = [torch.equal(c, p.flip(2)) for c, p in zip(crops, noise.float(), strict=True)]
    same = [torch.equal(c, p) for c, p in zip(crops, noise.float(), strict=True)]
    assert all(a != b for a, b in zip(mirrored, same, strict=True)) and any(mirrored) and any(same)


def test_shuffling_keeps_the_channels_but_not_their_order(noise):
    crops = augmented(noise, shuffled=1.0).round()
    sums, before = crops.sum((2, 3)), noise.float().sum((2, 3))
    assert torch.equal(sums.sort(1).values, before.sort(1).values)
    assert not torch.equal(sums, before)


def test_saturated_pictures_are_more_colourful():
    pale = (100 + data.generated(16, torch.Generator().manual_seed(0)) // 8).byte()
    spread = (augmented(pale, saturated=1.0).std(1) / pale.float().std(1).clamp_min(1)).mean((1, 2))
    assert spread.max() > 2.5 and spread.min() > 0.9


def test_dimmed_pictures_are_darker(noise):
    brightness = augmented(noise, dimmed=1.0).mean((1, 2, 3)) / noise.float().mean((1, 2, 3))
    assert brightness.max() < 0.82 and brightness.min() < 0.3


def test_enlarged_crops_are_smoother_and_on_8_bit_levels(noise):
    plain, enlarged = augmented(noise), augmented(noise, enlarged=1.0)
    assert (enlarged.diff(dim=3).abs().mean() < 0.9 * plain.diff(dim=3).abs().mean()).item()
    assert torch.equal((enlarged / 255 * 255).round() / 255, enlarged / 255)


def test_halved_pictures_are_mirrored_and_a_mean_of_four_pixels(noise):
    small = augmented(noise, shrunk=1.0)
    assert torch.equal(small, small.flip(3)) and torch.equal(small, small.flip(2))
    means = noise.float().unfold(2, 2, 2).unfold(3, 2, 2).mean((4, 5))
    same = (small[:, :, :32, :32] - means).abs().amax((1, 2, 3)) <= 0.51
    mirrored = (small[:, :, :32, :32] - means.flip(3)).abs().amax((1, 2, 3)) <= 0.51
    assert torch.all(same | mirrored)


def test_noise_differs_from_channel_to_channel_and_is_no_stronger_than_promised():
    grey = torch.full((32, 3, 64, 64), 128, dtype=torch.uint8)
    noise = augmented(grey, grainy=1.0) - 128
    deviations = noise.std((2, 3))
    assert 0.9 * augment.MAX_NOISE < deviations.max() < 1.1 * augment.MAX_NOISE and deviations.min() < 1
    assert (noise[:, 0] * noise[:, 1]).mean().abs() < 0.2
    assert torch.equal(augmented(grey, grainy=1.0) - 128, noise)


def batch(part: slice, share: float = 0.5) -> torch.Tensor:
    pictures = data.generated(8, torch.Generator().manual_seed(0))
    shares = dataclasses.replace(PLAIN, enlarged=0.5, shrunk=0.3, grainy=0.5, synthetic=share)
    pool = torch.cat([pictures, synthetic_pictures(10, 64, seed=0)])
    generator = torch.Generator().manual_seed(3)
    return next(augment.batches(pool, 6, shares, generator, part, synthetic=10))[0]


def test_batches_repeat_with_the_same_seed_and_are_shared_out_among_processes():
    whole = batch(slice(0, 6))
    assert torch.equal(whole, batch(slice(0, 6)))
    parts = torch.cat([batch(slice(0, 2)), batch(slice(2, 6))])
    assert torch.allclose(parts, whole, atol=1e-6)


def test_synthetic_pictures_repeat_and_differ_from_each_other():
    first = synthetic_pictures(10, 64, seed=0)
    assert first.shape == (10, 3, 64, 64) and first.dtype == torch.uint8
    again, other = (synthetic_pictures(10, 64, seed) for seed in (0, 1))
    assert torch.equal(first, again) and not torch.equal(first, other)
    assert len({picture.numpy().tobytes() for picture in first}) == 10
    assert not torch.equal(batch(slice(0, 6), 0.0), batch(slice(0, 6), 1.0))
