"""Step 3, pooling: each window becomes one number, and a small shift of the picture hardly matters."""

import gradio as gr

from steg.ui.components import component
from steg.ui.components.controls import choice, range_
from steg.ui.learn.live import live
from steg.ui.learn.sliding import COLOUR_MAPS, window_on

TITLE = "Pooling"
SLUG = "pooling"
WORDS = (
    "Pooling replaces each window by one number: its largest (**max**) or its mean (**average**). There is "
    "nothing to learn in it; the picture gets smaller, so that the next layer sees more of it at once. And "
    "as the largest number of a window may stand anywhere in it, part of the result stays the same when "
    "the picture shifts by a pixel."
)
SOURCE = (
    "[I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 9.3: Pooling]"
    "(https://www.deeplearningbook.org/contents/convnets.html)"
)
TRY = (
    "Shift the picture by exactly the stride. Few numbers are the same as before, and yet hardly any was "
    "lost: where have the numbers gone?"
)

SIDE = 64  # pixels of the longer side, so that single ones can be seen
START = 10, 12  # the window's first place: rows from the top, columns from the left
OF = {"brightness": "The picture's brightness", "edges": "Its edges (step 1's Sobel, then ReLU)"}


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    window = component(
        "window",
        kind=SLUG,
        place=START,
        controls=[
            choice("kind", "Pooling", {"max": "Max", "average": "Average"}, "max"),
            choice("of", "What is pooled", OF, "brightness"),
            range_("size", "Window", 2, 8, 2),
            range_("stride", "Stride", 1, 8, 2),
            range_("shift", "Shift to the right", 0, 4, 1),
        ],
        **COLOUR_MAPS,
    )
    live(picture, lambda pixels: window_on(pixels, SIDE), [], [window])
