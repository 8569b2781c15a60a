"""Where: the size of the changes around each pixel, beside the texture of the cover."""

import gradio as gr
import numpy as np
import pandas as pd
from gradio.components import Component

from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.images.dct import luma
from steg.steganalysis.residual import (
    TEXTURED,
    Area,
    compute_residual,
    local_deviation,
    local_rms,
    rms_by_texture,
)
from steg.ui.events import Handler
from steg.ui.inspect.changed import NEEDS_COVER, bar_plot
from steg.ui.inspect.reading import reader, shown
from steg.ui.pictures import picture_display

BRIGHTEST = 99  # percentile of a map that is drawn brightest
LEAST_SHARE = 0.02  # of the cover, for a kind of area to be spoken of
ALIKE = 1.15  # ratio of changes up to which two areas were changed alike
AXES, AREAS = ("part of the cover", "change in levels"), ["smooth", "middling", "textured"]


def build(uploads: list[Component]) -> list[Handler]:
    """Lays out the section for these uploads; returns what fills it."""
    sentence = gr.Markdown(NEEDS_COVER, elem_classes="see")
    with gr.Row():
        names = "Where it changed: yellow most", "Texture: yellow is rough"
        maps = [picture_display(name, 400, name) for name in names]
        bars = bar_plot("Changes by texture", AXES, AREAS, height=400)
    return [Handler(show_where, uploads, [sentence, *maps, bars])]


@reader
def show_where(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None
) -> tuple[str, str | None, str | None, gr.BarPlot]:
    """What to see, a map of the changes, one of the cover's texture, and bars of both."""
    if cover is None:
        return NEEDS_COVER, None, None, gr.BarPlot(visible=False)
    change = compute_residual(cover, stego)
    frame = pd.DataFrame([(area.name, area.change) for area in rms_by_texture(cover, change)], columns=AXES)
    rms = local_rms(change)
    changes = apply_colormap(rms / max(np.percentile(rms, BRIGHTEST), 1e-6), SEQUENTIAL)
    texture = apply_colormap(local_deviation(luma(cover)) / (2 * TEXTURED), SEQUENTIAL)
    return (
        sentence_of(cover, change),
        shown(changes, "changes"),
        shown(texture, "texture"),
        gr.BarPlot(frame, visible=True),
    )


def sentence_of(cover: np.ndarray, change: np.ndarray) -> str:
    """Whether smooth parts, in which the eye is keen, were spared, as Markdown."""
    if not change.any():
        return "Nothing was changed at all: both pictures are the same."
    areas = {area.name: area for area in rms_by_texture(cover, change)}
    smooth, textured = areas["smooth"], areas["textured"]
    if min(smooth.share, textured.share) < LEAST_SHARE:
        kind = "smooth" if smooth.share > textured.share else "textured"
        return f"The whole cover is rather {kind}, so the changes have no choice; see where they are largest."
    ratio = smooth.change / max(textured.change, 1e-6)
    if ratio > ALIKE:
        words = f"**Smooth parts were changed more than textured ones** ({_levels(smooth, textured)})"
    elif ratio * ALIKE < 1:
        words = f"**Smooth parts were spared** ({_levels(smooth, textured)})"
    else:
        words = f"**Smooth and textured parts were changed alike** ({_levels(smooth, textured)})"
    return (
        f"{words}; the eye is keen in smooth parts, such as sky and skin: {smooth.share:.0%} of this cover."
    )


def _levels(smooth: Area, textured: Area) -> str:
    return f"{smooth.change:.1f} against {textured.change:.1f} of 255 levels"
