"""Compare: what its handlers give the page, without a server."""

import json
import re
from pathlib import Path

import gradio as gr
import pytest
from PIL import Image

from steg.evaluation import Result, evaluate
from steg.methods import OFFERED
from steg.ui import attacks, compare, loader
from steg.ui.quality_plane import COLOURS, SHAPES, plane


@pytest.fixture(scope="module")
def results(photo) -> list[Result]:
    pair = photo("tulips.png", (96, 64)), photo("cat.png", (96, 64))
    return [evaluate(loader.method(name), *pair) for name in ("predictive", "prep-hide-reveal", "file")]


def test_every_method_is_attacked_and_shown_as_it_is_done(results):
    *between, last = attacks.attack_all(results, "jpeg", 90)
    assert [len(gallery) for gallery, *_ in between] == [1, 2] and "| ... |" in between[0][2]
    assert all(after == gr.skip() and said == "" for _, said, _, after in between)
    gallery, said, table, after = last
    assert len(after) == 3 and said.startswith("After the attack (JPEG, quality: 90)")
    assert [row.split(" | ")[0] for row in table.splitlines()[2:]] == [f"| {r.method}" for r in results]
    assert gallery[2][1] == "file after it: nothing; this arrived" and Image.open(gallery[2][0]).size == (
        96,
        64,
    )
    assert "| nothing | " in table and "..." not in table
    *_, (_, said, _, _) = attacks.attack_all(results, "jpeg", 30)
    assert "no secret can be recognised" in said
    *_, (_, said, _, _) = attacks.attack_all(results, "brightness", 100)
    assert "all secrets can be recognised" in said


def test_pictures_and_figures_of_every_method(results):
    captions = [caption for _, caption in compare.gallery_of(results)]
    assert captions[::3] == [
        f"predictive: stego, {results[0].cover_psnr:.1f} dB",
        "predictive: residual x20",
        f"predictive: revealed, {results[0].secret_psnr:.1f} dB",
    ]
    row = next(line for line in attacks.table_of(results).splitlines() if "prep-hide-reveal" in line)
    assert row.split(" | ")[3] == ""  # bits per pixel that cannot be counted
    least = max(results, key=lambda r: r.cover_psnr)
    assert f"**{least.method}** changed the cover least ({least.cover_psnr:.1f} dB)" in compare.best_of(
        results
    )
    answer, plot, columns, _ = compare.show_results(results)
    assert answer.visible and columns.columns == 3
    assert all(f">{r.method}</text>" in plot for r in results)


def test_the_files_hold_every_method(results):
    *_, (*_, after) = attacks.attack_all(results, "crop", 25)
    table, sheet = attacks.write_files(results, after, "crop", 25)
    assert len(Path(table).read_text(encoding="utf-8").splitlines()) == 1 + len(results)
    assert Image.open(sheet).width > 1000


@pytest.mark.parametrize(("kind", "ends", "side"), [("jpeg", (30, 100), "left"), ("noise", (0, 20), "right")])
def test_the_slider_says_where_it_gets_harsher(kind, ends, side):
    slider = attacks.setting_of(kind)
    assert (slider.minimum, slider.maximum) == ends and slider.info == f"Harsher to the {side}"


def test_the_curves_are_those_that_were_measured():
    tradeoff = json.loads(compare.TRADEOFF.read_text())
    curves = compare.curves(tradeoff)
    assert set(curves) == set(OFFERED)
    secret, cover = zip(*curves["file"], strict=True)
    assert list(cover) == sorted(cover, reverse=True) and list(secret) == sorted(secret) and len(cover) == 9


def test_methods_are_told_apart_and_named_wherever_they_are():
    same = {name: [(40.0, 40.0), (45.0, 35.0)] for name in OFFERED}  # they cover each other
    drawn = plane(same, "All alike", OFFERED)
    labels = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*font-weight[^>]*>([^<]+)</text>', drawn)
    assert [name for *_, name in labels] == list(OFFERED)
    assert len({(x, y) for x, y, _ in labels}) == len(OFFERED)
    alone = plane({"lsb": [(40.0, 40.0)]}, "One of them", OFFERED)
    assert COLOURS[OFFERED.index("lsb")] in alone and COLOURS[0] not in alone
    assert len(COLOURS) == len(SHAPES) == len(OFFERED)
