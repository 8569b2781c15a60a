"""Compare: what its handlers give the page, without a server."""

import json
from pathlib import Path

import pytest
from PIL import Image

from steg.evaluation import Result, evaluate
from steg.methods import OFFERED
from steg.ui import compare, loader


@pytest.fixture(scope="module")
def results(photo) -> list[Result]:
    pair = photo("tulips.png", (96, 64)), photo("cat.png", (96, 64))
    return [evaluate(loader.method(name), *pair) for name in ("predictive", compare.SLOWEST, "file")]


def test_the_slowest_method_follows_the_others(results):
    first, last = compare.attack_all(results, "jpeg", 90)
    (_, few, after_few), (gallery, table, after) = first, last
    assert compare.SLOWEST not in few and (len(after_few), len(after)) == (2, 3)
    assert [row.split(" | ")[0] for row in table.splitlines()[2:]] == [f"| {r.method}" for r in results]
    assert gallery[2][1] == "file: nothing; this arrived" and Image.open(gallery[2][0]).size == (96, 64)
    assert "| file | " in table and "| nothing | " in table


def test_pictures_and_figures_of_every_method(results):
    captions = [caption for _, caption in compare.gallery_of(results)]
    assert captions[:3] == [
        f"predictive: stego, {results[0].cover_psnr:.1f} dB",
        "predictive: residual x20",
        f"predictive: revealed, {results[0].secret_psnr:.1f} dB",
    ]
    assert list(compare.plot_of(results)["method"]) == [r.method for r in results]
    row = next(line for line in compare.table_of(results).splitlines() if compare.SLOWEST in line)
    assert row.split(" | ")[5] == ""  # bits per pixel that cannot be counted


def test_the_files_hold_every_method(results):
    *_, after = list(compare.attack_all(results, "crop", 25))[-1]
    table, sheet = compare.write_files(results, after, "crop", 25)
    assert len(Path(table).read_text(encoding="utf-8").splitlines()) == 1 + len(results)
    assert Image.open(sheet).width > 1000


@pytest.mark.parametrize(("kind", "ends", "side"), [("jpeg", (30, 100), "left"), ("noise", (0, 20), "right")])
def test_the_slider_says_where_it_gets_harsher(kind, ends, side):
    slider = compare.setting_of(kind)
    assert (slider.minimum, slider.maximum) == ends and slider.info == f"Harsher to the {side}"


def test_the_curves_are_those_that_were_measured():
    tradeoff = json.loads(compare.TRADEOFF.read_text())
    frame = compare.curves(tradeoff)
    assert set(frame["method"]) == set(OFFERED)
    file = frame[frame["method"] == "file"]
    assert list(file["strength"]) == sorted(set(file["strength"])) and len(file) == 9
    assert frame["cover PSNR in dB"].between(*compare.Y_LIMITS).all()
    assert (
        file["cover PSNR in dB"].is_monotonic_decreasing and file["secret PSNR in dB"].is_monotonic_increasing
    )
