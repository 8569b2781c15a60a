"""Bit planes and spectrum, of the stego picture and beside it of the cover."""

import gradio as gr
import numpy as np

from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.steganalysis.bit_planes import bit_plane, spectrum
from steg.ui.events import LATEST, Handler
from steg.ui.inspect.reading import CHANNELS, reader, shown
from steg.ui.pictures import picture_display

ABOUT_PLANES = (
    "A photograph's lowest planes look like noise, its highest like the photograph. A picture hidden in "
    "lowest bits shows here at once; what the networks write looks like noise, and shows only where the "
    "cover has none, as in a smooth sky."
)
ABOUT_SPECTRA = (
    "The spectrum: how strong each spatial frequency is, coarse in the middle, fine detail at the edges, "
    "bright is strong. What is hidden is fine noise, so the dark corners get a little brighter."
)


def build(uploads: list[gr.Image]) -> list[Handler]:
    """Lays out the section for these uploads; returns what fills it."""
    with gr.Row():
        bit = gr.Slider(0, 7, 0, step=1, label="Bit plane: 0 is the lowest, 7 the highest", elem_id="bit")
        channel = gr.Radio(["All", *CHANNELS], value="All", label="Channel")
    gr.Markdown(ABOUT_PLANES)
    with gr.Row():
        planes = [
            picture_display(name, 400, f"Bit plane of the {name.lower()}") for name in ("Stego", "Cover")
        ]
    gr.Markdown(ABOUT_SPECTRA)
    with gr.Row():
        spectra = [
            picture_display(name, 400, f"Spectrum of the {name.lower()}") for name in ("Stego", "Cover")
        ]

    show = Handler(show_planes, [*uploads, bit, channel], planes)
    gr.on([bit.input, channel.input], *show, **LATEST)
    return [show, Handler(show_spectra, uploads, spectra)]


@reader
def show_planes(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None, bit: int, channel: str
) -> list[str | None]:
    """A bit plane of stego picture and cover."""
    return [shown(x if x is None else plane_of(x, int(bit), channel), "plane") for x in (stego, cover)]


@reader
def show_spectra(stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None) -> list[str | None]:
    """The spectra of stego picture and cover, on one scale."""
    of_stego, of_cover = spectrum(stego), None if cover is None else spectrum(cover)
    low, high = np.percentile(of_stego, (1, 100))
    return [
        shown(x if x is None else apply_colormap((x - low) / max(high - low, 1e-9), SEQUENTIAL), "spectrum")
        for x in (of_stego, of_cover)
    ]


def plane_of(pixels: np.ndarray, bit: int, channel: str) -> np.ndarray:
    """A bit plane of one channel, in black and white, or of all, in their colours."""
    plane = bit_plane(pixels, bit)
    return plane if channel == "All" else plane[..., CHANNELS[channel]]
