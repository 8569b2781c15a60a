"""Step 1, convolution: a window slides over the picture and computes one sum at each place."""

import gradio as gr
import numpy as np

from steg.teaching.convolution import KERNELS
from steg.ui.components import component
from steg.ui.components.controls import choice, range_, switch
from steg.ui.learn.live import live
from steg.ui.learn.sliding import COLOUR_MAPS, window_on

TITLE = "Convolution"
SLUG = "convolution"
WORDS = (
    "A small window slides over the picture. At each place the pixels under it are multiplied by the weights"
    " of a **kernel** and added up, and that sum becomes one pixel of the result: large where the picture is"
    " bright under the large weights, so this is a search for a pattern, and a network learns which patterns"
    " to search for. (In mathematics a convolution turns the kernel round first. Without that, as here and "
    "in PyTorch, it is a *cross-correlation*.)"
)
SOURCE = (
    "[V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning]"
    "(https://arxiv.org/abs/1603.07285), chapters 1 and 2"
)
TRY = (
    "Move the window to an eye and take the patch under it as kernel. Is the largest sum where the patch "
    "came from? Now compare shapes only. What has changed, and why?"
)

SIDE = 96  # pixels of the longer side, so that the window can be seen and dragged
START = 24, 33  # the window's first place: rows from the top, columns from the left
FIRST = "Sobel, left to right"
CENTRE = np.outer([0, 1, 0], [0, 1, 0])
REDDER = {"Redder than green (three planes)": [CENTRE, -CENTRE, 0 * CENTRE]}
IDENTITY = {"Nothing but the centre, 3x3": [CENTRE], "Nothing but the centre, 5x5": [np.pad(CENTRE, 1)]}
OWN = {"own": "Your own weights"}
CHOICES = {name: [kernel] for name, kernel in KERNELS.items()} | REDDER | IDENTITY
CHANNELS = {"brightness": "Brightness", "colour": "Red, green, blue"}


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    window = component(
        "window",
        kind=SLUG,
        place=START,
        kernels={name: [plane.ravel().tolist() for plane in planes] for name, planes in CHOICES.items()},
        controls=[
            choice("kernel", "Kernel", {name: name for name in CHOICES} | OWN, FIRST),
            choice("channels", "Looks at", CHANNELS, "brightness"),
            range_("stride", "Stride", 1, 8, 1),
            range_("dilation", "Dilation", 1, 8, 1),
            switch("alike", "Compare shapes only (divide by contrast)"),
        ],
        **COLOUR_MAPS,
    )
    live(picture, lambda pixels: window_on(pixels, SIDE), [], [window])
