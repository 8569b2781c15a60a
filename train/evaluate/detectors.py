"""ROC curves of the detectors, and the area under them (AUC), for the stego pictures of every method.

    python -m train.evaluate.detectors --photos kodak --data tiny-imagenet-200.zip

Pictures that no network was trained on. Of photographs, picture i is the cover of picture (i + n/2) mod n,
both cropped to a square from the centre, and a detector's score is the mean over squares of 64x64 pixels.
Each method hides in each cover; everything is judged as a PNG file holds it. Writes roc.json, roc.md and
roc.png; `--card` puts the figures of the trained detectors into their cards.
"""

import argparse
import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from torch import nn

import steg
from steg.channels import ATTACKS
from steg.errors import StegError
from steg.evaluation import through_png
from steg.methods import OFFERED, LosslessFile
from steg.steganalysis.classical import run_attacks
from steg.steganalysis.learned import detect
from steg.weights import FOLDER, STEGO_OR_CLEAN, STEGO_OR_CLEAN_RESIDUAL, load_network, read_card
from train import data
from train.evaluate.classification import FALSE_POSITIVE_RATES, auc, roc
from train.evaluate.methods import Pair, pairs_of
from train.evaluate.report import roc_plot

TRAINED = STEGO_OR_CLEAN, STEGO_OR_CLEAN_RESIDUAL
CLASSICAL = "chi_square", "sample_pairs", "plane_order"
EDITS = {"jpeg": 90, "noise": 2, "resize": 50, "brightness": 95}  # harmless things done to clean pictures
FALSE_POSITIVE_RATE = 0.05  # at which true positive rates are given
STRENGTHS = {LosslessFile.name: (0, 0.5, 1)}  # other than the middle, where they make a difference

Scores = dict[str, np.ndarray]  # detector -> a number for each picture, higher is more suspicious


def tiny_pairs(sources: list[Path], pairs: int) -> list[Pair]:
    """Pairs of unseen Tiny ImageNet pictures: the validation split, covers first."""
    _, unseen = data.load_all(sources)
    images = [Image.fromarray(p.permute(1, 2, 0).numpy()) for p in unseen[: 2 * pairs]]
    half = len(images) // 2
    return [Pair(str(i), images[i], images[half + i]) for i in range(half)]


def kinds_of(pairs: list[Pair]) -> Iterator[tuple[str, list[Image.Image]]]:
    """Clean pictures, clean ones after harmless edits, and each method's stego pictures, by name."""
    yield "clean", [pair.cover for pair in pairs]
    for name, number in EDITS.items():
        attack = ATTACKS[name]
        yield f"clean, {attack.label.lower()} {number}", [attack.apply(p.cover, number) for p in pairs]
    for name in OFFERED:
        method = steg.load(name)
        for strength in STRENGTHS.get(name, (0.5,)):
            label = name if strength == 0.5 else f"{name}, strength {strength:g}"
            yield label, list(_stego(method, pairs, strength))


def _stego(method: steg.Method, pairs: list[Pair], strength: float) -> Iterator[Image.Image]:
    """The stego pictures of all pairs but those whose cover the method refuses, as one all in black."""
    for pair in pairs:
        with contextlib.suppress(StegError):
            yield method.hide(pair.cover, pair.secret, strength=strength)


def scores_of(images: list[Image.Image], networks: dict[str, nn.Module]) -> Scores:
    """Scores of every detector for pictures received as PNG files."""
    received = [np.asarray(through_png(image)) for image in images]
    scores = {name: np.array([detect(n, x).logit for x in received]) for name, n in networks.items()}
    classical = [run_attacks(x) for x in received]
    return scores | {name: np.array([getattr(s, name) for s in classical]) for name in CLASSICAL}


