"""Step: from one picture through a bottleneck and back, and from there to hide and reveal."""

from typing import cast

import gradio as gr
import numpy as np

from steg.errors import StegError
from steg.images.colormaps import DIVERGING, apply_colormap
from steg.images.metrics import psnr
from steg.networks.autoencoder import BLOCK, Autoencoder
from steg.teaching.autoencoder import reconstruct
from steg.ui import examples, loader
from steg.ui.events import AT_ONCE, NETWORK, PRIVATE
from steg.ui.gpu import on_gpu
from steg.ui.learn.live import live, together
from steg.ui.learn.pictures import contact_sheet, read_kept
from steg.ui.pictures import magnified, picture_display, save_pixels
from steg.ui.processes import apart
from steg.weights import AUTOENCODER

TITLE = "The autoencoder"
SLUG = "autoencoder"
WORDS = (
    "An autoencoder learns to give back what it was given. In between lies a **bottleneck**, through which "
    "less passes than the picture has, so it has to find out what matters. Nobody labels anything: the "
    "picture itself is the answer."
)
SOURCE = (
    "[Hinton and Salakhutdinov, *Reducing the dimensionality of data with neural networks*, Science 2006]"
    "(https://doi.org/10.1126/science.1127647); how one network learns all widths: "
    "[Rippel, Gelbart and Adams, *Learning ordered representations with nested dropout*, 2014]"
    "(https://arxiv.org/abs/1402.0915)"
)
TRY = (
    "With one number for each square, what does the network keep first: brightness, colour or edges? How "
    "wide has the bottleneck to be before you recognise a face?"
)
WIDEST = 64
IN_A_BLOCK = 3 * BLOCK**2  # numbers
METHODS = {
    "Prep-hide-reveal: an autoencoder for two pictures": "prep-hide-reveal",
    "Predictive: one network, which guesses the secret": "predictive",
}
TWO_PICTURES = (
    "### The same idea with two pictures\nNow let two pictures go in, and one come out that **looks like the"
    " first**: the stego picture is the bottleneck. A second network gets only that, and has to give back "
    "the second picture. Both learn together, by the errors of both pictures: so was *prep-hide-reveal* "
    "trained. *Invertible* learnt by both errors, too, but is a single network, run backwards to reveal. "
    "*Predictive* guesses each number of the secret from those before it, and the stego picture says how far"
    " off it is. What *Hide* does as a file needs no network at all: it is a codec and a trellis code. For a"
    " chat, one network reads the bits of a code, and another makes up for what the codec lost."
)


def build(picture: gr.State) -> gr.Button:
    """Lays out the step; returns the button that leads to Hide. `picture` as in `steg.ui.learn`."""
    with together():
        width = gr.Slider(1, WIDEST, 8, step=1, label="Width of the bottleneck", elem_id="autoencoder-width")
        sentence = gr.Markdown(elem_classes="notice")
        with gr.Row():
            before = picture_display("In", 300, "What goes in")
            code = picture_display("What passes the bottleneck", 300, "The channels of the bottleneck")
            after = picture_display("Out", 300, "What comes out")
    live(picture, squeezed, [width], [sentence, before, code, after])

    with together():
        gr.Markdown(TWO_PICTURES)
        with gr.Row():
            name = gr.Radio(list(METHODS.items()), value="prep-hide-reveal", label="Network")
            start = gr.Button("Hide a cup of coffee in the picture", min_width=200)
        result = gr.Markdown(elem_classes="notice")
        with gr.Row():
            stego = picture_display("Stego picture: the bottleneck", 300, "The stego picture")
            revealed = picture_display("Revealed from it", 300, "The revealed secret")
    outputs = [result, stego, revealed]
    start.click(apart(hide_and_reveal), [picture, name], outputs, **PRIVATE, **NETWORK)
    gr.on([picture.change, name.input], clear, None, outputs, **AT_ONCE)
    return gr.Button("Hide a picture of your own", variant="primary")


def clear() -> tuple[str, None, None]:
    """Empties sentence, stego picture and revealed secret."""
    return "", None, None


def squeezed(pixels: np.ndarray, width: int) -> tuple[str, str, str, str]:
    """A sentence with figures, the picture before the bottleneck, what passes it, and the picture after."""
    width = int(width)
    passed = reconstruct(cast(Autoencoder, loader.network(AUTOENCODER)), pixels, width)
    sentence = (
        f"Each {BLOCK}x{BLOCK} square has {IN_A_BLOCK} numbers (three colours), and **{width}** pass for it: "
        f"1 in {IN_A_BLOCK / width:.3g}. What comes out has a PSNR of "
        f"**{psnr(passed.before, passed.after):.1f} dB**."
    )
    before, after = save_pixels(passed.before, "in"), save_pixels(passed.after, "out")
    return sentence, before, save_pixels(channels(passed.code), "code"), after


def channels(code: np.ndarray, side: int = 480) -> np.ndarray:
    """(channels, rows, columns) side by side in one picture: black is nothing, orange more, blue less."""
    count, rows, columns = code.shape
    across = int(np.ceil(np.sqrt(count)))
    times = max(1, side // (across * max(rows, columns)))
    scaled = (channel / max(np.abs(channel).max(), 1e-9) / 2 + 0.5 for channel in code)
    return contact_sheet([magnified(apply_colormap(x, DIVERGING), times) for x in scaled], across)


@on_gpu
def hide_and_reveal(picture: str | None, method: str) -> tuple[str, str | None, str | None]:
    """Hides our secret in the picture and reveals it again: a sentence, stego picture, revealed secret."""
    try:
        pixels, hider = read_kept(picture), loader.method(method)
        stego = hider.hide(pixels, examples.SECRET)
        revealed = hider.reveal(stego).image
        sentence = (
            f"The stego picture is {psnr(pixels, np.asarray(stego)):.1f} dB from your picture. It has 3 "
            "numbers a pixel, which now stand for 6; what the two cannot share is lost."
        )
        return (
            sentence,
            save_pixels(np.asarray(stego), "stego"),
            save_pixels(np.asarray(revealed), "revealed"),
        )
    except StegError as error:
        return f"**{error}**", None, None
