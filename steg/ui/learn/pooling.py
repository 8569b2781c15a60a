"""Step 3, pooling: each window becomes one number, and a small shift of the picture hardly matters."""

import gradio as gr
import numpy as np

from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.teaching.convolution import KERNELS, convolve
from steg.teaching.pooling import pool, shifted_views, unchanged_share
from steg.ui.learn import numbers
from steg.ui.learn.live import live
from steg.ui.learn.pictures import brightness, enlarged, grey, pixel_display, small
from steg.ui.markdown import table
from steg.ui.pictures import save_pixels

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
    "Shift the picture by exactly the stride. Few numbers are the same as before, and yet nothing was "
    "lost: where have the numbers gone?"
)

SIDE = 64  # pixels of the longer side, so that single ones can be seen
FURTHEST = 4  # pixels that the picture can be shifted by
OF = {"The picture's brightness": "brightness", "Its edges (a feature map after ReLU)": "edges"}
BRIGHT_ENOUGH = 64  # levels; a change of that size is drawn in the brightest colour


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    with gr.Row():
        kind = gr.Radio([("Max", "max"), ("Average", "average")], value="max", label="Pooling", min_width=200)
        of = gr.Radio(list(OF.items()), value="brightness", label="What is pooled", min_width=300)
    with gr.Row():
        size = gr.Slider(2, 8, 2, step=1, label="Window", min_width=200)
        stride = gr.Slider(1, 8, 2, step=1, label="Stride", min_width=200)
        shift = gr.Slider(0, FURTHEST, 1, step=1, label="Shift to the right, in pixels", min_width=200)
    with gr.Row():
        names = "Before pooling", "Pooled", "Pooled after the shift", "Change"
        displays = [pixel_display(name, name, 240) for name in names]
    windows = gr.HTML(elem_classes="notice")
    about = gr.Markdown(elem_classes="scrolls")
    live(picture, show, [kind, of, size, stride, shift], [*displays, windows, about])


def show(
    pixels: np.ndarray, kind: str, of: str, size: int, stride: int, shift: int
) -> tuple[str, str, str, str, str, str]:
    """Picture, pooled picture, that after the shift, their difference; a window and a table in numbers."""
    values = brightness(small(pixels, SIDE))
    if of == "edges":
        values = np.maximum(convolve(values, KERNELS["Sobel, left to right"]), 0).clip(0, 255)
    before, after = shifted_views(values, shift, FURTHEST)
    pooled, moved = (pool(x, size, stride, kind) for x in (before, after))
    changed = apply_colormap(np.abs(moved - pooled) / BRIGHT_ENOUGH, SEQUENTIAL)
    return (
        save_pixels(enlarged(grey(before)), "pooling"),
        save_pixels(enlarged(grey(pooled)), "pooling"),
        save_pixels(enlarged(grey(moved)), "pooling"),
        save_pixels(enlarged(changed), "pooling"),
        one_window(before, after, size, kind),
        figures([(before, after), (pooled, moved)], kind),
    )


def one_window(before: np.ndarray, after: np.ndarray, size: int, kind: str) -> str:
    """The window in the middle of the picture, before and after the shift, as HTML."""
    top, left = (n // 2 // size * size for n in before.shape)
    parts = []
    for values, name in ((before, "one window"), (after, "the same window after the shift")):
        under = values[top : top + size, left : left + size]
        pooled = numbers.levels(pool(under, size, size, kind), "max" if kind == "max" else "mean")
        parts.append(numbers.side_by_side(numbers.levels(under, name), numbers.sign("→"), pooled))
    return numbers.side_by_side(*parts)


def figures(pairs: list[tuple[np.ndarray, np.ndarray]], kind: str) -> str:
    """What a shift keeps, before and after pooling, as Markdown."""
    rows = []
    for name, (before, after) in zip(("before pooling", f"after {kind} pooling"), pairs, strict=True):
        height, width = before.shape
        unchanged, change = unchanged_share(before, after), np.abs(after - before).mean()
        rows.append([name, f"{width}x{height}", f"**{unchanged:.0%}**", f"**{change:.1f}**"])
    sizes = table(["", "size", "unchanged", "mean change"], rows)
    return (
        f"{sizes}\n\nThe shift left so many numbers unchanged, and changed them by so many of 255 levels "
        f"on the average. The picture was made smaller, to {SIDE} pixels, so that you can see each one; "
        f"{FURTHEST} columns at its border are kept out of sight and come in with the shift. In the "
        f"picture of the change, dark blue is none and yellow {BRIGHT_ENOUGH} levels or more."
    )
