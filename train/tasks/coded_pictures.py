"""Pictures as a JPEG 2000 decoder gives them, beside their originals, made of many thumbnails.

Thumbnails are far more detailed than photographs, and too small to be coded alone. So sheets are coded on
which thumbnails of many scales stand side by side, most of them enlarged, some sharpened, with noise that is
correlated among colours and from pixel to pixel. What cameras and scanners do comes last: most photographs
had colours of half the resolution once (4:2:0), and went through a tone curve since. Without both, a network
learns that fine detail of colours follows that of brightness, which cost up to 0.1 dB on photographs.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.images.dct import LUMA_WEIGHTS
from steg.payload import klt
from steg.payload.restoration import typical_step
from train.augment import mirrored
from train.kept import kept
from train.synthetic import synthetic_pictures

SHEET, CELL = 256, 128  # pixels a side
RATES = 2.5, 7.0  # bits a pixel, between which each sheet is coded
CODED = 2  # times, at different rates
SCALES = (  # share of the sheets, and between which scales of their thumbnails
    (0.6, (0.9, 2.8)),
    (0.15, (1.0, 1.0)),
    (0.15, (0.5, 1.0)),
    (0.1, (0.7, 3.0)),  # with synthetic pictures among them
)
SYNTHETIC = 300, 0.6  # pictures, and their share of the cells of the last kind of sheets
MOST_NOISE = 4.0  # standard deviation in 8-bit levels, times up to 1.5 in a cell
SUBSAMPLED = 0.7  # share of the sheets whose colours have half the resolution
CURVED = 0.6  # share of the sheets with a tone curve


class CodedPictures(NamedTuple):
    """N sheets, each coded `CODED` times, one after the other."""

    originals: Tensor  # (CODED N, 3, SHEET, SHEET) int16, planes of `steg.payload.klt`
    planes: Tensor  # likewise, decoded
    steps: Tensor  # (CODED N,) floats, the typical half interval of each


def coded_pictures(thumbnails: Tensor, count: int, seed: int) -> CodedPictures:
    """Sheets of thumbnails, coded.

    Args:
        thumbnails: (M, 3, 64, 64) uint8.
        count: how many sheets.
        seed: of everything random.
    """
    random = np.random.default_rng(seed)
    synthetic = synthetic_pictures(SYNTHETIC[0], CELL, seed)
    originals = torch.empty(CODED * count, 3, SHEET, SHEET, dtype=torch.int16)
    planes, steps = torch.empty_like(originals), torch.empty(CODED * count)
    for first in range(0, CODED * count, CODED):
        pixels = sheet(thumbnails, synthetic, random)
        image = Image.fromarray(pixels)
        for at in range(first, first + CODED):
            size = int(random.uniform(*RATES) * SHEET**2 / 8)
            decoded = klt.decode(klt.to_layers(image, [size]), image.size)
            planes[at] = torch.from_numpy(decoded.values).permute(2, 0, 1)
            originals[at] = torch.from_numpy(klt.to_planes(pixels, decoded.transform)).permute(2, 0, 1)
            steps[at] = typical_step(decoded.values)
    return CodedPictures(originals, planes, steps)


def kept_coded_pictures(path: Path, thumbnails: Tensor, count: int, seed: int) -> CodedPictures:
    """As `coded_pictures`, kept in a file, which is made anew if it was made of other arguments."""
    made_by = {"thumbnails": len(thumbnails), "count": count, "seed": seed}
    return CodedPictures(*kept(path, made_by, lambda: coded_pictures(thumbnails, count, seed)))


def sheet(thumbnails: Tensor, synthetic: Tensor, random: np.random.Generator) -> np.ndarray:
    """A picture of thumbnails and synthetic pictures, (SHEET, SHEET, 3) uint8."""
    shares = [share for share, _ in SCALES]
    kind = random.choice(len(SCALES), p=shares)
    noise = MOST_NOISE * random.random() ** 2
    cells = []
    for _ in range((SHEET // CELL) ** 2):
        if kind == len(SCALES) - 1 and random.random() < SYNTHETIC[1]:
            cells.append(synthetic[random.integers(len(synthetic))].float())
        else:
            thumbnail = thumbnails[random.integers(len(thumbnails))]
            cell = changed(enlarged(thumbnail, random.uniform(*SCALES[kind][1]), random), random)
            cells.append(cell + noise * random.uniform(0.3, 1.5) * grain(CELL, random))
    side = SHEET // CELL
    rows = torch.stack(cells).view(side, side, 3, CELL, CELL).permute(2, 0, 3, 1, 4)
    whole = processed(rows.reshape(3, SHEET, SHEET), random).clamp(0, 255).round().byte()
    return np.ascontiguousarray(whole.permute(1, 2, 0).numpy())


def processed(x: Tensor, random: np.random.Generator) -> Tensor:
    """With colours at half the resolution, and a tone curve, sometimes."""
    if random.random() < SUBSAMPLED:
        luma = torch.einsum("c,chw->hw", torch.tensor(LUMA_WEIGHTS), x)
        mode = "nearest" if random.random() < 0.2 else "bilinear"
        x = luma + F.interpolate(F.avg_pool2d((x - luma)[None], 2), scale_factor=2, mode=mode)[0]
    if random.random() < CURVED:
        x = 255 * (x.clamp(0, 255) / 255) ** (2 ** random.uniform(-1, 1))
    return x


def enlarged(thumbnail: Tensor, scale: float, random: np.random.Generator, side: int = CELL) -> Tensor:
    """A random part, (3, side, side) floats, of a thumbnail that is scaled and continued by mirroring."""
    size = round(scale * thumbnail.shape[1])
    x = F.interpolate(thumbnail[None].float(), size=(size, size), mode="bicubic", antialias=True)
    if random.random() < 0.5:
        x = x.flip(3)
    while x.shape[2] < side:
        x = mirrored(x)
    top, left = random.integers(x.shape[2] - side + 1, size=2)
    return x[0, :, top : top + side, left : left + side]


def changed(x: Tensor, random: np.random.Generator) -> Tensor:
    """With another saturation, brightness, contrast or sharpness, some of each."""
    if random.random() < 0.5:
        grey = x.mean(0, keepdim=True)
        x = grey + random.uniform(0.3, 2) * (x - grey)
    if random.random() < 0.15:
        x = random.uniform(0.1, 0.8) * x
    elif random.random() < 0.2:
        x = x.mean() + random.uniform(0.4, 1.3) * (x - x.mean())
    if random.random() < 0.4:
        blurred = F.avg_pool2d(F.pad(x[None], (1, 1, 1, 1), "replicate"), 3, 1)[0]
        x = x + random.uniform(0.2, 1.2) * (x - blurred)
    return x


def grain(side: int, random: np.random.Generator) -> Tensor:
    """(3, side, side) noise of variance 1: partly the same in all colours, and more or less blurred."""
    common, apart = (random.standard_normal((n, side, side)) for n in (1, 3))
    noise = random.uniform(0.3, 1) * common + random.uniform(0.1, 1) * apart
    beside = random.uniform(0, 0.5)  # weight of both neighbours, relative to the pixel
    for axis in (1, 2):
        noise = noise + beside * (np.roll(noise, 1, axis) + np.roll(noise, -1, axis))
    return torch.from_numpy(noise / noise.std()).float()