def figures_of(kinds: dict[str, Scores]) -> dict[str, dict]:
    """From the scores of `kinds_of` to figures.

    Returns:
        For each detector `methods`, with AUC, ROC curve (at `FALSE_POSITIVE_RATES`) and the true positive
        rate at `FALSE_POSITIVE_RATE` for each method; `clean_above_half`, the share of clean pictures with a
        probability above a half, also after edits (trained detectors only); and `pictures`, their number.
    """
    figures = {}
    for detector in kinds["clean"]:
        clean = kinds["clean"][detector]
        methods = {
            name: {
                "auc": round(auc(clean, scores[detector]), 3),
                "true_positive_rate": roc(clean, scores[detector], (FALSE_POSITIVE_RATE,))[0],
                "roc": roc(clean, scores[detector]),
            }
            for name, scores in kinds.items()
            if not name.startswith("clean")
        }
        figures[detector] = {"pictures": len(clean), "methods": methods}
        if detector in TRAINED:
            figures[detector]["clean_above_half"] = {
                name: round(float((scores[detector] > 0).mean()), 3)
                for name, scores in kinds.items()
                if name.startswith("clean")
            }
            for name, scores in kinds.items():
                if name in methods:
                    methods[name]["above_half"] = round(float((scores[detector] > 0).mean()), 3)
    return figures


def as_markdown(report: dict[str, dict]) -> str:
    """A table for each set of pictures: a row for each method, a column for each detector."""
    lines = []
    for set_name, figures in report.items():
        detectors = list(figures)
        lines += [
            f"**{set_name}**, {figures[detectors[0]]['pictures']} covers: AUC, and in brackets the "
            f"true positive rate at a false positive rate of {FALSE_POSITIVE_RATE:.0%}",
            "",
            f"| method | {' | '.join(detectors)} |",
            "|---" * (len(detectors) + 1) + "|",
        ]
        for method in figures[detectors[0]]["methods"]:
            cells = [figures[d]["methods"][method] for d in detectors]
            lines.append(
                f"| {method} | "
                + " | ".join(f"{c['auc']:.3f} ({c['true_positive_rate']:.0%})" for c in cells)
                + " |"
            )
        above_half = {
            d: figures[d]["clean_above_half"] for d in detectors if "clean_above_half" in figures[d]
        }
        lines += [
            "",
            f"| probability above a half | {' | '.join(above_half)} |",
            "|---" * (len(above_half) + 1) + "|",
        ]
        for kind in next(iter(above_half.values())):
            lines.append(f"| {kind} | " + " | ".join(f"{a[kind]:.0%}" for a in above_half.values()) + " |")
        lines.append("")
    return "\n".join(lines)


def fill_card(path: Path, detector: str, report: dict[str, dict]) -> None:
    """Writes a detector's figures into its card, by the name of the set they were measured on."""
    card = read_card(path)
    for set_name, figures in report.items():
        card["figures"][set_name] = {"false_positive_rates": FALSE_POSITIVE_RATES, **figures[detector]}
    path.write_text(json.dumps(card, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate.detectors", description="Measure the detectors."
    )
    parser.add_argument("--photos", type=Path, help="folder of photographs")
    parser.add_argument("--data", type=Path, action="append", help="Tiny ImageNet, its zip or folder")
    parser.add_argument(
        "--crop", type=int, default=512, help="side of the photographs' centre crop (default: %(default)s)"
    )
    parser.add_argument("--pairs", type=int, default=300, help="pairs from --data (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=0, help="use only the first N photographs")
    parser.add_argument(
        "--weights", type=Path, default=FOLDER, help="folder of the detectors' weights (default: %(default)s)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("runs/roc"), help="folder to write (default: %(default)s)"
    )
    parser.add_argument(
        "--card", action="store_true", help="also write the figures into the detectors' cards"
    )
    options = parser.parse_args(arguments)
    if not (options.photos or options.data):
        parser.error("name --photos, --data, or both")
    try:
        networks = {name: load_network(name, options.weights / f"{name}.safetensors") for name in TRAINED}
        sets: dict[str, Callable[[], list[Pair]]] = {}
        if options.data:
            sets["tiny-imagenet-val"] = lambda: tiny_pairs(options.data, options.pairs)
        if options.photos:
            sets[options.photos.name] = lambda: pairs_of(options.photos, options.crop, options.limit)
        report = {}
        for name, pairs in sets.items():
            kinds = kinds_of(pairs())
            report[name] = figures_of({kind: scores_of(images, networks) for kind, images in kinds})
    except StegError as error:
        print(f"detectors: {error}", file=sys.stderr)
        return 2
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "roc.json").write_text(json.dumps(report, indent=2) + "\n")
    (options.out / "roc.md").write_text(as_markdown(report))
    roc_plot(report, TRAINED).save(options.out / "roc.png")
    print(as_markdown(report))
    if options.card:
        for name in TRAINED:
            fill_card(options.weights / f"{name}.json", name, report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
