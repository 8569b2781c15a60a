"""Steganalysis features of a picture of any size: how its noise residuals are distributed.

What hiding changes is far smaller than the content of a photograph, so features are taken from noise
residuals, which high-pass filters leave. They are of four kinds:

- how often each triple of neighbouring residuals occurs, in the colours and in the differences of colours.
  Hiding writes into the colours independently of each other, while a photograph's fine detail is much the
  same in all of them;
- how often each triple of residuals of R, G and B at one pixel occurs;
- whether blocks of 8x8 pixels show, and how closely their DCT coefficients keep to multiples of a step, as
  they do after JPEG: of a picture that was a JPEG file this tells by how much its samples were changed since;
- the statistics of the classical attacks.

Sources: Pevny, Bas and Fridrich, "Steganalysis by subtractive pixel adjacency matrix", IEEE TIFS 2010 (SPAM);
Fridrich and Kodovsky, "Rich models for digital image steganalysis", IEEE TIFS 2012 (SRM), for filters,
quantisation and symmetries; Goljan, Fridrich and Cogranne, "Rich model for steganalysis of color images",
WIFS 2014, for the triples of colours; Fridrich, Goljan and Du, "Steganalysis based on JPEG compatibility",
SPIE 2001.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F

from steg.images.dct import BLOCK, dct_matrix, luma, zigzag
from steg.steganalysis.classical import plane_order, sample_pairs

LIMIT = 2  # quantised residuals are clipped to -2 ... 2
VALUES = 2 * LIMIT + 1
STEPS = (1.0, 3.0)  # of quantisation, in units of each filter
SMALL = np.array(((-1, 2, -1), (2, -4, 2), (-1, 2, -1)))
SQUARE = np.array(
    ((-1, 2, -2, 2, -1), (2, -6, 8, -6, 2), (-2, 8, -12, 8, -2), (2, -6, 8, -6, 2), (-1, 2, -2, 2, -1))
)
COEFFICIENTS = 15  # DCT coefficients of a block, in zigzag order after the mean
LATTICE_STEPS = np.arange(2, 25)  # of JPEG's quantisation, that are looked for


def extract_features(pixels: np.ndarray) -> np.ndarray:
    """The features of a picture, (1057,) float32.

    Args:
        pixels: (H, W, 3) uint8, at least 64x64.
    """
    samples = pixels.astype(np.int16).transpose(2, 0, 1)
    differences = np.stack([samples[0] - samples[1], samples[2] - samples[1]])
    of_colours, of_differences = residuals_of(samples), residuals_of(differences)
    found = []
    for step in STEPS:
        found += [neighbour_triples(residuals, step) for residuals in (*of_colours, *of_differences)]
        found += [colour_triples(residuals, step) for residuals in of_colours[1:]]
    found.append(noise_levels(of_colours[2][0], of_differences[2][0], samples))
    found.append(blocks(pixels, samples))
    found.append(classical(samples))
    return np.concatenate(found).astype(np.float32)


def residuals_of(planes: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Residuals of (N, H, W) planes along rows and along columns, for each filter and in units of it."""
    small, square = filtered(planes, SMALL) / 4, filtered(planes, SQUARE) / 12
    return [
        (np.diff(planes, 1, 2), np.diff(planes, 1, 1)),
        (np.diff(planes, 2, 2) / 2, np.diff(planes, 2, 1) / 2),
        (small, small),
        (square, square),
    ]


