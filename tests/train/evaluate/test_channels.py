"""Figures by channel: what is measured, and that the command writes it into report and card."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg.channels import CHANNELS
from train.evaluate import channels, false_positives, methods
from train.evaluate.methods import Pair

ROOT = Path(__file__).parents[3]


PNG, JPEG_95, JPEG_75, CHAT = (CHANNELS[name] for name in ("png", "jpeg95", "jpeg75", "chat"))


def test_a_limit_on_the_size_is_measured_only_where_it_binds(photo):
    secret = photo("cat.png", (64, 64))
    small, large = (Pair("", photo("tulips.png", (side, 80)), secret) for side in (300, 1400))
    lsb = steg.load("lsb")
    assert set(channels.measure(lsb, [small], [PNG, CHAT])) == {"png"}
    assert channels.measure(lsb, [small, large], [CHAT]) == channels.measure(lsb, [large], [CHAT])


def test_lossless_methods_are_measured_to_fall_and_watermarks_to_stay(photo):
    pair = Pair("cat in tulips", photo("tulips.png", (128, 128)), photo("cat.png", (128, 128)))
    lsb = channels.measure(steg.load("lsb"), [pair], [PNG, JPEG_95])
    assert lsb["png"]["secret_psnr"] > 30 and lsb["png"]["found"] == 1
    assert lsb["jpeg95"]["secret_psnr"] < 15 and lsb["jpeg95"]["found"] == 0
    lossless = channels.measure(steg.load("file"), [pair], [PNG, JPEG_95])
    assert lossless["png"]["secret_psnr"] > 35
    assert lossless["jpeg95"] == {
        "secret_psnr": None,
        "secret_psnr_min": None,
        "found": 0,
        "lost": 1,
        "right": 0,
    }
    robust = channels.measure(steg.load("robust"), [pair], [PNG, JPEG_75])
    assert robust["png"]["found"] == robust["jpeg75"]["found"] == 1
    table = channels.as_markdown("pictures", {"lsb": lsb, "file": lossless}, ["png", "jpeg95", "chat"])
    assert "| JPEG 95, 4:4:4 |" in table and "| nothing |" in table and ", 100% |" in table
    assert "Left out: at most 1280 pixels on the longest side, JPEG 80." in table


def test_pixels_are_right_that_are_off_by_few_levels():
    secret = Image.new("RGB", (4, 2), (100, 100, 100))
    revealed = secret.copy()
    for x, level in enumerate((108, 109, 91, 92)):
        revealed.putpixel((x, 0), (100, level, 100))
    assert channels.share_right(revealed, secret) == 0.75 and channels.share_right(None, secret) == 0


def test_a_painted_file_gives_a_coarse_whole(photo):
    pair = Pair("", photo("rock_and_lake.png", (384, 384)), photo("coffee.jpg", (384, 384)))
    names = ["painted", "painted-corner", "painted-spots"]
    found = channels.measure(steg.load("file"), [pair], [CHANNELS[name] for name in names])
    assert all(figures["found"] == 1 and figures["secret_psnr"] > 28 for figures in found.values())


def test_the_command_writes_channels_into_report_and_card(folder, tmp_path, capsys):
    for name in ("robust.safetensors", "robust.json"):
        shutil.copy(ROOT / "weights" / name, tmp_path)
    weights, out = tmp_path / "robust.safetensors", tmp_path / "report"
    options = ["--method", "robust", "--channel", "png,jpeg90", "--card", "--weights", str(weights)]
    assert methods.main([str(folder), *options, "--out", str(out)]) == 0
    assert "| JPEG 90, 4:2:0 |" in capsys.readouterr().out
    report = json.loads((out / "report.json").read_text())["channels"]["pictures"]["robust"]
    card = json.loads((tmp_path / "robust.json").read_text())["figures"]["pictures"]
    assert card["channels"] == report and set(report) == {"png", "jpeg90"}
    assert report["jpeg90"]["found"] == 1 and "secret_psnr_min" in report["jpeg90"]


def test_an_unknown_channel_is_refused(folder, capsys):
    with pytest.raises(SystemExit):
        methods.main([str(folder), "--channel", "pigeon"])
    assert "no channel pigeon; choose from png, jpeg95" in capsys.readouterr().err


def test_watermarks_are_counted_where_there_are_some_and_only_there(folder, photo, capsys):
    assert false_positives.main([str(folder), "--variants", "4"]) == 0
    assert "0 of 10 unmarked pictures" in capsys.readouterr().out
    stego = steg.load("robust").hide(photo("tulips.png", (128, 128)), photo("cat.png", (128, 128)))
    assert false_positives.count(CHANNELS["jpeg95"].apply(stego), 0, np.random.RandomState(0)) == (1, 1)


def test_variants_are_crops_sizes_and_qualities(photo):
    random, image = np.random.RandomState(0), photo("tulips.png")
    variants = [false_positives.varied(image, random) for _ in range(30)]
    assert len({v.size for v in variants}) > 15 and max(max(v.size) for v in variants) <= 1600
    small = photo("tulips.png", (64, 64))
    assert {false_positives.varied(small, random).size for _ in range(5)} == {(64, 64)}


def test_a_source_without_pictures_ends_in_a_sentence(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "alone.png")
    assert false_positives.main([str(tmp_path / "empty")]) == 2
    assert "holds no pictures" in capsys.readouterr().err
    assert false_positives.main([str(tmp_path / "alone.png")]) == 2
    assert "neither a folder nor a zip" in capsys.readouterr().err
