"""Measures methods the way a receiver meets them: through the bytes of a PNG file.

    python -m train.evaluate kodak --hard --references --curve --out runs/report
    python -m train.evaluate kodak --channel --method robust --method predictive --method lsb

Picture i of a folder is the cover of picture (i + n/2) mod n, both cropped to a square from the centre.
With --channel, secrets are also revealed from JPEG files and resized pictures (`train.evaluate.channels`).
Writes report.json (with every pair), report.md, worst.png (the worst pairs), and with --curve tradeoff.png.
"""

import argparse
import io
import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import steg
from steg.images.metrics import psnr, ssim
from steg.images.reading import read_photo
from steg.images.resizing import resized
from steg.methods import DEFAULT, METHODS, NETWORKS, Sealed
from steg.weights import FOLDER
from train.data import ENDINGS, centre
from train.evaluate import channels as trips
from train.evaluate import hard_cases as hard
from train.evaluate.memory import peak_memory
from train.evaluate.references import Codec
from train.evaluate.report import as_markdown, contact_sheet, tradeoff_plot

CURVE = (0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1)  # strengths

Hide = Callable[[Image.Image, Image.Image], Image.Image]
Reveal = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class Pair:
    """A cover and a secret of the same size, and what they are called."""

    name: str
    cover: Image.Image
    secret: Image.Image


@dataclass(frozen=True)
class Subject:
    """Something that hides and reveals."""

    name: str
    hide: Hide
    reveal: Reveal