def filtered(planes: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Convolution of (N, H, W) planes with a symmetric square kernel, without margins."""
    weight = torch.tensor(kernel, dtype=torch.float32)[None, None]
    return F.conv2d(torch.from_numpy(planes).float()[:, None], weight)[:, 0].numpy()


def quantised(residual: np.ndarray, step: float) -> np.ndarray:
    """Residuals in steps, rounded and clipped, as numbers from 0 to 4."""
    return (np.rint(residual / step).clip(-LIMIT, LIMIT) + LIMIT).astype(np.int32)


def symmetric_classes(reversible: bool) -> np.ndarray:
    """The class of each of the 125 triples: those with opposite signs are one, perhaps reversed ones, too."""
    classes, numbers = np.empty(VALUES**3, np.int64), dict[tuple[int, ...], int]()
    for code in range(VALUES**3):
        triple = tuple(code // VALUES**place % VALUES - LIMIT for place in (2, 1, 0))
        same = [triple, tuple(-value for value in triple)]
        same += [t[::-1] for t in same] if reversible else []
        classes[code] = numbers.setdefault(min(same), len(numbers))
    return classes


OF_NEIGHBOURS, OF_COLOURS = symmetric_classes(reversible=True), symmetric_classes(reversible=False)


def shares(triples: list[tuple[np.ndarray, np.ndarray, np.ndarray]], classes: np.ndarray) -> np.ndarray:
    """The square root of the share of each class of triples, which evens out how far shares scatter."""
    codes = np.concatenate([(VALUES**2 * a + VALUES * b + c).reshape(-1) for a, b, c in triples])
    counts = np.bincount(classes, np.bincount(codes, minlength=VALUES**3))
    return np.sqrt(counts / len(codes))


def neighbour_triples(residuals: tuple[np.ndarray, np.ndarray], step: float) -> np.ndarray:
    """Shares of triples of neighbours, along rows and along columns."""
    across, down = (quantised(residual, step) for residual in residuals)
    in_rows = across[:, :, :-2], across[:, :, 1:-1], across[:, :, 2:]
    return shares([in_rows, (down[:, :-2], down[:, 1:-1], down[:, 2:])], OF_NEIGHBOURS)


def colour_triples(residuals: tuple[np.ndarray, np.ndarray], step: float) -> np.ndarray:
    """Shares of triples of R, G and B at one pixel."""
    red_green_blue = [tuple(quantised(residual, step)) for residual in residuals]
    return shares(red_green_blue, OF_COLOURS)


def noise_levels(colours: np.ndarray, differences: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """Logarithms of the sizes of residuals: quantiles in each colour and difference of colours."""
    found = []
    for residual in (*colours, *differences):
        size = np.rint(np.abs(4 * residual)).astype(np.int64).reshape(-1)
        cumulative = np.bincount(size).cumsum()
        at = np.searchsorted(cumulative, np.array((0.1, 0.25, 0.5, 0.75, 0.9)) * len(size))
        found += [*np.log(0.5 + at), np.log(0.1 + size.mean())]
    clipped = [((samples == level).mean()) ** 0.5 for level in (0, 255)]
    return np.array(found + clipped)


def blocks(pixels: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """How much borders of blocks show, and how closely DCT coefficients keep to multiples of a step."""
    brightness = luma(pixels)
    profiles = []
    for plane in (brightness, samples[0].astype(np.float32) - samples[1]):
        for x in (plane, plane.T):
            size = np.abs(np.diff(x, 3, axis=1)).clip(max=16)
            columns = np.array([size[:, column::BLOCK].mean() for column in range(BLOCK)])
            profiles.append(columns / max(np.median(columns), 1e-2))
    ordered = [np.sort(profile)[[-1, -2, -3, 0]] for profile in profiles]
    left, top = (
        (int(p.argmax()) + 2) % BLOCK if p.max() > 1.02 else 0 for p in (profiles[0], profiles[1])
    )  # the largest third difference spans the border
    found = [np.log(ordered[i] + ordered[i + 1] + 1e-3) for i in (0, 2)]
    return np.concatenate([*found, lattice(brightness[top:, left:])])


def lattice(brightness: np.ndarray) -> np.ndarray:
    """For low DCT coefficients: how closely they keep to multiples of a step, and how far off they are.

    Args:
        brightness: (H, W) floats, whose blocks begin at the upper left corner.
    """
    rows, columns = brightness.shape[0] // BLOCK, brightness.shape[1] // BLOCK
    whole = brightness[: BLOCK * rows, : BLOCK * columns].reshape(rows, BLOCK, columns, BLOCK)
    dct = dct_matrix().numpy()
    coefficients = np.einsum("uy,rycx,vx->rcuv", dct, whole, dct, optimize=True).reshape(-1, BLOCK, BLOCK)
    closeness, deviations = np.zeros(COEFFICIENTS), np.zeros(COEFFICIENTS)
    for number, (row, column) in enumerate(zigzag()[1 : COEFFICIENTS + 1]):
        values = coefficients[:, row, column, None]
        large = np.abs(values) > LATTICE_STEPS / 2  # small ones keep to zero in any picture
        counts = np.maximum(large.sum(0), 1)
        means = (np.cos(2 * math.pi * values / LATTICE_STEPS) * large).sum(0) / counts
        certain = means - 2 / np.sqrt(2 * counts)  # by more than chance would have it
        best = int(certain.argmax())
        if certain[best] > 0:
            closeness[number] = means[best]
            variance = -2 * math.log(np.clip(means[best], 0.05, 0.9999))  # of the phase
            deviations[number] = LATTICE_STEPS[best] * math.sqrt(variance) / (2 * math.pi)
    known = np.sort(deviations[closeness > 0]) if closeness.any() else np.zeros(1)
    close = np.sort(closeness)[::-1][[0, 2, 4, 7, 10]]
    return np.array([(closeness > 0).mean(), *close, np.median(known), known[0], known.mean()])


def classical(samples: np.ndarray) -> np.ndarray:
    """The statistics of the classical attacks, largest and mean of the colours."""
    pairs = [sample_pairs(plane.astype(np.uint8)) for plane in samples]
    orders = [plane_order(plane.astype(np.uint8)) for plane in samples]
    counts = [np.bincount(plane.reshape(-1), minlength=256) for plane in samples]
    empty = [(c[c.nonzero()[0][0] : c.nonzero()[0][-1] + 1] == 0).mean() for c in counts]
    return np.array([max(pairs), np.mean(pairs), max(orders), np.mean(orders), max(empty), np.mean(empty)])
