"""Before and after: a slider between cover and stego picture, and a loupe that shows single pixels."""

import gradio as gr
import numpy as np

from steg.steganalysis.residual import residual, signed_picture
from steg.ui.inspect.reading import Show, reader, shown
from steg.ui.pictures import picture_display

SIDE, ENLARGED = 48, 8  # pixels that the loupe shows a side, and how large each is drawn
GAIN = 20  # of the residual


def build(uploads: list[gr.Image]) -> list[Show]:
    """Lays out the section; returns what fills it."""
    slider = gr.ImageSlider(label="Cover | stego", type="filepath", buttons=["fullscreen"], max_height=460)
    gr.Markdown(f"The loupe shows {SIDE}x{SIDE} single pixels, enlarged without smoothing.")
    with gr.Row():
        across = gr.Slider(0, 100, 50, step=1, label="Loupe: percent from the left")
        down = gr.Slider(0, 100, 50, step=1, label="Loupe: percent from the top")
    with gr.Row():
        names = "Cover", "Stego", f"Residual x{GAIN}"
        loupes = [picture_display(name, 340, f"{name}, single pixels") for name in names]

    @reader
    def show_slider(after, before, hidden) -> tuple | None:
        return None if before is None else (shown(before, "cover"), shown(after, "stego"))

    @reader
    def show_loupes(after, before, hidden, across, down) -> list:
        change = None if before is None else signed_picture(residual(before, after), GAIN)
        place = across / 100, down / 100
        return [shown(x if x is None else loupe(x, *place), "loupe") for x in (before, after, change)]

    show = Show(show_loupes, [*uploads, across, down], loupes)
    gr.on([across.input, down.input], *show, trigger_mode="always_last", api_visibility="private")
    return [Show(show_slider, uploads, [slider]), show]


def loupe(pixels: np.ndarray, across: float, down: float) -> np.ndarray:
    """A square of a picture, each pixel drawn as a square; `across` and `down` from 0 to 1."""
    top, left = (
        round(share * max(0, length - SIDE))
        for share, length in zip((down, across), pixels.shape[:2], strict=True)
    )
    return pixels[top : top + SIDE, left : left + SIDE].repeat(ENLARGED, 0).repeat(ENLARGED, 1)
