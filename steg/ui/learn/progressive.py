"""Step: a picture as bits; how a picture grows with the bytes of its JPEG 2000 layers, and its wavelet."""

import io
from base64 import b64encode
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image

from steg.images.dct import luma
from steg.images.metrics import psnr
from steg.methods.file import LosslessFile
from steg.payload.jpeg2000 import LEVELS
from steg.teaching.wavelet import first_significant, prefixes, transform
from steg.ui.components import component
from steg.ui.components.controls import range_
from steg.ui.learn.live import live
from steg.ui.learn.pictures import small
from steg.ui.learn.sliding import COLOUR_MAPS

TITLE = "A picture as bits"
SLUG = "layers"
WORDS = (
    "Before *Hide* writes a secret as a file or for a chat, it compresses it, mostly by JPEG 2000. That "
    "splits it by a **wavelet** into a small picture and what has to be added at each doubling of the size; "
    "most of that is almost nothing. The rest is written in **layers**, what matters most first, so that a "
    "beginning of the bytes is already the whole picture, coarsely."
)
SOURCE = (
    "[D. Taubman and M. Marcellin, JPEG2000: standard for interactive imaging, Proc. IEEE 2002]"
    "(https://doi.org/10.1109/JPROC.2002.800725); the wavelet is that of "
    "[Cohen, Daubechies and Feauveau](https://doi.org/10.1002/cpa.3160450502)"
)
TRY = (
    "Drag the ring from the left. At how many bytes do you recognise the picture, and at how many can you "
    "no longer tell it from the last one? Where do the first wavelet numbers appear, and where the last?"
)

SIDE = 160  # pixels of the longer side
STEPS, FEWEST = 18, 100  # sizes in bytes, rising to the capacity of a cover of the same size
START = 1000  # bytes


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    grows = component(
        "progressive",
        kind=SLUG,
        bytes=START,
        controls=[range_("levels", "Splits of the wavelet", 1, LEVELS, 3)],
        diverging=COLOUR_MAPS["diverging"],
    )
    live(picture, layers_of, [], [grows])


def layers_of(pixels: np.ndarray) -> dict[str, Any]:
    """What the component shows of a picture, (H, W, 3) uint8: its decodings, and its wavelet coefficients."""
    original = small(pixels, SIDE)
    room = LosslessFile().capacity(original.shape[1::-1])
    sizes = np.geomspace(FEWEST, max(room, 2 * FEWEST), STEPS).round().astype(int).tolist()
    found = prefixes(Image.fromarray(original), sizes)
    decoded = [prefix.pixels for prefix in found]
    splits = range(1, min(LEVELS, min(original.shape[:2]).bit_length() - 1) + 1)
    return {
        "height": original.shape[0],
        "width": original.shape[1],
        "room": room,
        "sizes": [prefix.size for prefix in found],
        "psnr": [psnr(prefix.pixels, original) for prefix in found],
        "pictures": [_data_url(picture) for picture in decoded],
        "coefficients": [_as_bytes(_shown(transform(luma(original), count), count)) for count in splits],
        "first": [_as_bytes(first_significant(decoded, count)) for count in splits],
    }


def _shown(coefficients: np.ndarray, splits: int) -> np.ndarray:
    """Details, and the low-pass band minus 128, as whole numbers, int8."""
    height, width = (-(-side // 2**splits) for side in coefficients.shape)
    centred = coefficients.copy()
    centred[:height, :width] -= 128
    return centred.round().clip(-128, 127).astype(np.int8)


def _as_bytes(plane: np.ndarray) -> str:
    return b64encode(plane.tobytes()).decode()


def _data_url(pixels: np.ndarray) -> str:
    """A picture as a WebP file inside an address: only shown, so a loss that nobody sees keeps it short."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=95)
    return f"data:image/webp;base64,{b64encode(file.getvalue()).decode()}"
