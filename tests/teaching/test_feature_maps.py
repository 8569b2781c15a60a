"""Looking over a network's shoulder: what is shown is what the network does."""

import numpy as np
import pytest

import steg
from steg.images.metrics import psnr
from steg.teaching.feature_maps import decoding_steps, invertible_steps, preparation_maps


@pytest.fixture(scope="module")
def pair(photo) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(photo("tulips.png", (96, 64))), np.asarray(photo("cat.png", (96, 64)))


def test_the_secret_sinks_until_the_cover_branch_is_the_stego_picture(pair):
    invertible = steg.load("invertible")
    steps = invertible_steps(invertible, *pair)
    assert len(steps) == len(invertible.network.couplings) + 1
    first, last = dict(map(reversed, steps[0].pictures)), dict(map(reversed, steps[-1].pictures))
    assert np.array_equal(first["cover branch"], pair[0])
    assert np.array_equal(first["secret branch"], pair[1])
    assert np.unique(first["what was added to it, x10"]).tolist() == [128]
    stego = invertible.hide_pixels(*pair, 0.5, None)
    assert np.abs(last["cover branch"].astype(int) - stego).max() <= 1
    assert psnr(last["secret branch"], pair[1]) < 25  # nothing of it is left there


def test_the_prepared_secret_is_shown_filter_by_filter(pair):
    steps = preparation_maps(steg.load("prep-hide-reveal"), pair[1])
    assert len(steps) == 2 and "Layer 2" in steps[1].sentence
    for step in steps:
        pictures, captions = zip(*step.pictures, strict=True)
        assert all(x.shape[:2] == pair[1].shape[:2] and x.std() > 0 for x in pictures)
        assert len(set(captions)) == len(captions) and all(c.startswith("filter ") for c in captions)


def test_the_secret_is_decoded_from_coarse_to_fine(method, pair):
    base = method.digits_at(0.5)["base"]
    stego = method.hide_pixels(*pair, 0.5, None)
    steps = decoding_steps(method, stego, base)
    assert len(steps) == 4
    last = dict(map(reversed, steps[-1].pictures))
    revealed = method.reveal_pixels(stego, None, None)
    assert psnr(last["smoothed"], revealed) > 45  # the method may compute in bfloat16
    assert psnr(last["smoothed"], pair[1]) > psnr(last["after the digits"], pair[1])
    for step, stride in zip(steps, (4, 2, 1), strict=False):
        shown = dict(map(reversed, step.pictures))
        assert shown["predicted"].shape == pair[1].shape
        known, predicted = (shown[name][::stride, ::stride] for name in ("after the digits", "predicted"))
        secret = pair[1][::stride, ::stride]
        assert psnr(known, secret) > psnr(predicted, secret)
        if stride > 1:
            assert np.array_equal(shown["predicted"][0, 0], shown["predicted"][stride - 1, stride - 1])
