"""Clean pictures of many sources, made of thumbnails: scaled, edited, grainy, with or without JPEG.

A detector that knows one source takes any other for stego pictures (cover source mismatch). So each picture
goes through what photographs go through, at random: scaling by a random filter, changes of colour, contrast
and sharpness, grain of several kinds, colours at half the resolution, tone curves before or after rounding,
JPEG of quality 70 to 100 at any place of its 8x8 grid. Parts of four thumbnails stand side by side, as one
alone is too small.
"""

import io

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from train.augment import mirrored
from train.data import SIDE
from train.tasks.coded_pictures import changed, grain, processed

PICTURE = 192  # pixels a side
CELL = 100  # pixels a side of the parts, which leave room for a shift of the grid
SCALES = {"thumbnails": (1.0, 1.0), "halved": (0.4, 0.8), "enlarged": (1.0, 3.0)}
SHARES = (0.2, 0.35, 0.45)  # of these scales
FILTERS = (
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
    Image.Resampling.BILINEAR,
    Image.Resampling.BOX,
)
QUALITIES = 70, 101
DEVIATIONS = 0.3, 2.5  # of white noise, in 8-bit levels


def clean_picture(
    thumbnails: Tensor, synthetic: Tensor, random: np.random.Generator
) -> tuple[np.ndarray, str]:
    """A clean picture, (192, 192, 3) uint8, and the name of its source.

    Args:
        thumbnails: (N, 3, 64, 64) uint8.
        synthetic: (M, 3, 64, 64) uint8, drawn pictures, parts of some.
        random: of all that is random.
    """
    scale = str(random.choice(list(SCALES), p=SHARES))
    if scale == "thumbnails":
        pixels, source = _sheet(thumbnails, random), scale
        if random.random() < 0.3:
            pixels, source = as_jpeg(pixels, random, QUALITIES), source + ", JPEG"
        return pixels, source
    grainy, jpeg, curve = random.random() < 0.5, random.random() < 0.5, random.random()
    drawn = random.random() < 0.06
    cells = []
    edited = random.random() < 0.4
    resampling = FILTERS[random.integers(len(FILTERS))]
    for _ in range(4):
        pictures = synthetic if drawn and random.random() < 0.5 else thumbnails
        cell = _scaled(
            pictures[random.integers(len(pictures))], random.uniform(*SCALES[scale]), resampling, random
        )
        cells.append(changed(cell, random) if edited else cell)
    x = torch.stack(cells).view(2, 2, 3, CELL, CELL).permute(2, 0, 3, 1, 4).reshape(3, 2 * CELL, 2 * CELL)
    early = random.random() < 0.4  # before colours lose resolution, as in a camera's JPEG; else as on film
    x = processed(with_grain(x, random) if grainy and early else x, random)
    x = with_grain(x, random) if grainy and not early else x
    if random.random() < 0.06:
        x = x.mean(0, keepdim=True).expand(3, -1, -1)
    pixels = np.ascontiguousarray(x.clamp(0, 255).round().byte().permute(1, 2, 0).numpy())
    if curve < 0.12:
        pixels = with_curve(pixels, random)
    if jpeg:
        pixels = as_jpeg(pixels, random, QUALITIES)
    if curve > 0.94:
        pixels = with_curve(pixels, random)
    top, left = random.integers(0, 8, 2) if random.random() < 0.4 else (0, 0)
    pixels = pixels[top : top + PICTURE, left : left + PICTURE]
    return pixels, scale + (", grainy" if grainy else "") + (", JPEG" if jpeg else "")


def noisy_picture(
    thumbnails: Tensor, synthetic: Tensor, random: np.random.Generator
) -> tuple[np.ndarray, str]:
    """As `clean_picture`, never compressed, with white noise as of sensors and scanners.

    What hiding adds is nearly white and differs from colour to colour, too, so these are the hardest sources.
    """
    while True:
        pixels, source = clean_picture(thumbnails, synthetic, random)
        if "JPEG" not in source and source != "thumbnails":
            break
    common = random.uniform(0, 0.8)  # to all colours
    noise = common * random.standard_normal((PICTURE, PICTURE, 1))
    noise = noise + (1 - common**2) ** 0.5 * random.standard_normal((PICTURE, PICTURE, 3))
    noisy = np.rint(pixels + random.uniform(*DEVIATIONS) * noise)
    return noisy.clip(0, 255).astype(np.uint8), source.removesuffix(", grainy") + ", noisy"


def _sheet(thumbnails: Tensor, random: np.random.Generator) -> np.ndarray:
    """Thumbnails as they are, side by side, so that the grid of their JPEG files goes on."""
    side = PICTURE // SIDE
    chosen = thumbnails[torch.from_numpy(random.integers(len(thumbnails), size=side**2))]
    rows = chosen.view(side, side, 3, SIDE, SIDE).permute(0, 3, 1, 4, 2)
    return np.ascontiguousarray(rows.reshape(PICTURE, PICTURE, 3).numpy())


def _scaled(
    thumbnail: Tensor, scale: float, resampling: Image.Resampling, random: np.random.Generator
) -> Tensor:
    """A random part, (3, CELL, CELL) floats, of a thumbnail that is scaled and continued by mirroring."""
    side = round(scale * SIDE)
    image = Image.fromarray(thumbnail.permute(1, 2, 0).numpy()).resize((side, side), resampling)
    x = torch.from_numpy(np.array(image)).permute(2, 0, 1)[None].float()
    while x.shape[2] < CELL:
        x = mirrored(x)
    top, left = random.integers(x.shape[2] - CELL + 1, size=2)
    return x[0, :, top : top + CELL, left : left + CELL]


def with_grain(x: Tensor, random: np.random.Generator) -> Tensor:
    """A (3, H, W) picture with noise: even, following the brightness, blurred, or grey."""
    level, kind = 0.3 + 4 * random.random() ** 2, random.integers(4)
    noise = level * grain(x.shape[1], random)
    if kind == 1:
        noise = noise * (x.clamp(0, 255) / 160 + 0.1).sqrt()
    elif kind == 2:
        noise = noise + F.avg_pool2d(F.pad((2 * noise)[None], (1, 1, 1, 1), "replicate"), 3, 1)[0]
    elif kind == 3:
        noise = 1.5 * noise.mean(0, keepdim=True)
    return x + noise


def with_curve(pixels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Pixels after a tone curve of 8-bit levels, which leaves gaps in their histogram."""
    levels = 255 * np.linspace(0, 1, 256) ** (2 ** random.uniform(-0.5, 0.5)) * random.uniform(0.7, 1.3)
    return np.rint(levels + random.uniform(-20, 20)).clip(0, 255).astype(np.uint8)[pixels]


def as_jpeg(pixels: np.ndarray, random: np.random.Generator, qualities: tuple[int, int]) -> np.ndarray:
    """Pixels after JPEG of a random quality, mostly with colours at half the resolution."""
    file = io.BytesIO()
    quality, subsampling = int(random.integers(*qualities)), int(random.choice([0, 2, 2]))
    Image.fromarray(pixels).save(file, "JPEG", quality=quality, subsampling=subsampling)
    return np.array(Image.open(file))
