"""Figures of methods on folders of pictures, as a receiver meets them: through the bytes of real files.

    python -m train.evaluate kodak --hard --references --out runs/report
    python -m train.evaluate kodak --curve --method file --method predictive --method lsb
    python -m train.evaluate kodak --channel --method robust --method predictive --method lsb
    python -m train.evaluate kodak --mosaic --limit 8 --channel chat --method robust

Picture i of a folder is the cover of picture (i + n/2) mod n, both cropped to a square from the centre.
With --mosaic, covers are 3x3 mosaics of whole pictures, large enough for a chat to resize them.
With --channel, secrets are also revealed from JPEG files and resized pictures (`train.evaluate.channels`).
Writes report.json (with every pair), report.md, worst.png (the worst pairs), and with --curve tradeoff.json
and tradeoff.png, which are kept in examples/ and shown on the page.
"""

import argparse
import io
import json
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from ssimulacra2 import compute_ssimulacra2

import steg
from steg.channels import CHANNELS
from steg.evaluation import Measurable, Result, evaluate
from steg.images.metrics import IDENTICAL_DB
from steg.images.reading import read_photo
from steg.methods import DEFAULT, NETWORKS, OFFERED
from steg.weights import FOLDER
from train.data import ENDINGS, centre
from train.evaluate import channels, hard_cases
from train.evaluate.memory import peak_memory
from train.evaluate.references import Codec
from train.evaluate.report import as_markdown, contact_sheet, tradeoff_plot

STRENGTHS = (0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1)  # of the curve
EYES = "cover_ssimulacra2"
LEVELS = "cover_psnr", "cover_ssim", "secret_psnr", "secret_ssim"
OF_CURVE = *LEVELS, EYES, "cover_psnr_min", "secret_psnr_min"  # figures


@dataclass(frozen=True)
class Pair:
    """A cover and a secret, and what they are called."""

    name: str
    cover: Image.Image
    secret: Image.Image


