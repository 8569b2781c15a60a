"""Evaluation: figures through real files, and what channels leave of the secret."""

import numpy as np
import pytest

import steg
from steg.channels import ATTACKS, CHANNELS
from steg.evaluation import Result, Transmission, bits_per_pixel, evaluate, transmit
from steg.images.metrics import psnr, ssim


@pytest.fixture(scope="module")
def methods(method) -> dict[str, steg.Method]:
    others = (steg.load(name) for name in ("file", "robust", "invertible", "lsb"))
    return {m.name: m for m in (method, *others)}


@pytest.fixture(scope="module")
def results(methods, photo) -> dict[str, Result]:
    pair = photo("tulips.png", (128, 96)), photo("cat.png", (128, 96))
    return {name: evaluate(method, *pair) for name, method in methods.items()}


def attacked(method: steg.Method, result: Result, name: str, setting: float) -> Transmission:
    return transmit(method, result.stego, result.secret, ATTACKS[name].at(setting))


def test_figures_are_those_of_the_pictures(results):
    for name, result in results.items():
        cover, stego = np.asarray(result.cover), np.asarray(result.stego)
        assert result.method == name
        assert result.cover_psnr == psnr(cover, stego) and result.cover_ssim == ssim(cover, stego)
        assert result.secret_psnr == psnr(np.asarray(result.secret), np.asarray(result.revealed))
        assert result.secret_psnr > (22 if name == "robust" else 30)
        assert result.hide_seconds > 0 and result.reveal_seconds > 0


def test_bits_per_pixel_are_those_of_the_digits(results):
    bits = {name: result.bits_per_pixel for name, result in results.items()}
    assert bits["lsb"] == 12 and bits["invertible"] is None and bits["robust"] is None
    assert bits["file"] == pytest.approx(3 * 1.62, abs=0.05)
    assert bits["predictive"] == pytest.approx(3 * np.log2(5))
    assert bits_per_pixel(None) is None


def test_jpeg_ends_what_is_hidden_in_digits_and_a_mild_attack_is_measured(methods, results):
    after = {n: attacked(methods[n], r, "jpeg", 90) for n, r in results.items()}
    assert after["file"].revealed is None and "Nothing is hidden" in after["file"].message
    assert after["file"].status is None and after["robust"].status is steg.Status.MARKED
    assert after["predictive"].secret_psnr < 15
    assert after["lsb"].received.tobytes() != results["lsb"].stego.tobytes()


def test_a_crop_is_compared_with_that_part_of_the_secret(methods, results):
    after = attacked(methods["lsb"], results["lsb"], "crop", 50)
    assert after.revealed.size == (64, 48)
    assert after.secret_psnr > 30  # every sample of LSB stands for itself


def test_the_robust_method_holds_where_the_others_fall(methods, results):
    for name, setting in (("jpeg", 90), ("jpeg", 75)):
        left = {n: attacked(methods[n], r, name, setting).secret_psnr or 0 for n, r in results.items()}
        best = max(left, key=left.get)
        assert best == "robust" and left[best] > 18, name


def test_the_robust_method_outlives_resizing_and_screenshots_and_crops(methods, photo):
    pair = photo("tulips.png", (300, 250)), photo("cat.png", (300, 250))
    result = evaluate(methods["robust"], *pair)
    for name, setting in (("resize", 60), ("screenshot", 90), ("crop", 25)):
        after = attacked(methods["robust"], result, name, setting)
        assert after.revealed.size == (300, 250) and after.secret_psnr > 18, name


def test_channels_end_what_is_lossless_and_not_what_is_robust(methods, results):
    lossy = [CHANNELS[name] for name in ("jpeg95", "jpeg85", "jpeg75", "chat")]
    for name in ("predictive", "robust", "file"):
        stego, secret = results[name].stego, results[name].secret
        after = [transmit(methods[name], stego, secret, channel) for channel in lossy]
        levels = [transmission.secret_psnr for transmission in after]
        if name == "file":
            assert levels == [None] * 4 and "Nothing is hidden" in after[-1].message
        elif name == "robust":
            assert min(levels) > 18 and all("Pixels were changed since" in t.message for t in after)
        else:
            assert max(levels) < 15


def test_a_large_cover_is_compared_in_the_size_it_is_sent(methods, photo):
    result = evaluate(methods["robust"], photo("coffee.jpg", (1620, 80)), photo("cat.png", (300, 200)))
    assert result.cover.size == result.stego.size == result.residual(20).size == (1280, 63)


def test_a_scribble_leaves_the_rest(methods, results):
    assert 10 < attacked(methods["predictive"], results["predictive"], "scribble", 10).secret_psnr < 35
