"""Tiles: the same result as in one piece, and progress on the way."""

import numpy as np
import pytest
import torch

import steg
from steg.images.tiling import run_tiled
from steg.networks.invertible import InvertibleConfig, InvertibleNetwork

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def network() -> InvertibleNetwork:
    torch.manual_seed(0)
    network = InvertibleNetwork(InvertibleConfig(blocks=2, width=8, guess_width=8))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return network


def pictures(height: int, width: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (height, width, 3), dtype=np.uint8) for _ in range(2)]


@pytest.mark.parametrize("size", [(200, 300), (64, 500), (130, 66)])
def test_tiled_equals_whole_to_one_grey_level(network, size):
    cover, secret = pictures(*size)
    options = dict(halo=network.receptive_radius, device=CPU)
    for function, inputs in ((network.hide, (cover, secret)), (network.reveal, (cover,))):
        whole = run_tiled(function, *inputs, tile=1000, **options)
        tiled = run_tiled(function, *inputs, tile=64, **options)
        assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_without_halo_the_seams_show(network):
    cover, secret = pictures(128, 128)
    whole = run_tiled(network.hide, cover, secret, halo=0, device=CPU, tile=1000)
    tiled = run_tiled(network.hide, cover, secret, halo=0, device=CPU, tile=64)
    assert np.abs(whole.astype(int) - tiled).max() > 1


def test_progress_rises_to_one(network):
    reported = []
    run_tiled(network.hide, *pictures(96, 96), halo=0, device=CPU, tile=32, progress=reported.append)
    assert reported == pytest.approx([i / 9 for i in range(1, 10)])


def test_a_bundled_network_tiles_a_real_photograph(photo):
    network = steg.load("invertible").network
    cover, secret = photo("flower_meadow.png"), photo("spiral_stairs.jpg", (768, 546))
    inputs = [np.asarray(cover), np.asarray(secret)]
    options = dict(halo=network.receptive_radius, device=CPU)
    whole = run_tiled(network.hide, *inputs, tile=1000, **options)
    tiled = run_tiled(network.hide, *inputs, tile=400, **options)
    assert np.abs(whole.astype(int) - tiled).max() <= 1
