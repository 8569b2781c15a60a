"""Stego pictures of every method, beside the covers they were made from, as PNG files would hold them."""

from collections.abc import Iterator
from math import isqrt
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

import steg
from steg.methods import OFFERED, weights_id
from train import augment, data
from train.kept import kept

SHEET = 8  # pictures a side of a sheet, on which hiding is many times faster than one by one
STRENGTHS = (0.5, 0.0, 0.5, 1.0)  # of one sheet after the other
# Thumbnails are JPEG files, and smooth. A detector trained on them takes any photograph without JPEG's traces
# for a stego picture, and any noise. So covers get additive noise, are then scaled, and some get noise again.
FIRST = augment.Augmentation(grainy=0.5)
THEN = augment.Augmentation(enlarged=0.5, shrunk=0.3, grainy=0.15, dimmed=0.1, saturated=0.1)


def training_pictures(pictures: Tensor, covers: int, seed: int) -> Iterator[tuple[str, Tensor]]:
    """Covers, and for each method the stego pictures that it makes of them.

    Covers and secrets are different pictures, both made more like photographs. Hiding works on sheets of many
    pictures side by side, so no picture has a header at a place that could be learnt.

    Args:
        pictures: (N, 3, 64, 64) uint8.
        covers: how many; rounded down to whole sheets, but at least one.
        seed: of which pictures are taken, and of their crops.

    Yields:
        "clean" and (covers, 3, 64, 64) uint8 first, then the same for the name of each method.
    """
    side = min(SHEET, isqrt(covers))
    covers = max(1, covers // side**2) * side**2
    generator = torch.Generator().manual_seed(seed)
    chosen = pictures[torch.randint(len(pictures), (2 * covers,), generator=generator)]
    for shares in (FIRST, THEN):
        uniform = torch.rand(len(chosen), 13, generator=generator)
        chosen = (255 * augment.augment(chosen, shares, uniform)).round().byte()
    sheets = [as_sheet(part, side) for part in chosen.split(side**2)]
    half = len(sheets) // 2
    yield "clean", chosen[:covers]
    for name in OFFERED:
        method = steg.load(name)
        stego = [
            np.array(method.hide(cover, secret, strength=STRENGTHS[number % len(STRENGTHS)]))
            for number, (cover, secret) in enumerate(zip(sheets[:half], sheets[half:], strict=True))
        ]
        yield name, torch.cat([from_sheet(sheet) for sheet in stego])


def kept_pictures(path: Path, pictures: Tensor, covers: int, seed: int) -> dict[str, Tensor]:
    """As `training_pictures`, kept in a file from one run to the next.

    Args:
        path: the file. It is made anew where it came about in another way: from other pictures or by another
            version of a method's weights.
        pictures: as in `training_pictures`.
        covers: as there.
        seed: as there.

    Returns:
        What `training_pictures` yields, by name.
    """
    made_by: dict[str, int | str] = {"pictures": len(pictures), "covers": covers, "seed": seed}
    made_by |= {name: weights_id(name) for name in OFFERED}
    names, found = kept(
        path, made_by, lambda: tuple(zip(*training_pictures(pictures, covers, seed), strict=True))
    )
    return dict(zip(names, found, strict=True))


def as_sheet(pictures: Tensor, side: int) -> np.ndarray:
    """(side**2, 3, 64, 64) -> one picture of them, row by row, (64 side, 64 side, 3)."""
    rows = pictures.reshape(side, side, 3, data.SIDE, data.SIDE).permute(0, 3, 1, 4, 2)
    return np.ascontiguousarray(rows.reshape(side * data.SIDE, side * data.SIDE, 3).numpy())


def from_sheet(sheet: np.ndarray) -> Tensor:
    """The pictures of `as_sheet`."""
    side = sheet.shape[0] // data.SIDE
    rows = torch.tensor(sheet).reshape(side, data.SIDE, side, data.SIDE, 3)
    return rows.permute(0, 2, 4, 1, 3).reshape(side**2, 3, data.SIDE, data.SIDE).contiguous()
