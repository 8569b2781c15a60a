"""How honest the detector is on sources that it was not trained on, and which stego pictures it finds.

    python -m train.evaluate.detectors --photos kodak --data tiny-imagenet-200.zip --others wallpapers --card

Photographs of one folder and thumbnails are judged as they are and edited, those of another folder only as
they are. Of each source, picture i is the cover of picture (i + n/2) mod n; every method hides in every
cover, and everything is judged as a PNG file holds it. Prints a Markdown table; `--card` puts the figures
into the detector's card, from which the page takes them.
"""

import argparse
import contextlib
import functools
import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import torch
from PIL import Image, ImageFilter
from tqdm import tqdm

import steg
from steg.channels import coded
from steg.errors import StegError
from steg.evaluation import through_png
from steg.methods import OFFERED
from steg.networks.detector import Detector
from steg.steganalysis.learned import CLEAN, Detection, Verdict, detect, figures_table
from steg.weights import DETECTOR, FOLDER, load_network
from train import data
from train.evaluate.classification import auc
from train.evaluate.methods import pairs_of

STRENGTHS = {"file": (0.0, 0.5, 1.0), "robust": (0.0, 0.5, 1.0)}  # others in the middle only
SENT = "robust, JPEG 85"
SHEET = 4  # thumbnails a side of a sheet
HALF = Image.Resampling.LANCZOS

