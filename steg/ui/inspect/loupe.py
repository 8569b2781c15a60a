"""Can it be seen: a slider between cover and stego picture, and a loupe that shows single pixels."""

import gradio as gr
import numpy as np
from gradio.components import Component
from PIL import Image

from steg.images.metrics import psnr
from steg.steganalysis.residual import compute_residual, signed_picture
from steg.ui.events import LATEST, Handler
from steg.ui.inspect.reading import reader, shown
from steg.ui.pair import describe_cover
from steg.ui.pictures import magnified, picture_display, save_pixels

SIDE, ENLARGED = 48, 8  # pixels that the loupe shows a side, and how large each is drawn
GAIN = 20  # of the residual
NEEDS_COVER = "Add the cover above to compare it with the stego picture."
VERDICT = "Beside its cover, the picture: **{words}** ({level:.1f} dB). Drag the line to see for yourself."


def build(uploads: list[Component]) -> list[Handler]:
    """Lays out the section for these uploads; returns what fills it."""
    verdict = gr.Markdown(NEEDS_COVER, elem_classes="see")
    slider = gr.ImageSlider(
        label="Cover | stego", type="filepath", buttons=["fullscreen"], max_height=420, interactive=False
    )
    gr.Markdown(
        f"The loupe: {SIDE}x{SIDE} single pixels. Look in smooth parts for grain that the cover has not.",
        elem_classes="see",
    )
    with gr.Row():
        across = gr.Slider(0, 100, 50, step=1, label="Loupe: percent from the left")
        down = gr.Slider(0, 100, 50, step=1, label="Loupe: percent from the top")
    with gr.Row():
        names = "Cover", "Stego", f"Residual x{GAIN}"
        loupes = [picture_display(name, 330, f"{name}, single pixels") for name in names]

    show = Handler(show_loupes, [*uploads, across, down], loupes)
    gr.on([across.input, down.input], *show, **LATEST)
    return [Handler(show_slider, uploads, [slider, verdict]), show]


@reader
def show_slider(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None
) -> tuple[tuple[str, str] | None, str]:
    """Cover and stego picture for the slider, if there is a cover, and what one sees."""
    if cover is None:
        return None, NEEDS_COVER
    level = psnr(cover, stego)
    words = describe_cover(Image.fromarray(cover), Image.fromarray(stego), level)
    verdict = VERDICT.format(words=words, level=level)
    return (save_pixels(cover, "cover"), save_pixels(stego, "stego")), verdict


@reader
def show_loupes(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None, across: float, down: float
) -> list[str | None]:
    """The same square of cover, stego picture and residual, `across` and `down` in percent."""
    change = None if cover is None else signed_picture(compute_residual(cover, stego), GAIN)
    place = across / 100, down / 100
    return [shown(x if x is None else loupe(x, *place), "loupe") for x in (cover, stego, change)]


def loupe(pixels: np.ndarray, across: float, down: float) -> np.ndarray:
    """A square of a picture, each pixel drawn as a square; `across` and `down` from 0 to 1."""
    top, left = (
        round(share * max(0, length - SIDE))
        for share, length in zip((down, across), pixels.shape[:2], strict=True)
    )
    return magnified(pixels[top : top + SIDE, left : left + SIDE], ENLARGED)
