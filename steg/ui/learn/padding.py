"""Step 2, padding: what is put around a picture, and what that does to the result's size and border."""

import gradio as gr

from steg.ui.components import component
from steg.ui.components.controls import choice, range_
from steg.ui.learn.live import live
from steg.ui.learn.sliding import COLOUR_MAPS, window_on

TITLE = "Padding"
SLUG = "padding"
WORDS = (
    "Where the window would stick out over the border there is no sum, so each convolution makes the "
    "picture smaller. **Padding** puts pixels around it first: zeros, or the picture itself, mirrored. How "
    "many are added decides the size of the result; what they are decides how its border looks."
)
SOURCE = (
    "[V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning]"
    "(https://arxiv.org/abs/1603.07285), chapter 2"
)
TRY = (
    "Choose *same* and a stride of 1, then more and more layers. The size stays; how far does the dark "
    "border reach after each layer? And why is there none with *reflect*?"
)

MODES = {
    "none": "None",
    "zeros": "Zeros",
    "reflect": "Reflect",
    "same": "Same: zeros that keep the size, at stride 1",
}
SIDE = 48  # pixels of the longer side, so that single ones can be seen


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    window = component(
        "window",
        kind=SLUG,
        place=(0, 0),
        controls=[
            choice("mode", "Padding", MODES, "zeros"),
            range_("padding", "Pixels on each side (zeros, reflect)", 0, 8, 2),
            range_("size", "Kernel, a blur", 3, 7, 5, step=2),
            range_("stride", "Stride", 1, 4, 1),
            range_("layers", "Layers", 1, 8, 1),
        ],
        **COLOUR_MAPS,
    )
    live(picture, lambda pixels: window_on(pixels, SIDE), [], [window])
