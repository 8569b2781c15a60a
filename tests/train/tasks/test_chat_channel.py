"""Simulated channels against real Pillow, and their gradients."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from steg.images.metrics import psnr
from steg.images.tiling import to_pixels, to_tensor
from train.tasks import chat_channel as channel

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def picture(photo) -> Image.Image:
    return photo("flower_meadow.png").crop((100, 100, 356, 292))


def pillow(image: Image.Image, quality: int, subsampled: bool) -> np.ndarray:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality, subsampling=2 if subsampled else 0)
    return np.asarray(Image.open(buffer).convert("RGB"))


@pytest.mark.parametrize(
    ("quality", "subsampled", "floor"), [(95, False, 48), (90, True, 44), (75, True, 44), (50, True, 43)]
)
def test_jpeg_is_pillows(picture, quality, subsampled, floor):
    ours = to_pixels(channel.jpeg(to_tensor(np.asarray(picture), CPU), quality, subsampled))
    theirs = pillow(picture, quality, subsampled)
    agreement, damage = psnr(ours, theirs), psnr(theirs, np.asarray(picture))
    assert agreement > floor and agreement > damage + 5


@pytest.mark.parametrize("quality", [1, 30, 50, 75, 95, 100])
def test_quantisation_tables_are_those_of_real_files(quality):
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "JPEG", quality=quality)
    real = Image.open(buffer).quantization  # by rows; ours in zigzag order
    order = [channel.BLOCK * row + column for row, column in channel.zigzag()]
    for number, text in enumerate((channel.LUMA_TABLE, channel.CHROMA_TABLE)):
        ours = channel.table(text, quality).flatten().tolist()
        assert ours == [real[number][index] for index in order]


@pytest.mark.parametrize("filter", channel.FILTERS)
def test_resizing_is_pillows(picture, filter):
    ours = to_pixels(channel.resized(to_tensor(np.asarray(picture), CPU), 0.5, filter))
    theirs = picture.resize((128, 96), filter).resize(picture.size, filter)
    assert psnr(ours, np.asarray(theirs)) > 50


def test_blur_keeps_flat_colour_and_takes_detail(picture):
    flat = torch.full((1, 3, 32, 32), 0.3)
    assert torch.allclose(channel.blurred(flat, 0.7), flat, atol=1e-6)
    x = to_tensor(np.asarray(picture), CPU)
    weak, strong = (channel.blurred(x, deviation).diff(dim=3).abs().mean() for deviation in (0.3, 0.8))
    assert strong < weak < x.diff(dim=3).abs().mean()


def test_a_border_is_cut_off_at_the_right():
    cut = channel.without_border(torch.zeros(1, 3, 16, 32), 5)
    assert cut.shape == (1, 3, 16, 32)
    assert (cut[..., 27:] == 0.5).all() and (cut[..., :27] == 0).all()


def test_contrast_and_brightness_move_levels_and_stay_in_range():
    picture = torch.tensor([0.0, 0.5, 1.0]).view(1, 1, 1, 3).expand(1, 3, 2, 3)
    contrast, brightness = torch.full((1, 3, 1, 1), 1.05), torch.full((1, 3, 1, 1), 0.02)
    found = channel.shifted(picture, contrast, brightness)[0, 0, 0]
    assert found.tolist() == pytest.approx([0.02, 0.545, 1.0])


def test_every_channel_keeps_levels_and_shape_and_has_gradients(picture):
    x = to_tensor(np.asarray(picture.crop((0, 0, 64, 64))), CPU)
    changed = set()
    for seed in range(40):
        stego = x.clone().requires_grad_()
        received = channel.Channel(seed, CPU)(stego)
        assert received.shape == x.shape and received.min() > -0.01 and received.max() < 1.01
        assert ((255 * received).round() - 255 * received).abs().max() < 1e-3
        received.square().mean().backward()
        assert torch.isfinite(stego.grad).all() and stego.grad.abs().sum() > 0
        changed.add(bool((received != x).any()))
    assert changed == {True, False}  # some channels are lossless


def test_a_channel_depends_on_its_seed_alone(picture):
    x = to_tensor(np.asarray(picture.crop((0, 0, 64, 64))), CPU)
    first = [channel.Channel(seed, CPU)(x) for seed in range(12)]
    again = [channel.Channel(seed, CPU)(x) for seed in range(12)]
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert len({picture.sum().item() for picture in first}) > 6


def test_the_gradient_of_jpeg_points_the_right_way(picture):
    """Rounding has no gradient of its own; the one that is taken for it has to lower a real error."""
    target = to_tensor(np.asarray(picture.crop((0, 0, 64, 64))), CPU)
    guess = torch.full_like(target, 0.5).requires_grad_()
    optimizer = torch.optim.Adam([guess], 0.03)
    errors = []
    for _ in range(40):
        error = (channel.jpeg(guess, 75, True) - target).square().mean()
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        errors.append(error.item())
    assert errors[-1] < errors[0] / 8