def pairs_of(folder: Path, crop: int, limit: int) -> list[Pair]:
    """Pairs from the first `limit` pictures of a folder (0: all), cropped to at most `crop` pixels a side.

    Raises:
        StegError: if there are fewer than two pictures, or one cannot be read.
    """
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in ENDINGS) if folder.is_dir() else []
    paths = paths[: limit or None]
    if len(paths) < 2:
        raise steg.StegError(f"{folder} has to be a folder with at least two pictures.")
    images = [centre(read_photo(path).image, crop) for path in paths]
    pairs = []
    for i, cover in enumerate(images):
        j = (i + len(images) // 2) % len(images)
        secret = images[j].resize(cover.size, Image.Resampling.LANCZOS)
        pairs.append(Pair(f"{paths[j].stem} in {paths[i].stem}", cover, secret))
    return pairs


def through_png(image: Image.Image) -> Image.Image:
    """What arrives when a picture is sent as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.getvalue()))


def subject_of(method: steg.Method, strength: float = 0.5) -> Subject:
    return Subject(
        method.name,
        lambda cover, secret: method.hide(cover, secret, strength=strength),
        lambda stego: method.reveal(stego).image,
    )


def load_for_figures(name: str, weights: Path | None = None) -> steg.Method:
    """The method, with a passphrase if it takes one: figures do not depend on which."""
    return steg.load(name, weights=weights, passphrase="figures" if name == Sealed.name else None)


def measure(subject: Subject, pairs: list[Pair]) -> dict:
    """PSNR in dB, SSIM, seconds per megapixel and memory of hiding and revealing all pairs.

    Returns:
        Figures by the names used in cards, and under "pictures" those of every pair.
    """
    rows, seconds, megapixels = [], np.zeros(2), 0.0
    with peak_memory() as memory:
        for pair in pairs:
            began = time.perf_counter()
            stego = subject.hide(pair.cover, pair.secret)
            hidden = time.perf_counter()
            received = through_png(stego)
            sent = time.perf_counter()
            revealed = subject.reveal(received)
            seconds += hidden - began, time.perf_counter() - sent
            megapixels += pair.cover.width * pair.cover.height / 1e6
            row = {"pair": pair.name}
            for name, before, after in (("cover", pair.cover, received), ("secret", pair.secret, revealed)):
                a, b = resized(np.asarray(before), after.size), np.asarray(after)
                row |= {f"{name}_psnr": round(psnr(a, b), 2), f"{name}_ssim": round(ssim(a, b), 4)}
            if hard.scans(pair.secret):
                row["scans"] = hard.scans(revealed)
            rows.append(row)
    figures = {}
    for name in ("cover", "secret"):
        db, similar = ([row[f"{name}_{kind}"] for row in rows] for kind in ("psnr", "ssim"))
        figures |= {
            f"{name}_psnr": round(float(np.mean(db)), 2),
            f"{name}_psnr_min": min(db),
            f"{name}_ssim": round(float(np.mean(similar)), 4),
        }
    return figures | {
        "hide_s_per_mpixel": round(seconds[0] / megapixels, 2),
        "reveal_s_per_mpixel": round(seconds[1] / megapixels, 2),
        "peak_memory_mib": memory.mib,
        "pictures": rows,
    }


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate", description="Measure methods on folders."
    )
    parser.add_argument("folders", type=Path, nargs="*", help="folders of pictures")
    parser.add_argument(
        "--method", action="append", choices=list(METHODS), help=f"default: {DEFAULT}; may be repeated"
    )
    parser.add_argument(
        "--weights", type=Path, help="safetensors file of the method, with its card beside it"
    )
    parser.add_argument(
        "--crop", type=int, default=512, help="side of the centre crop (default: %(default)s)"
    )
    parser.add_argument("--limit", type=int, default=0, help="use only the first N pictures of a folder")
    parser.add_argument("--hard", action="store_true", help="also measure on the generated hard cases")
    parser.add_argument(
        "--references", action="store_true", help="also measure LSB and codecs in the lowest bits"
    )
    parser.add_argument(
        "--curve", action="store_true", help="also measure the strengths, on the first folder"
    )
    parser.add_argument(
        "--channel",
        nargs="?",
        const=",".join(trips.CHANNELS),
        default="",
        metavar="NAMES",
        help=f"also measure what comes through these channels (alone: all): {','.join(trips.CHANNELS)}",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("runs/report"), help="folder to write (default: %(default)s)"
    )
    parser.add_argument(
        "--card", action="store_true", help="also write the methods' figures into their cards"
    )
    options = parser.parse_args(arguments)
    channels = [name for name in options.channel.split(",") if name]
    if unknown := set(channels) - set(trips.CHANNELS):
        parser.error(f"no channel {', '.join(sorted(unknown))}; choose from {', '.join(trips.CHANNELS)}")
    try:
        sets = {folder.name: pairs_of(folder, options.crop, options.limit) for folder in options.folders}
        methods = [load_for_figures(name, options.weights) for name in options.method or [DEFAULT]]
    except steg.StegError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    if options.hard:
        sets["hard cases"] = [Pair(name, *pair) for name, pair in hard.pairs().items()]
    if not sets:
        parser.error("name a folder, or add --hard")
    subjects = [subject_of(method) for method in methods]
    if options.references:
        if "lsb" not in (options.method or ()):
            subjects.append(subject_of(steg.load("lsb")))
        subjects += [Subject(r.name, r.hide, r.reveal) for r in (Codec(1), Codec(2))]

    report = {
        "machine": platform.processor() or platform.machine(),
        "crop": options.crop,
        "sets": {},
        "channels": {},
        "curve": {},
    }
    options.out.mkdir(parents=True, exist_ok=True)
    for name, pairs in sets.items():
        report["sets"][name] = {subject.name: measure(subject, pairs) for subject in subjects}
        if channels:
            found = {method.name: trips.measure(method, pairs, channels) for method in methods}
            report["channels"][name] = found
    if options.curve:
        pairs = next(iter(sets.values()))
        for strength in CURVE:
            figures = measure(subject_of(methods[0], strength), pairs)
            report["curve"][strength] = {k: v for k, v in figures.items() if k != "pictures"}
        tradeoff_plot(report, methods[0].name, next(iter(sets))).save(options.out / "tradeoff.png")
    contact_sheet(subjects[0], sets, report).save(options.out / "worst.png")
    (options.out / "report.json").write_text(json.dumps(report, indent=2) + "\n")
    (options.out / "report.md").write_text(as_markdown(report))
    print(as_markdown(report))
    if options.card:
        for method in (method for method in methods if method.name in NETWORKS):
            fill_card(method.name, options, report)
    return 0


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


if __name__ == "__main__":
    sys.exit(main())
