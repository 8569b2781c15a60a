"""Can it be found: bit planes and spectra of stego picture and cover."""

import gradio as gr
import numpy as np
from gradio.components import Component

from steg.images.colormaps import DIVERGING, SEQUENTIAL, apply_colormap
from steg.steganalysis.bit_planes import bit_plane, rings, spectrum, spectrum_difference
from steg.ui.events import LATEST, Handler
from steg.ui.inspect.reading import CHANNELS, reader, shown
from steg.ui.pictures import picture_display

ABOUT_PLANES = (
    "See the lowest bit of every sample: a photograph's look like noise. A picture hidden in lowest bits "
    "shows at once; what other methods write is noise, too, and shows only where the cover has none, as in "
    "a sky."
)
ABOUT_SPECTRA = (
    "The spectrum: how strong coarse waves (in the middle) and fine ones (at the edges) are. One cannot tell "
    "the two apart"
)
DIFFERENCE = (
    "; see in the difference, {gain:.0f} times as strong, where hiding added (orange): on average {low:+.1%} "
    "to coarse waves, {middle:+.1%} to those between, and {high:+.1%} to fine ones."
)
NEEDS_COVER = "; add the cover above to see their difference."
DARKEST = 99.5  # percentile of the difference that is drawn in full colour


def build(uploads: list[Component]) -> list[Handler]:
    """Lays out the section for these uploads; returns what fills it."""
    with gr.Row():
        bit = gr.Slider(0, 7, 0, step=1, label="Bit plane: 0 is the lowest, 7 the highest", elem_id="bit")
        channel = gr.Radio(["All", *CHANNELS], value="All", label="Channel")
    gr.Markdown(ABOUT_PLANES, elem_classes="see")
    with gr.Row():
        planes = [
            picture_display(name, 400, f"Bit plane of the {name.lower()}") for name in ("Stego", "Cover")
        ]
    about_spectra = gr.Markdown(elem_classes="see")
    with gr.Row():
        names = {"Stego": "Spectrum of the stego", "Cover": "Spectrum of the cover"}
        names["Difference"] = "Difference of the spectra: orange is stronger in the stego picture"
        spectra = [picture_display(name, 340, text) for name, text in names.items()]

    show = Handler(show_planes, [*uploads, bit, channel], planes)
    gr.on([bit.input, channel.input], *show, **LATEST)
    return [show, Handler(show_spectra, uploads, [about_spectra, *spectra])]


@reader
def show_planes(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None, bit: int, channel: str
) -> list[str | None]:
    """A bit plane of stego picture and cover."""
    return [shown(x if x is None else plane_of(x, int(bit), channel), "plane") for x in (stego, cover)]


@reader
def show_spectra(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None
) -> tuple[str, str | None, str | None, str | None]:
    """What to see, the spectra of stego picture and cover, on one scale, and their difference."""
    of_stego = spectrum(stego)
    low, high = np.percentile(of_stego, (1, 100))

    def drawn(values: np.ndarray) -> str | None:
        return shown(apply_colormap((values - low) / max(high - low, 1e-9), SEQUENTIAL), "spectrum")

    if cover is None:
        return ABOUT_SPECTRA + NEEDS_COVER, drawn(of_stego), None, None
    added = spectrum_difference(stego, cover)
    gain = (high - low) / max(2 * np.percentile(np.abs(added), DARKEST), 1e-9)
    picture = shown(apply_colormap(0.5 + gain * added / (high - low), DIVERGING), "difference")
    more = [round(10**ring - 1, 3) + 0.0 for ring in rings(added)]  # the sum turns -0.0 to 0.0
    shares = dict(zip(("low", "middle", "high"), more, strict=True))
    said = ABOUT_SPECTRA + DIFFERENCE.format(gain=gain, **shares)
    return said, drawn(of_stego), drawn(spectrum(cover)), picture


def plane_of(pixels: np.ndarray, bit: int, channel: str) -> np.ndarray:
    """A bit plane of one channel, in black and white, or of all, in their colours."""
    plane = bit_plane(pixels, bit)
    return plane if channel == "All" else plane[..., CHANNELS[channel]]
