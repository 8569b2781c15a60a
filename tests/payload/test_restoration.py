"""Restoration of decoded pictures: in tiles of any size, for pictures of any size, only where it helps."""

import numpy as np
import pytest
import torch

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.networks.restoration import (
    STEPS,
    RestorationConfig,
    RestorationNetwork,
    log_half_intervals,
    to_bands,
)
from steg.payload import klt
from steg.payload.klt import SCALE, Planes
from steg.payload.pictures import Codec, Coded
from steg.payload.restoration import GAINS_BYTES, Restorer, fit_gains, restore, typical_step

ALL = bytes([0x88] * GAINS_BYTES)  # gains of 1


@pytest.fixture(scope="module")
def network() -> RestorationNetwork:
    """A small network whose every layer does something."""
    torch.manual_seed(0)
    network = RestorationNetwork(RestorationConfig(width=8, blocks=1))
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.15)
    return network.eval()


@pytest.fixture(scope="module")
def coded(photo):
    """A function: (width, height) -> a picture of that size, and its planes, decoded."""

    def code(size: tuple[int, int]) -> tuple[np.ndarray, Planes]:
        picture = photo("tulips.png", size)
        layers = klt.to_layers(picture, [size[0] * size[1] * 5 // 8])
        return np.asarray(picture), klt.decode(layers, size)

    return code


@pytest.mark.parametrize("size", [(300, 200), (301, 77), (17, 130)])
def test_tiles_give_what_the_whole_picture_gives(network, coded, size):
    _, planes = coded(size)
    whole, tiled = restore(planes, network, ALL), restore(planes, network, ALL, tile=64)
    assert whole.shape == (size[1], size[0], 3) and whole.dtype == np.uint8
    assert np.abs(whole.astype(int) - tiled).max() <= 1 and (whole != tiled).mean() < 0.001
    assert 0.1 < np.abs(whole.astype(int) - klt.to_pixels(planes)).mean() < 10


def test_gains_of_0_leave_the_picture_as_it_is(network, coded):
    _, planes = coded((120, 90))
    restored = restore(planes, network, bytes(GAINS_BYTES)).astype(int)
    assert np.abs(restored - klt.to_pixels(planes)).max() <= 1
    assert (restored != klt.to_pixels(planes)).mean() < 0.001
    assert np.array_equal(restore(planes, network, b""), klt.to_pixels(planes))


def test_gains_never_make_the_picture_worse_and_ask_for_what_helps(coded):
    """A network that knows half the answer wants a gain of 2; one that knows its opposite is of no use."""
    picture, planes = coded((128, 96))
    lost = klt.to_planes(picture, planes.transform) - planes.values.astype(np.int32)
    errors = to_bands(torch.tensor(lost).permute(2, 0, 1)[None].float() / SCALE)

    class Oracle(RestorationNetwork):
        def corrections(self, bands, step):
            return type(errors)(*(band / 2 * sign for band in errors))

    sign = 1
    oracle = Oracle(RestorationConfig(width=8, blocks=1)).eval()
    gains = fit_gains(planes, picture, oracle)
    assert gains == bytes([0xFF] * GAINS_BYTES)  # 15 eighths is the most
    assert psnr(restore(planes, oracle, gains), picture) > psnr(klt.to_pixels(planes), picture) + 5
    sign = -1
    assert fit_gains(planes, picture, oracle) == b""


def test_gains_of_a_large_picture_are_fitted_to_parts_of_it(network, coded):
    picture, planes = coded((520, 390))
    seen = []
    hook = network.stem.register_forward_hook(lambda module, x, y: seen.append(y.shape[2] * y.shape[3] * 4))
    gains = fit_gains(planes, picture, network)
    hook.remove()
    assert len(seen) == 5 and sum(seen) < picture.size / 3
    assert len(gains) in (0, GAINS_BYTES)


@pytest.mark.parametrize("size", [(1, 40), (15, 30)])
def test_tiny_pictures_are_not_restored(network, photo, size):
    picture = photo("tulips.png", size)
    planes = klt.decode(klt.to_layers(picture, [800]), size)
    assert fit_gains(planes, np.asarray(picture), network) == b""
    assert np.array_equal(restore(planes, network, ALL), klt.to_pixels(planes))


def test_pictures_that_take_long_are_neither_restored_nor_asked_to_be():
    restorer = Restorer(lambda: RestorationNetwork(RestorationConfig(width=8, blocks=1)))
    huge = Coded(Codec.KLT, (4001, 4000), [])
    assert restorer.fit(huge, np.empty((4000, 4001, 3), np.uint8)) == b""
    with pytest.raises(StegError, match="damaged"):
        restorer.restore(huge, ALL)


def test_the_typical_step_is_the_same_in_strips(coded):
    values = coded((200, 160))[1].values
    assert typical_step(values, rows=32) == pytest.approx(typical_step(values, rows=160), rel=1e-4)
    fine, coarse, _ = to_bands(torch.tensor(values[..., :1]).permute(2, 0, 1)[None].float() / SCALE)
    logarithms = torch.cat([log_half_intervals(fine, 1).flatten(), log_half_intervals(coarse, 2).flatten()])
    assert typical_step(values) == pytest.approx(2 ** logarithms.nanmean().item(), rel=1e-4)


def test_coefficients_are_multiples_of_half_a_step(photo):
    """As the decoder gives fractions of a level."""
    picture = photo("cat.png", (128, 128))
    planes = klt.decode(klt.to_layers(picture, [8000]), picture.size)
    fine, coarse, _ = to_bands(torch.tensor(planes.values).permute(2, 0, 1)[None].float() / klt.SCALE)
    for bands, level in ((fine[..., 4:-4, 4:-4], 1), (coarse[..., 4:-4, 4:-4], 2)):
        multiples = bands / (torch.tensor(STEPS[level]).repeat_interleave(3)[:, None, None] / 2)
        assert (multiples - multiples.round()).abs().max() < 0.3
        assert (multiples.round() != 0).float().mean() > 0.1


def test_without_coefficients_the_typical_step_is_1():
    assert typical_step(np.zeros((32, 32, 3), np.int16)) == 1
