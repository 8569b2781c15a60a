"""Coarse JPEG 2000 pictures beside their originals, made of many thumbnails: what the postfilter learns from.

They are sheets as those of `train.tasks.coded_pictures`, or a single thumbnail, enlarged, as the longest
wavelets of a coarse picture reach further than a small thumbnail.
"""

import functools
import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from tqdm import tqdm

from steg.payload.jpeg2000 import from_layers, to_layers
from train.kept import kept
from train.synthetic import synthetic_pictures
from train.tasks.coded_pictures import CELL, SHEET, SYNTHETIC, changed, enlarged, grain, processed, sheet

RATES = 0.02, 2.0  # bits a pixel, between which each sheet is coded
CODED = 4  # times, at different rates
SINGLE = 0.5  # share of the sheets of one thumbnail
SCALES = 2.0, 4.5  # between which that is enlarged
MOST_NOISE = 3.0  # standard deviation of its noise in 8-bit levels


class DecodedPictures(NamedTuple):
    """N sheets, each coded `CODED` times."""

    originals: Tensor  # (N, 3, SHEET, SHEET) uint8
    decoded: Tensor  # (N, CODED, 3, SHEET, SHEET) uint8, the coarsest first


class Sheets(Dataset[tuple[Tensor, Tensor]]):
    """Sheet by sheet, the original and what is decoded.

    Args:
        thumbnails: (N, 3, 64, 64) uint8, of which sheets are made.
        seed: of all that is random.
    """

    def __init__(self, thumbnails: Tensor, seed: int):
        self.thumbnails, self.seed = thumbnails, seed

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor]:
        random = np.random.default_rng([self.seed, number])
        image = Image.fromarray(any_sheet(self.thumbnails, random))
        parts: list[bytes] = [b""]
        while not parts[0]:
            rates = np.sort(np.exp(random.uniform(np.log(RATES[0]), np.log(RATES[1]), CODED)))
            parts = to_layers(image, np.diff(rates * SHEET**2 // 8, prepend=0).astype(int).tolist())
        decoded = [
            from_layers([part for part in parts[:count] if part], image.size) for count in range(1, CODED + 1)
        ]
        return _tensor(image), torch.stack([*map(_tensor, decoded)])


def any_sheet(thumbnails: Tensor, random: np.random.Generator) -> np.ndarray:
    """A sheet of several thumbnails or of one, (SHEET, SHEET, 3) uint8."""
    if random.random() > SINGLE:
        return sheet(thumbnails, _drawn(), random)
    thumbnail = thumbnails[random.integers(len(thumbnails))]
    pixels = changed(enlarged(thumbnail, random.uniform(*SCALES), random, SHEET), random)
    pixels = pixels + MOST_NOISE * random.random() ** 2 * grain(SHEET, random)
    pixels = processed(pixels, random).clamp(0, 255).round().byte()
    return np.ascontiguousarray(pixels.permute(1, 2, 0).numpy())


def decoded_pictures(thumbnails: Tensor, count: int, seed: int) -> DecodedPictures:
    """So many sheets, made in all cores; arguments as in `Sheets`."""
    workers = min(os.cpu_count() or 1, count // 8)  # none for a few, which are made in this process
    loader = DataLoader(
        Sheets(thumbnails, seed),
        batch_size=None,
        sampler=range(count),
        num_workers=workers,
        multiprocessing_context="spawn" if workers else None,
    )
    originals = torch.empty(count, 3, SHEET, SHEET, dtype=torch.uint8)
    decoded = torch.empty(count, CODED, 3, SHEET, SHEET, dtype=torch.uint8)
    for number, example in enumerate(tqdm(loader, "sheets", disable=None)):
        originals[number], decoded[number] = example
    return DecodedPictures(originals, decoded)


def kept_decoded_pictures(path: Path, thumbnails: Tensor, count: int, seed: int) -> DecodedPictures:
    """As `decoded_pictures`, kept in a file, which is made anew if it was made of other arguments."""
    made_by = {"thumbnails": len(thumbnails), "count": count, "seed": seed}
    return DecodedPictures(*kept(path, made_by, lambda: decoded_pictures(thumbnails, count, seed)))


@functools.cache
def _drawn() -> Tensor:
    """Synthetic pictures for some of the sheets."""
    return synthetic_pictures(SYNTHETIC[0], CELL, 0)


def _tensor(image: Image.Image | np.ndarray) -> Tensor:
    """(3, H, W) uint8."""
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)
