"""Evaluation: figures from real PNG bytes, known references, hard cases, the report and the card."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg.evaluation import evaluate
from steg.images.metrics import IDENTICAL_DB, psnr
from steg.methods.base import Revealed, Status
from train.evaluate import hard_cases, methods
from train.evaluate.methods import Pair, mosaic_of, pairs_of
from train.evaluate.references import Codec, best_file, jpeg_2000
from train.evaluate.report import as_markdown

ROOT = Path(__file__).parents[3]


class Swap:
    """Takes the secret for the stego picture."""

    name, pixelwise = "swap", True

    def hide(self, cover, secret, *, strength=0.5):
        return secret

    def reveal(self, stego):
        return Revealed(stego, Status.NO_HEADER, "")


def test_a_method_that_swaps_pictures_is_measured_as_such(photo):
    pair = Pair("cat in coffee", photo("coffee.jpg", (64, 64)), photo("cat.png", (64, 64)))
    figures = methods.measure(Swap(), [pair])
    assert figures["secret_psnr"] == figures["secret_psnr_min"] == IDENTICAL_DB
    assert figures["secret_ssim"] == 1 and figures["cover_psnr"] < 15
    assert [row["pair"] for row in figures["pictures"]] == ["cat in coffee"]
    assert figures["peak_memory_mib"] > 50


def test_a_codec_fills_the_lowest_bits(photo):
    cover, secret = photo("tulips.png", (128, 128)), photo("cat.png", (128, 128))
    quality = []
    for bits, least in ((1, 50), (2, 45)):
        stego = Codec(bits).hide(cover, secret)
        assert psnr(np.asarray(stego), np.asarray(cover)) > least
        quality.append(psnr(np.asarray(Codec(bits).reveal(stego).image), np.asarray(secret)))
    assert 36 < quality[0] < quality[1] - 3
    assert len(best_file(secret, 3000)) <= 3000


def test_jpeg_2000_fills_its_room_and_codes_colours_together(photo):
    secret, size = photo("cat.png", (128, 128)), 6000
    data = jpeg_2000(secret, size)
    assert 0.98 * size < len(data) <= size and jpeg_2000(secret, 50) is None
    apart = io.BytesIO()
    secret.save(
        apart, "JPEG2000", irreversible=True, quality_mode="rates", quality_layers=[3 * 128**2 / size]
    )
    levels = [psnr(np.asarray(Image.open(file)), np.asarray(secret)) for file in (io.BytesIO(data), apart)]
    assert levels[0] > levels[1] + 1


def test_a_mosaic_is_large_enough_for_limits_to_bind(folder, photo):
    images = [photo("cat.png", (40, 60)), *[photo("tulips.png", (70, 50))] * 8]
    mosaic = mosaic_of(images)
    assert mosaic.size == (3 * 60, 3 * 40)
    assert mosaic.crop((60, 0, 120, 40)).tobytes() == images[1].crop((0, 0, 60, 40)).tobytes()
    pair, _ = pairs_of(folder, 64, 0, mosaic=True)
    assert pair.cover.size == (480, 384) and pair.secret.size == (64, 64)


def test_hard_cases_are_what_they_are_called():
    pairs = hard_cases.pairs()
    assert all(
        p.size == (hard_cases.SIDE, hard_cases.SIDE) and p.mode == "RGB"
        for pair in pairs.values()
        for p in pair
    )
    assert hard_cases.scans(pairs["QR code in a photo"][1]) and not hard_cases.scans(pairs["text in text"][1])
    assert np.asarray(pairs["photo in a night shot"][0]).mean() < 30
    cover, secret = pairs["text in text"]
    assert cover.tobytes() != secret.tobytes()


EXACT = [
    "text in a photo",
    "text in text",
    "screenshot in a photo",
    "line art in a photo",
    "QR code in a photo",
    "QR code in flat colour",
]


@pytest.mark.parametrize("passphrase", [None, "figures"], ids=["open", "locked"])
@pytest.mark.parametrize("name", EXACT)
def test_as_a_file_drawn_hard_cases_come_back_exactly(name, passphrase):
    cover, secret = hard_cases.pairs()[name]
    row = methods._row(
        Pair(name, cover, secret), evaluate(steg.load("file", passphrase=passphrase), cover, secret)
    )
    assert row["exact"] and row["cover_psnr"] > 49 and row.get("scans", True)


def test_the_report_counts_exact_secrets():
    pairs = [
        Pair(name, *hard_cases.pairs()[name]) for name in ("line art in a photo", "photo in a night shot")
    ]
    figures = methods.measure(steg.load("file"), pairs)
    report = {"sets": {"hard": {"file": figures}}, "chosen_channels": [], "channels": {}, "tradeoff": {}}
    assert "1 secrets exact" in as_markdown(report)


def test_the_command_writes_a_report_and_fills_the_card(folder, tmp_path, capsys):
    for name in ("predictive.safetensors", "predictive.json"):
        shutil.copy(ROOT / "weights" / name, tmp_path)
    weights, out = tmp_path / "predictive.safetensors", tmp_path / "report"
    options = [
        "--crop",
        "64",
        "--references",
        "--curve",
        "--card",
        "--method",
        "predictive",
        "--weights",
        str(weights),
        "--out",
        str(out),
    ]
    assert methods.main([str(folder), *options]) == 0
    table = capsys.readouterr().out
    assert (out / "report.md").read_text() in table
    for name in ("predictive", "lsb", "codec in 1 bit", "codec in 2 bits"):
        assert f"| {name} |" in table
    report = json.loads((out / "report.json").read_text())
    figures = report["sets"]["pictures"]["predictive"]
    assert len(figures["pictures"]) == 2 and figures["secret_psnr"] in [
        point["secret_psnr"] for point in report["tradeoff"]["methods"]["predictive"]
    ]
    tradeoff = json.loads((out / "tradeoff.json").read_text())
    assert tradeoff["pairs"] == 2 and tradeoff == report["tradeoff"]
    assert [p["strength"] for p in tradeoff["methods"]["predictive"]] == list(methods.STRENGTHS)
    card = json.loads((tmp_path / "predictive.json").read_text())["figures"]["pictures"]
    assert card["pairs"] == 2 and card["crop"] == 64 and card["secret_psnr"] == figures["secret_psnr"]
    assert f"| predictive | {card['cover_psnr']} ({card['cover_psnr_min']}) |" in table
    assert Image.open(out / "worst.png").width > 900 and Image.open(out / "tradeoff.png").width > 500


def test_a_folder_without_pictures_ends_in_a_sentence(tmp_path, capsys):
    Image.new("RGB", (32, 32)).save(tmp_path / "alone.png")
    for path in (tmp_path, tmp_path / "missing"):
        assert methods.main([str(path)]) == 2
        assert "at least two pictures" in capsys.readouterr().err
