"""Step: bits in pixels; what lowest bits, digits and a trellis code cost the cover, and the bound."""

from base64 import b64encode
from functools import lru_cache
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image, ImageOps

from steg.images.metrics import psnr
from steg.methods.layouts import RATES
from steg.teaching.embedding_rates import DIGITS, REPLACED, TRELLIS, bound, embeddings
from steg.ui.components import component
from steg.ui.components.controls import choice
from steg.ui.learn.live import live
from steg.ui.learn.sliding import COLOUR_MAPS

TITLE = "Bits in pixels"
SLUG = "bits"
WORDS = (
    "A PNG file keeps every number, so bits can stand in the numbers themselves. The oldest way overwrites "
    "the **lowest bits**. **Digits** move a number to the nearest one that leaves the wanted remainder. "
    "*Hide* writes files with a **trellis code**: several ways to write each message, and a search for the "
    "one that changes least."
)
SOURCE = (
    "[T. Filler, J. Judas and J. Fridrich, Minimizing additive distortion in steganography using "
    "syndrome-trellis codes](https://arxiv.org/abs/0911.3866) on trellis codes; the bound is that of "
    "[F. Willems and M. van Dijk](https://doi.org/10.1109/TIT.2004.842707)"
)
TRY = (
    "Drag the ring to 2 bits in each of the three ways. How many decibels does each save over the one "
    "before, and how much is there left to be had by any code at all?"
)

SIDE = 128  # pixels of the square that carries messages; each row is a block of the trellis code
SHOWN = 28  # pixels a side, from its middle, that are shown
PLACE = 14, 14  # of the pixel whose number is shown first
CODES = {TRELLIS: "Trellis code", DIGITS: "Digits", REPLACED: "Lowest bits, replaced"}
KEPT = 8  # pictures whose figures are kept
LEAST_RATE, HIGHEST_RATE = 0.14, 3.99  # of the bound that is drawn


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    point = component(
        "operating_point",
        kind=SLUG,
        rate=RATES[1],
        place=PLACE,
        controls=[choice("code", "How", CODES, TRELLIS)],
        diverging=COLOUR_MAPS["diverging"],
    )
    live(picture, operating_points, [], [point])


def operating_points(pixels: np.ndarray) -> dict[str, Any]:
    """What the component shows of a picture, (H, W, 3) uint8: rates, PSNR, the bound, and some samples."""
    cover = np.asarray(ImageOps.fit(Image.fromarray(pixels), (SIDE, SIDE)))
    return {**_measured(cover.tobytes()), "samples": pixels.size}


@lru_cache(KEPT)
def _measured(samples: bytes) -> dict[str, Any]:
    """What does not depend on the size of the picture; kept, as it takes a second or two."""
    cover = np.frombuffer(samples, np.uint8).reshape(SIDE, SIDE, 3)
    begin = (SIDE - SHOWN) // 2
    shown = np.s_[begin : begin + SHOWN, begin : begin + SHOWN]
    points = [
        {
            "code": found.code,
            "base": found.base,
            "rate": found.rate,
            "psnr": psnr(found.stego, cover),
            "changed": float((found.stego != cover).mean()),
            "stego": b64encode(found.stego[shown].tobytes()).decode(),
        }
        for found in embeddings(cover)
    ]
    rates = np.linspace(LEAST_RATE, HIGHEST_RATE, 60)
    return {
        "points": points,
        "bound": np.stack([rates, 10 * np.log10(255**2 / bound(rates))], 1).tolist(),
        "cover": b64encode(cover[shown].tobytes()).decode(),
        "side": SHOWN,
        "first": begin,
        "row": 3 * SIDE,
    }