Edit = Callable[[Image.Image], Image.Image]
AS_THEY_ARE: dict[str, Edit] = {"as they are": lambda image: image}
PHOTOS = AS_THEY_ARE | {  # what is done to photographs
    "JPEG 90": lambda image: coded(image, "JPEG", quality=90),
    "JPEG 75, 4:4:4": lambda image: coded(image, "JPEG", quality=75, subsampling=0),
    "half the size": lambda image: image.resize((image.width // 2, image.height // 2), HALF),
    "sharpened": lambda image: image.filter(ImageFilter.UnsharpMask(1.5, 80, 0)),
}
THUMBNAILS = AS_THEY_ARE | {  # and to sheets of thumbnails
    "nine tenths, WebP 85": lambda image: coded(
        image.resize((image.width * 9 // 10, image.height * 9 // 10), Image.Resampling.BICUBIC),
        "WEBP",
        quality=85,
    ),
}


def sheets(sources: list[Path], count: int) -> list[Image.Image]:
    """Validation pictures of Tiny ImageNet, or of photographs, side by side: 256x256 pixels each."""
    _, unseen = data.load_all(sources)
    random, found = np.random.default_rng(0), []
    for _ in range(count):
        chosen = unseen[random.integers(len(unseen), size=SHEET**2)]
        rows = chosen.view(SHEET, SHEET, 3, data.SIDE, data.SIDE).permute(0, 3, 1, 4, 2)
        found.append(Image.fromarray(rows.reshape(SHEET * data.SIDE, SHEET * data.SIDE, 3).numpy()))
    return found


@functools.cache
def method(name: str) -> steg.Method:
    """A method, loaded once in each process."""
    return steg.load(name)


def stego_pictures(cover: Image.Image, secret: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """What each method makes of a cover at each strength, by name; nothing of one that it refuses."""
    for name in OFFERED:
        for strength in STRENGTHS.get(name, (0.5,)):
            with contextlib.suppress(StegError):
                stego = method(name).hide(cover, secret, strength=strength)
                yield name if strength == 0.5 else f"{name}, strength {strength:g}", stego
                if (name, strength) == ("robust", 0.5):
                    yield SENT, coded(stego, "JPEG", quality=85)


def detections(weights: Path, cover: Image.Image, secret: Image.Image) -> dict[str, Detection]:
    """What the detector says of a cover and of all that is made of it, by what it is."""
    detector = cast(Detector, load_network(DETECTOR, weights))
    pictures = ((CLEAN, cover), *stego_pictures(cover, secret))
    return {name: detect(detector, np.asarray(through_png(image))) for name, image in pictures}


def measure(
    weights: Path, covers: dict[str, list[Image.Image]], processes: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Figures by the source of the covers, and by what was made of them."""
    jobs = [
        (source, cover, images[(number + len(images) // 2) % len(images)])
        for source, images in covers.items()
        for number, cover in enumerate(images)
    ]
    names, all_covers, secrets = zip(*jobs, strict=True)
    found: dict[str, dict[str, list[Detection]]] = {source: {} for source in covers}
    with contextlib.ExitStack() as stack:
        apply: Callable = map
        if processes > 1:  # of one thread each; torch's threads do not survive a fork
            context = multiprocessing.get_context("spawn")
            pool = ProcessPoolExecutor(processes, context, torch.set_num_threads, (1,))
            apply = stack.enter_context(pool).map
        results = apply(detections, [weights] * len(jobs), all_covers, secrets)
        for source, of_cover in zip(names, tqdm(results, total=len(jobs), disable=None), strict=True):
            for name, detection in of_cover.items():
                found[source].setdefault(name, []).append(detection)
    return {source: figures_of(of_source) for source, of_source in found.items()}


def figures_of(found: dict[str, list[Detection]]) -> dict[str, dict[str, float]]:
    """Shares of each verdict, and AUC against the clean pictures, by what the pictures are."""
    clean = np.array([detection.score for detection in found[CLEAN]])
    figures = {}
    for name, of_name in found.items():
        verdicts = [detection.verdict for detection in of_name]
        figures[name] = {
            "pictures": len(of_name),
            "taken_for_stego": round(verdicts.count(Verdict.STEGO) / len(of_name), 3),
            "cannot_tell": round(verdicts.count(Verdict.UNKNOWN) / len(of_name), 3),
            "auc": round(auc(clean, np.array([detection.score for detection in of_name])), 3),
        }
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate.detectors", description="Measure the detector."
    )
    add = parser.add_argument
    add("--photos", type=Path, help="folder of photographs")
    add("--others", type=Path, help="folder of other photographs, which are not edited")
    add("--data", type=Path, action="append", help="Tiny ImageNet, its zip or folder")
    text = "side of the photographs' centre crop (default: %(default)s)"
    add("--crop", type=int, default=384, help=text)
    add("--limit", type=int, default=0, help="use only the first N photographs")
    add("--sheets", type=int, default=24, help="sheets of 16 thumbnails from --data (default: %(default)s)")
    add("--weights", type=Path, default=FOLDER / f"{DETECTOR}.safetensors", help="the detector's weights")
    add("--processes", type=int, default=os.cpu_count(), help="(default: one for each core)")
    add("--card", action="store_true", help="also write the figures into the detector's card")
    options = parser.parse_args(arguments)
    if not (options.photos or options.others or options.data):
        parser.error("name --photos, --others or --data")
    try:
        load_network(DETECTOR, options.weights)  # to complain at once
        covers: dict[str, list[Image.Image]] = {}
        for folder, edits in ((options.photos, PHOTOS), (options.others, AS_THEY_ARE)):
            if folder:
                photos = [pair.cover for pair in pairs_of(folder, options.crop, options.limit)]
                covers |= {f"{folder.name}, {e}": list(map(apply, photos)) for e, apply in edits.items()}
        if options.data:
            of_thumbnails = sheets(options.data, options.sheets)
            covers |= {f"thumbnails, {e}": list(map(apply, of_thumbnails)) for e, apply in THUMBNAILS.items()}
        report = measure(options.weights, covers, options.processes)
    except StegError as error:
        print(f"detectors: {error}", file=sys.stderr)
        return 2
    print(figures_table(report))
    if options.card:
        path = options.weights.with_suffix(".json")
        card = json.loads(path.read_text())
        card["figures"]["sources"] = report
        path.write_text(json.dumps(card, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
