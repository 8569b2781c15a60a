"""False positives of the watermark: how often one is found in unmarked pictures, changed in many ways.

    python -m train.evaluate.false_positives kodak tiny-imagenet-200.zip --variants 60

Each source is a folder of pictures, or Tiny ImageNet, whose validation pictures are taken. Photographs are
looked at whole and in so many variants: a random crop, brought to a random size, saved as PNG or as JPEG of
random quality.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from steg.channels import jpeg
from steg.embedding.registration import LARGEST_SENT
from steg.embedding.watermark import SQUARE
from steg.errors import StegError
from steg.images.reading import read_photo
from steg.methods.base import SMALLEST_SIDE
from steg.methods.chat.synchronization import synchronise
from train.data import ENDINGS, load

QUALITIES = 40, 100


def pictures_of(source: Path) -> Iterator[Image.Image]:
    """All pictures of a folder, or the validation pictures of Tiny ImageNet.

    Raises:
        StegError: if there are none, or one cannot be read.
    """
    paths = sorted(p for p in source.rglob("*") if p.suffix.lower() in ENDINGS) if source.is_dir() else []
    if source.is_dir() and not (source / "val").is_dir():
        if not paths:
            raise StegError(f"{source} holds no pictures.")
        yield from (read_photo(path).image for path in paths)
        return
    for picture in load(source, "val"):
        yield Image.fromarray(picture.permute(1, 2, 0).numpy())


def varied(image: Image.Image, random: np.random.RandomState) -> Image.Image:
    """A crop, brought to another size, and re-compressed; each in some of the variants only."""
    if min(image.size) > SQUARE:  # a part of others, as Tiny ImageNet's, has no room for one
        if random.rand() < 0.8:
            width, height = (random.randint(SQUARE, side + 1) for side in image.size)
            left, top = random.randint(image.width - width + 1), random.randint(image.height - height + 1)
            image = image.crop((left, top, left + width, top + height))
        if random.rand() < 0.5:
            share = 2 ** random.uniform(-2, 1.5)
            size = [max(SMALLEST_SIDE, min(LARGEST_SENT, round(side * share))) for side in image.size]
            image = image.resize(size, Image.Resampling.LANCZOS)
    return jpeg(image, random.randint(*QUALITIES)) if random.rand() < 0.7 else image


def count(image: Image.Image, variants: int, random: np.random.RandomState) -> tuple[int, int]:
    """How many pictures were searched, and in how many a watermark was found."""
    searched = [image, *(varied(image, random) for _ in range(variants))]
    return len(searched), sum(synchronise(picture).watermark is not None for picture in searched)


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m train.evaluate.false_positives", description="Count watermarks found in error."
    )
    parser.add_argument(
        "sources", type=Path, nargs="+", help="folders of unmarked pictures, or Tiny ImageNet"
    )
    parser.add_argument(
        "--variants", type=int, default=1, help="of each picture, beside itself (default: %(default)s)"
    )
    options = parser.parse_args(arguments)
    random = np.random.RandomState(0)
    try:
        for source in options.sources:
            counts = [
                count(image, options.variants, random) for image in tqdm(pictures_of(source), disable=None)
            ]
            searched, found = np.sum(counts, 0)
            print(f"{source.name}: a watermark was found in {found} of {searched} unmarked pictures")
    except StegError as error:
        print(f"false_positives: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
