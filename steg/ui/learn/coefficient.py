"""Step: a road and its damage; a bit in a DCT coefficient, JPEG's rounding, and a code that repairs it."""

from base64 import b64encode
from typing import Any

import gradio as gr
import numpy as np
from PIL import Image, ImageOps

from steg.images.metrics import psnr
from steg.teaching.jpeg_channel import REPETITIONS, coded_bits, modulate, quantisation_table, transmit
from steg.ui.components import component
from steg.ui.components.controls import choice, range_
from steg.ui.learn.live import live

TITLE = "A road and its damage"
SLUG = "road"
WORDS = (
    "A chat sends pictures as JPEG: blocks of 8x8 pixels become 64 **coefficients**, each rounded to a "
    "multiple of some step. So bits for a chat stand in coefficients, far enough apart to outlive the "
    "rounding, and a **code** repairs the bits that flip all the same. *Hide* does this with up to 16 places "
    "for each coefficient, a network that reads them, and the same kind of code."
)
SOURCE = (
    "[B. Chen and G. Wornell, Quantization index modulation, IEEE Trans. Information Theory 2001]"
    "(https://doi.org/10.1109/18.923725) on bits in coefficients; "
    "[E. Arikan, Channel polarization](https://arxiv.org/abs/0807.3917) on the code"
)
TRY = (
    "Move the quality: where do single letters break? Which code saves the message, and at which quality "
    "does it fail as well? Then choose steps twice as long: what do they buy, and what does the cover pay?"
)

SIDE = 256  # pixels of the square picture: 32x32 blocks
MESSAGE = "Meet me at 8 p.m.!"
QUALITIES = range(10, 101, 5)
STEPS = (12, 24, 48, 96)  # levels
FREQUENCIES = {"low": (0, 1), "middle": (2, 2), "high": (4, 4)}  # down and across
FREQUENCY_NAMES = {
    "low": "low: half a wave across",
    "middle": "middle: one wave each way",
    "high": "high: two waves each way",
}
CODES = dict(zip(("none", "half", "quarter"), REPETITIONS, strict=True))
CODE_NAMES = {
    "none": "None",
    "half": "Polar code, 2 bits for each",
    "quarter": "Polar code, 4 bits for each",
}
BITS = {"message": "That of the message", "0": "0", "1": "1"}
PLACE = 16, 13  # of the block that is shown first


def build(picture: gr.State) -> gr.Button:
    """Lays out the step; returns the button that leads to Hide. `picture` as in `steg.ui.learn`."""
    transmitted = component(
        "coefficient",
        kind=SLUG,
        block=PLACE,
        controls=[
            range_("quality", "JPEG quality", QUALITIES[0], QUALITIES[-1], 50, QUALITIES.step),
            choice("spacing", "Step", {f"{step}": f"{step} levels" for step in STEPS}, "24"),
            choice("frequency", "Coefficient", FREQUENCY_NAMES, "low"),
            choice("bit", "Bit", BITS, "message"),
            choice("code", "Code", CODE_NAMES, "none"),
        ],
    )
    live(picture, transmissions, [], [transmitted])
    return gr.Button("Hide a picture of your own", variant="primary")


def transmissions(pixels: np.ndarray) -> dict[str, Any]:
    """What the component shows of a picture, (H, W, 3) uint8: its brightness, and what arrives."""
    plane = np.asarray(ImageOps.fit(Image.fromarray(pixels).convert("L"), (SIDE, SIDE)))
    message = np.unpackbits(np.frombuffer(MESSAGE.encode(), np.uint8))
    bits, places = coded_bits(message, (SIDE // 8) ** 2)
    sent, cover_psnr = {}, {}
    for name, frequency in FREQUENCIES.items():
        for step in STEPS:
            stego = modulate(plane, bits, frequency, step)
            cover_psnr[f"{name} {step}"] = psnr(stego, plane)
            for quality in QUALITIES:
                found = transmit(stego, quality, frequency, step, places)
                sent[f"{name} {step} {quality}"] = {
                    "received": _packed(found.received),
                    "messages": [_packed(message) for message in found.messages],
                }
    return {
        "side": SIDE,
        "plane": b64encode(plane.tobytes()).decode(),
        "bits": _packed(bits),
        "message": MESSAGE,
        "codes": CODES,
        "frequencies": FREQUENCIES,
        "tables": {f"{quality}": quantisation_table(quality).ravel().tolist() for quality in QUALITIES},
        "psnr": cover_psnr,
        "sent": sent,
    }


def _packed(bits: np.ndarray) -> str:
    return b64encode(np.packbits(bits).tobytes()).decode()
