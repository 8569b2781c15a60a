"""What the Compare tab lets people take away: the table and the handout hold every result."""

import csv
import io

import pytest

import steg
from steg.channels import ATTACKS
from steg.evaluation import evaluate, transmit
from steg.ui.handout import COLUMNS, as_csv, handout


@pytest.fixture(scope="module")
def methods(method) -> list[steg.Method]:
    return [method, steg.load("lsb")]


@pytest.fixture(scope="module")
def results(methods, photo):
    pair = photo("tulips.png", (128, 96)), photo("cat.png", (128, 96))
    return [evaluate(method, *pair) for method in methods]


def test_the_table_holds_every_figure(results):
    rows = list(csv.reader(io.StringIO(as_csv(results))))
    assert rows[0] == list(COLUMNS) and [row[0] for row in rows[1:]] == ["predictive", "lsb"]
    assert float(rows[1][1]) == pytest.approx(results[0].cover_psnr, abs=1e-3)


def test_the_handout_shows_every_picture(methods, results):
    channel = ATTACKS["jpeg"].at(90)
    after = [transmit(m, r.stego, r.secret, channel) for m, r in zip(methods, results, strict=True)]
    sheet = handout(results, after, channel.label)
    assert sheet.size == (5 * 264 + 8, 52 + 2 * 308)
    assert sheet.crop((8, 52, 8 + 128, 52 + 96)).tobytes() == results[0].stego.tobytes()