def pairs_of(folder: Path, crop: int, limit: int, mosaic: bool = False) -> list[Pair]:
    """Pairs from the first `limit` pictures of a folder (0: all).

    Args:
        folder: of pictures.
        crop: side of the square that is cut from the centre of each, in pixels; smaller ones give less.
        limit: how many pictures are used.
        mosaic: take a 3x3 mosaic of whole pictures, from the cover's on, for each cover.

    Raises:
        StegError: if there are fewer than two pictures, or one cannot be read.
    """
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in ENDINGS) if folder.is_dir() else []
    paths = paths[: limit or None]
    if len(paths) < 2:
        raise steg.StegError(f"{folder} has to be a folder with at least two pictures.")
    whole = [read_photo(path).image for path in paths]
    images = [centre(image, crop) for image in whole]
    pairs = []
    for i, image in enumerate(images):
        j = (i + len(images) // 2) % len(images)
        cover = mosaic_of([whole[(i + k) % len(whole)] for k in range(9)]) if mosaic else image
        secret = images[j] if mosaic else images[j].resize(cover.size, Image.Resampling.LANCZOS)
        pairs.append(Pair(f"{paths[j].stem} in {paths[i].stem}", cover, secret))
    return pairs


def mosaic_of(images: list[Image.Image]) -> Image.Image:
    """Nine pictures in three rows, turned to lie across and cropped to the smallest of them."""
    images = [i if i.width >= i.height else i.transpose(Image.Transpose.ROTATE_90) for i in images]
    width, height = min(i.width for i in images), min(i.height for i in images)
    mosaic = Image.new("RGB", (3 * width, 3 * height))
    for number, image in enumerate(images):
        mosaic.paste(image.crop((0, 0, width, height)), (number % 3 * width, number // 3 * height))
    return mosaic


def measure(method: Measurable, pairs: list[Pair], strength: float = 0.5) -> dict:
    """PSNR in dB, SSIM, SSIMULACRA 2, seconds per megapixel and memory of hiding and revealing all pairs.

    Returns:
        Figures by the names used in cards, and under "pictures" those of every pair.
    """
    rows, hide_seconds, reveal_seconds, megapixels = [], 0.0, 0.0, 0.0
    with peak_memory() as memory:
        for pair in pairs:
            result = evaluate(method, pair.cover, pair.secret, strength)
            hide_seconds += result.hide_seconds
            reveal_seconds += result.reveal_seconds
            megapixels += pair.cover.width * pair.cover.height / 1e6
            rows.append(_row(pair, result))
    figures: dict[str, float] = {}
    for name in ("cover", "secret"):
        levels = [row[f"{name}_psnr"] for row in rows]
        similarities = [row[f"{name}_ssim"] for row in rows]
        figures |= {
            f"{name}_psnr": round(float(np.mean(levels)), 2),
            f"{name}_psnr_min": min(levels),
            f"{name}_ssim": round(float(np.mean(similarities)), 4),
        }
    return figures | {
        EYES: round(float(np.mean([row[EYES] for row in rows])), 1),
        "hide_s_per_mpixel": round(hide_seconds / megapixels, 2),
        "reveal_s_per_mpixel": round(reveal_seconds / megapixels, 2),
        "peak_memory_mib": memory.mib,
        "pictures": rows,
    }


def _row(pair: Pair, result: Result) -> dict:
    """The figures of one pair, rounded; whether its secret is exact, and whether a QR code still scans."""
    row: dict[str, Any] = {"pair": pair.name, "exact": result.secret_psnr == IDENTICAL_DB}
    row |= {name: round(getattr(result, name), 2 if name.endswith("psnr") else 4) for name in LEVELS}
    row[EYES] = seen(result.cover, result.stego)
    if hard_cases.scans(pair.secret):
        row["scans"] = hard_cases.scans(result.revealed)
    return row


def seen(cover: Image.Image, stego: Image.Image) -> float:
    """SSIMULACRA 2: how much of the change eyes see; from 90 on nothing, 70 high and 50 medium quality.

    Source: https://github.com/cloudinary/ssimulacra2
    """
    files = [io.BytesIO(), io.BytesIO()]
    for file, image in zip(files, (cover, stego), strict=True):
        image.save(file, "PNG")
    return round(float(compute_ssimulacra2(*files)), 1)


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate", description="Measure methods on folders."
    )
    add = parser.add_argument
    names = ",".join(CHANNELS)
    add("folders", type=Path, nargs="*", help="folders of pictures")
    add("--method", action="append", choices=OFFERED, help=f"default: {DEFAULT}; may be repeated")
    add("--weights", type=Path, help="safetensors file of the method, with its card beside it")
    add("--crop", type=int, default=512, help="side of the centre crop (default: %(default)s)")
    add("--limit", type=int, default=0, help="use only the first N pictures of a folder")
    add("--mosaic", action="store_true", help="large covers: 3x3 mosaics of whole pictures")
    add("--hard", action="store_true", help="also measure on the generated hard cases")
    add("--references", action="store_true", help="also measure LSB and codecs in the lowest bits")
    add("--curve", action="store_true", help="also measure all strengths, on the first folder")
    text = f"also measure what comes through these channels (alone: all): {names}"
    add("--channel", nargs="?", const=names, default="", metavar="NAMES", help=text)
    text = "folder to write (default: %(default)s)"
    add("--out", type=Path, default=Path("runs/report"), help=text)
    add("--card", action="store_true", help="also write the methods' figures into their cards")
    options = parser.parse_args(arguments)
    options.channels = [name for name in options.channel.split(",") if name]
    if unknown := set(options.channels) - set(CHANNELS):
        parser.error(f"no channel {', '.join(sorted(unknown))}; choose from {', '.join(CHANNELS)}")
    if not (options.folders or options.hard):
        parser.error("name a folder, or add --hard")
    return options


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    options = options_of(arguments)
    try:
        sets = {
            f"{folder.name} mosaics" if options.mosaic else folder.name: pairs_of(
                folder, options.crop, options.limit, options.mosaic
            )
            for folder in options.folders
        }
        methods = [steg.load(name, weights=options.weights) for name in options.method or [DEFAULT]]
    except steg.StegError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    if options.hard:
        sets["hard cases"] = [Pair(name, *pair) for name, pair in hard_cases.pairs().items()]
    report = report_of(options, sets, methods)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.curve:
        tradeoff = report["tradeoff"]
        (options.out / "tradeoff.json").write_text(json.dumps(tradeoff, indent=2) + "\n")
        tradeoff_plot(tradeoff).save(options.out / "tradeoff.png")
    contact_sheet(methods[0], sets, report).save(options.out / "worst.png")
    (options.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    (options.out / "report.md").write_text(as_markdown(report))
    print(as_markdown(report))
    if options.card:
        for method in (method for method in methods if method.name in NETWORKS):
            fill_card(method.name, options, report)
    return 0


def report_of(
    options: argparse.Namespace, sets: dict[str, list[Pair]], methods: list[steg.Method]
) -> dict[str, dict]:
    """All figures that the options ask for."""
    subjects: list[Measurable] = [*methods]
    if options.references:
        subjects += [steg.load("lsb")] if "lsb" not in (options.method or ()) else []
        subjects += [Codec(1), Codec(2)]
    report = {
        "machine": platform.processor() or platform.machine(),
        "crop": options.crop,
        "sets": {name: {s.name: measure(s, pairs) for s in subjects} for name, pairs in sets.items()},
        "chosen_channels": options.channels,
        "channels": {},
        "tradeoff": {},
    }
    if options.channels:
        chosen = [CHANNELS[name] for name in options.channels]
        report["channels"] = {
            name: {method.name: channels.measure(method, pairs, chosen) for method in methods}
            for name, pairs in sets.items()
        }
    if options.curve:
        name, pairs = next(iter(sets.items()))
        curves = {method.name: curve_of(method, pairs) for method in methods}
        report["tradeoff"] = {"set": name, "pairs": len(pairs), "crop": options.crop, "methods": curves}
    return report


def curve_of(method: steg.Method, pairs: list[Pair]) -> list[dict]:
    """Figures at all strengths, or at one where the strength makes no difference."""
    points = []
    for strength in STRENGTHS if method.has_strength else (0.5,):
        figures = measure(method, pairs, strength)
        points.append({"strength": strength} | {name: figures[name] for name in OF_CURVE})
    return points


def fill_card(name: str, options: argparse.Namespace, report: dict) -> None:
    """Writes a method's figures into its card, by the name of the set they were measured on."""
    path = (options.weights or FOLDER / f"{name}.safetensors").with_suffix(".json")
    card = json.loads(path.read_text())
    for set_name, rows in report["sets"].items():
        figures = {key: value for key, value in rows[name].items() if key != "pictures"}
        if set_name in report["channels"]:
            figures["channels"] = report["channels"][set_name][name]
        card["figures"][set_name] = {"pairs": len(rows[name]["pictures"]), "crop": options.crop, **figures}
    path.write_text(json.dumps(card, indent=2) + "\n")
