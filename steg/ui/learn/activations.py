"""Step 4, activations: what a neuron makes of its sum, as a curve, and on a whole feature map."""

from base64 import b64encode
from typing import Any

import gradio as gr
import numpy as np

from steg.teaching.convolution import KERNELS, convolve
from steg.ui.components import component
from steg.ui.components.controls import choice, range_
from steg.ui.learn.live import live
from steg.ui.learn.pictures import brightness, small
from steg.ui.learn.sliding import COLOUR_MAPS

TITLE = "Activations"
SLUG = "activations"
WORDS = (
    "Sums of sums are only sums: without something bent between them, many layers can do no more than one. "
    "So each sum goes through an **activation** function. Its slope matters as much as its value: when the "
    "network learns, an error on its way back is multiplied by it, and where the slope is near 0, little "
    "is learnt."
)
SOURCE = (
    "[I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 6.3: Hidden Units]"
    "(https://www.deeplearningbook.org/contents/mlp.html)"
)
TRY = (
    "Drag the dot to −6 and compare the slopes of sigmoid, ReLU and leaky ReLU. Then find the place "
    "where the sigmoid is steepest: what is left of an error after ten such layers, even there?"
)

MAPS = {  # label: kernel, its sign
    "darker to brighter, going right": ("Sobel, left to right", 1),
    "darker to brighter, going left": ("Sobel, left to right", -1),
    "darker to brighter, going down": ("Sobel, top to bottom", 1),
    "darker to brighter, going up": ("Sobel, top to bottom", -1),
}
START = 1.5  # the number that comes in at first
LEAK = 0.1  # the slope of the leaky ReLU left of 0; often 0.01, which cannot be seen in a curve
SIDE = 160  # pixels of the feature maps' longer side
SAYS = {
    "ReLU": "Lets what is above 0 through and stops the rest. Quick to compute, and the usual choice in "
    "convolutional networks.",
    "Leaky ReLU": "As ReLU, but a little of what is below 0 comes through, so the slope is never 0.",
    "GELU": "Like ReLU with its corner rounded off, and a little below 0 left of it; a common choice in "
    "transformers.",
    "Sigmoid": "Squeezes every number between 0 and 1: for a probability at the output.",
    "Tanh": "Squeezes every number between −1 and 1, and keeps 0 where it is.",
    "Softmax": "Turns several scores into shares that add up to 1: for the output, one share for each "
    "class. It looks at all scores at once: here at four feature maps, one for each direction.",
}


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    curve = component(
        "activation",
        kind=SLUG,
        x=START,
        says=SAYS,
        diverging=COLOUR_MAPS["diverging"],
        controls=[
            choice("function", "Activation", {name: name for name in SAYS}, "ReLU"),
            choice("map", "Feature map: answers to edges", {name: name for name in MAPS}, next(iter(MAPS))),
            range_("bias", "Bias: added to the feature map first", -3, 3, 0, step=0.1),
            range_("leak", "Slope below 0", 0.01, 0.5, LEAK, step=0.01),
        ],
    )
    live(picture, maps_of, [], [curve])


def feature_maps(light: np.ndarray) -> np.ndarray:
    """What a layer of four Sobel kernels makes of (H, W) brightness, in units of its standard deviation."""
    maps = np.stack([side * convolve(light, KERNELS[name]) for name, side in MAPS.values()])
    return maps / max(maps.std(), 1e-9)


def maps_of(pixels: np.ndarray) -> dict[str, Any]:
    """The feature maps that the component shows of a picture, (H, W, 3) uint8, in thousandths, int16."""
    maps = feature_maps(brightness(small(pixels, SIDE)))
    return {
        "height": maps.shape[1],
        "width": maps.shape[2],
        "maps": {
            name: b64encode((1000 * map_).clip(-32768, 32767).astype("<i2").tobytes()).decode()
            for name, map_ in zip(MAPS, maps, strict=True)
        },
    }
