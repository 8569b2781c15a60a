"""Comparing: figures of real files, what an attack leaves, and the handout."""

import csv
import io

import numpy as np
import pytest
from PIL import Image

import steg
from steg import evaluation as compare
from steg.images.metrics import psnr, ssim


@pytest.fixture(scope="module")
def methods(method) -> dict[str, steg.Method]:
    sealed = steg.load("sealed", passphrase="x")
    others = steg.load("robust"), steg.load("invertible"), steg.load("lsb"), sealed
    return {m.name: m for m in (method, *others)}


@pytest.fixture(scope="module")
def results(methods, photo) -> dict[str, compare.Result]:
    pair = photo("tulips.png", (128, 96)), photo("cat.png", (128, 96))
    return {name: compare.run(method, *pair) for name, method in methods.items()}


def test_figures_are_those_of_the_pictures(results):
    for name, result in results.items():
        figures = dict(zip(compare.COLUMNS, result.row, strict=True))
        before, after = np.asarray(result.cover), np.asarray(result.stego)
        assert figures["method"] == name
        assert figures["cover PSNR in dB"] == psnr(before, after)
        assert figures["cover SSIM"] == ssim(before, after)
        assert figures["secret PSNR in dB"] == psnr(np.asarray(result.secret), np.asarray(result.revealed))
        assert figures["secret PSNR in dB"] > (22 if name == "robust" else 30)
        assert figures["seconds to hide"] > 0


def test_bits_per_pixel_are_those_of_the_digits(results):
    bits = {name: result.row[5] for name, result in results.items()}
    assert bits["lsb"] == 12 and bits["invertible"] is None and bits["robust"] is None
    assert bits["sealed"] == pytest.approx(4.755, abs=0.001)
    assert bits["predictive"] == pytest.approx(3 * np.log2(5))


def test_jpeg_ends_what_is_hidden_in_digits_and_a_mild_attack_is_measured(methods, results):
    survivals = {n: compare.attack(methods[n], r, "jpeg", 90) for n, r in results.items()}
    assert survivals["sealed"].revealed is None and "Nothing is sealed" in survivals["sealed"].message
    assert survivals["predictive"].secret_psnr < 15
    assert survivals["lsb"].arrived.tobytes() != results["lsb"].stego.tobytes()


def test_a_crop_is_compared_with_that_part_of_the_secret(methods, results):
    survival = compare.attack(methods["lsb"], results["lsb"], "crop", 50)
    assert survival.revealed.size == (64, 48)
    assert survival.secret_psnr > 30  # every sample of LSB stands for itself


def test_the_robust_method_holds_where_the_others_fall(methods, results):
    for name, setting in (("jpeg", 90), ("jpeg", 75)):
        left = {n: compare.attack(methods[n], r, name, setting).secret_psnr or 0 for n, r in results.items()}
        best = max(left, key=left.get)
        assert best == "robust" and left[best] > 18, name


def test_the_robust_method_outlives_resizing_and_screenshots_and_crops(methods, photo):
    pair = photo("tulips.png", (300, 250)), photo("cat.png", (300, 250))
    result = compare.run(methods["robust"], *pair)
    for name, setting in (("resize", 60), ("screenshot", 90), ("crop", 25)):
        survival = compare.attack(methods["robust"], result, name, setting)
        assert survival.revealed.size == (300, 250) and survival.secret_psnr > 18, name


def test_trips_end_what_is_lossless_and_not_what_is_robust(methods, results):
    for name in ("predictive", "robust", "sealed"):
        secret = results[name].secret
        trips = dict(compare.travel(methods[name], results[name].stego, secret))
        assert list(trips) == list(compare.TRIPS)
        levels = [survival.secret_psnr for survival in trips.values()]
        if name == "sealed":
            assert levels == [None] * 4 and "Nothing is sealed" in trips["Chat"].message
        elif name == "robust":
            assert min(levels) > 18 and all("Found by its mark" in s.message for s in trips.values())
        else:
            assert max(levels) < 15


def test_a_large_cover_is_compared_in_the_size_it_is_sent(methods, photo):
    result = compare.run(methods["robust"], photo("coffee.jpg", (1620, 80)), photo("cat.png", (300, 200)))
    assert result.cover.size == result.stego.size == result.residual.size == (1600, 79)


def test_a_scribble_leaves_the_rest(methods, results):
    survival = compare.attack(methods["predictive"], results["predictive"], "scribble", 10)
    assert 10 < survival.secret_psnr < 35


def test_csv_and_handout_hold_everything(methods, results):
    rows = list(csv.reader(io.StringIO(compare.as_csv(list(results.values())))))
    assert tuple(rows[0]) == compare.COLUMNS and [row[0] for row in rows[1:]] == list(results)
    assert float(rows[1][1]) == pytest.approx(results["predictive"].row[1], abs=1e-3)
    survivals = [compare.attack(methods[n], r, "jpeg", 90) for n, r in results.items()]
    sheet = compare.handout(list(results.values()), survivals, "JPEG, quality: 90")
    assert sheet.size == (5 * 264 + 8, 52 + 5 * 308)
    tile = sheet.crop((8, 52, 8 + 128, 52 + 96))
    assert tile.tobytes() == results["predictive"].stego.tobytes()
    assert isinstance(sheet, Image.Image)
