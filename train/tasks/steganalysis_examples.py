"""The detector's training data: features of clean pictures of many sources, and of stego pictures."""

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

import steg
from steg.embedding import header, watermark
from steg.embedding.header import Header
from steg.embedding.watermark_fields import VERSION, Watermark
from steg.methods import OFFERED, Robust, weights_id
from steg.methods.chat.modem import grid
from steg.networks.carriers import ALPHABET_SIZES
from steg.steganalysis.features import extract_features
from steg.steganalysis.learned import CLEAN
from train.kept import kept
from train.synthetic import synthetic_pictures
from train.tasks.clean_pictures import as_jpeg, clean_picture, noisy_picture

SENT = "robust, JPEG"  # as robust pictures are sent
QUALITIES = 75, 96  # of that
ALWAYS = ("file", "robust")  # methods whose stego pictures are hard to find; of the others each cover has one
ALSO_CLEAN = 3  # further clean pictures for each cover, as more is to be learnt from them
NOISY = 3  # noisy clean pictures for each cover, which are the easiest to accuse
CROPS = (64, 96, 128)  # pixels a side
CROPPED = 0.25  # share of the pictures of which a crop is an example, too


class Examples(NamedTuple):
    """N pictures.

    Attributes:
        features: (N, features) floats.
        methods: the method of each, or `CLEAN`.
        sources: the source of each, or of its cover.
        covers: (N,) the number of its cover.
    """

    features: Tensor
    methods: list[str]
    sources: list[str]
    covers: Tensor


class Pictures(Dataset[tuple[np.ndarray, list[str], list[str]]]):
    """All examples of one cover after the other: their features, methods and sources.

    Args:
        thumbnails: (N, 3, 64, 64) uint8, of which all pictures are made.
        seed: of all that is random.
    """

    def __init__(self, thumbnails: Tensor, seed: int):
        self.thumbnails, self.seed = thumbnails, seed

    def __getitem__(self, number: int) -> tuple[np.ndarray, list[str], list[str]]:
        random, synthetic = np.random.default_rng([self.seed, number]), drawn()
        features: list[np.ndarray] = []
        methods: list[str] = []
        sources: list[str] = []

        def add(pixels: np.ndarray, method: str, source: str) -> None:
            pictures = [pixels] if random.random() > CROPPED else [pixels, cropped(pixels, random)]
            features.extend(map(extract_features, pictures))
            methods.extend([method] * len(pictures))
            sources.extend([source] * len(pictures))

        for _ in range(ALSO_CLEAN):
            pixels, source = clean_picture(self.thumbnails, synthetic, random)
            add(pixels, CLEAN, source)
        cover, source = clean_picture(self.thumbnails, synthetic, random)
        secret, _ = clean_picture(self.thumbnails, synthetic, random)
        add(cover, CLEAN, source)
        others = [name for name in OFFERED if name not in ALWAYS]
        for name in (*ALWAYS, others[number % len(others)]):
            stego = hidden(name, cover, secret, random)
            add(stego, name, source)
            if name == Robust.name:
                add(as_jpeg(stego, random, QUALITIES), SENT, source)
        random = np.random.default_rng([self.seed, number, 1])
        for _ in range(NOISY):
            cover, source = noisy_picture(self.thumbnails, synthetic, random)
            add(cover, CLEAN, source)
        add(hidden("file", cover, secret, random), "file", source)
        return np.stack(features), methods, sources


@functools.cache
def drawn() -> Tensor:
    """Synthetic pictures for some of the sources."""
    return synthetic_pictures(200, 64, 0)


@functools.cache
def method(name: str) -> steg.Method:
    """A method, loaded once in each process."""
    return steg.load(name)


def hidden(name: str, cover: np.ndarray, secret: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """What a method makes of a cover, (H, W, 3) uint8, at a random strength."""
    hiding, strength = method(name), random.random()
    if isinstance(hiding, Robust):
        return modulated(hiding, cover, strength, random)
    return np.asarray(hiding.hide(Image.fromarray(cover), Image.fromarray(secret), strength=strength))


def modulated(robust: Robust, cover: np.ndarray, strength: float, random: np.random.Generator) -> np.ndarray:
    """A stego picture of the method robust, with random symbols in place of a coded secret.

    Coded symbols look just as random, and most of the time of hiding goes into measuring code rates.
    """
    height, width, _ = cover.shape
    scale = robust.scale(cover, strength)
    marked = watermark.write(cover, Watermark(robust.weights_id[:1], (width, height), VERSION, False, scale))
    modem = robust.modem(scale if watermark.read_in_place(marked) else None)
    symbols = [random.integers(0, size, np.prod(grid(cover))) for size in ALPHABET_SIZES]
    stego = modem.modulate(marked, np.stack(symbols).astype(np.uint8))
    return header.write(stego, Header(robust.method_id, robust.weights_id, (width, height)))


def cropped(pixels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A random crop of a random size."""
    side = random.choice(CROPS)
    top, left = (random.integers(length - side + 1) for length in pixels.shape[:2])
    return pixels[top : top + side, left : left + side]


def make_examples(thumbnails: Tensor, covers: int, seed: int) -> Examples:
    """Examples of so many covers, made in all cores; arguments as in `Pictures`."""
    pictures = Pictures(thumbnails, seed)
    workers = min(os.cpu_count() or 1, covers // 8)  # none for a few, which are made in this process
    loader = DataLoader(
        pictures,
        batch_size=None,
        sampler=range(covers),
        num_workers=workers,
        multiprocessing_context="spawn" if workers else None,
    )
    features, methods, sources, numbers = [], [], [], []
    for number, (found, of_methods, of_sources) in enumerate(tqdm(loader, "pictures", disable=None)):
        features.append(found)
        methods += of_methods
        sources += of_sources
        numbers += [number] * len(found)
    return Examples(torch.cat(features), methods, sources, torch.tensor(numbers))


def kept_examples(path: Path, thumbnails: Tensor, covers: int, seed: int) -> Examples:
    """As `make_examples`, kept in a file, which is made anew where it came about in another way.

    Args:
        path: the file.
        thumbnails: as in `make_examples`.
        covers: as there.
        seed: as there.
    """
    made_by: dict[str, int | str] = {"pictures": len(thumbnails), "covers": covers, "seed": seed}
    made_by |= {name: weights_id(name) for name in OFFERED}
    return Examples(*kept(path, made_by, lambda: make_examples(thumbnails, covers, seed)))
