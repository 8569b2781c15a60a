"""Synthetic pictures for training: text, lines, boxes, codes and flat colour, which photographs lack."""

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-()!?"


def synthetic_pictures(count: int, side: int, seed: int) -> Tensor:
    """Random synthetic pictures, (count, 3, side, side) uint8, the same ones for the same seed."""
    random = np.random.default_rng(seed)
    kinds = (_text, _text, _shapes, _code, _flat)
    pictures = [np.asarray(kinds[i % len(kinds)](random, side)) for i in range(count)]
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()


def _two_colours(random: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ink and paper: mostly dark on light, sometimes the reverse, sometimes anything."""
    if random.random() < 0.4:
        return tuple(random.integers(0, 256, 3)), tuple(random.integers(0, 256, 3))
    dark, light = (tuple(random.integers(low, low + 60, 3)) for low in (0, 196))
    return (dark, light) if random.random() < 0.7 else (light, dark)


def _canvas(
    random: np.random.Generator, side: int
) -> tuple[Image.Image, ImageDraw.ImageDraw, tuple[int, ...]]:
    ink, paper = _two_colours(random)
    image = Image.new("RGB", (side, side), tuple(map(int, paper)))
    return image, ImageDraw.Draw(image), tuple(map(int, ink))


def _text(random: np.random.Generator, side: int) -> Image.Image:
    image, draw, ink = _canvas(random, side)
    size = int(random.integers(9, 40))
    font = ImageFont.load_default(size)
    for y in range(-int(random.integers(0, size)), side, int(size * 1.3)):
        line = "".join(random.choice(list(LETTERS + " " * 12), 40))
        draw.text((-int(random.integers(0, 20)), y), line, ink, font)
    return image


def _shapes(random: np.random.Generator, side: int) -> Image.Image:
    image, draw, ink = _canvas(random, side)
    for _ in range(int(random.integers(2, 9))):
        a, b = (tuple(map(int, random.integers(-8, side + 8, 2))) for _ in range(2))
        colour = ink if random.random() < 0.5 else tuple(map(int, random.integers(0, 256, 3)))
        width = int(random.integers(1, 4))
        box = [min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])]
        kind = random.integers(4)
        if kind == 0:
            draw.line([a, b], colour, width)
        elif kind == 1:
            draw.rectangle(box, outline=colour, width=width)
        elif kind == 2:
            draw.rectangle(box, fill=colour)
        else:
            draw.ellipse(box, outline=colour, width=width)
    return image


def _code(random: np.random.Generator, side: int) -> Image.Image:
    image, draw, ink = _canvas(random, side)
    module = int(random.integers(2, 9))
    for y in range(0, side, module):
        for x in range(0, side, module):
            if random.random() < 0.5:
                draw.rectangle([x, y, x + module - 1, y + module - 1], fill=ink)
    return image


def _flat(random: np.random.Generator, side: int) -> Image.Image:
    """One colour, or a slope from one to another."""
    a, b = (np.array(c, float) for c in _two_colours(random))
    share = np.linspace(0, float(random.random() < 0.7), side)[:, None, None]
    pixels = np.broadcast_to(a * (1 - share) + b * share, (side, side, 3)).round().astype(np.uint8)
    return Image.fromarray(pixels if random.random() < 0.5 else pixels.transpose(1, 0, 2).copy())
