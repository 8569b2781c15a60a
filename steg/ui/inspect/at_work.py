"""The method at work: what it wrote where, or the pictures inside its network, step by step."""

from typing import cast

import gradio as gr
import numpy as np

from steg.embedding import header
from steg.errors import StegError
from steg.images.reading import read_stego
from steg.methods import Invertible, LosslessFile, Predictive, PrepHideReveal, Robust, recognise
from steg.networks.predictive import DITHER_PERIOD
from steg.teaching.feature_maps import (
    Step,
    dct_changes,
    decoding_steps,
    invertible_steps,
    layer_pictures,
    preparation_maps,
)
from steg.teaching.trellis_steps import trellis_steps
from steg.ui import loader
from steg.ui.events import LATEST, NETWORK, PRIVATE
from steg.ui.gpu import on_gpu
from steg.ui.inspect.reading import read
from steg.ui.pictures import KEEP_FOR, errors_as_sentences, save_pixels

SIDE = 256  # pixels of the middle that are looked at
METHODS = {  # label: method
    "File: where a trellis code writes, and what": "file",
    "Predictive: how the receiver finds the secret, from coarse to fine": "predictive",
    "Robust: how the secret outlives JPEG": "robust",
    "Invertible: how the secret sinks into the cover": "invertible",
    "Prep-hide-reveal: how the secret is prepared": "prep-hide-reveal",
}
OTHER = "This picture was not made by the method {name}; choose one that was, or another method."

Pictures = list[tuple[str, str]]  # path and caption of each

NEEDS_SECRET = "Add the secret above to see what the network makes of it."


def build(uploads: list[gr.Image]) -> None:
    """Lays out the section for these uploads."""
    with gr.Row():
        method = gr.Radio(list(METHODS.items()), value="file", label="Method", min_width=320)
        start = gr.Button("Show it at work", min_width=160)
    number = gr.Slider(1, 2, 1, step=1, label="Step", visible=False, elem_id="step")
    sentence = gr.Markdown(elem_classes="notice")
    gallery = gr.Gallery(
        columns=4,
        elem_classes=["whole", "channels"],
        label="Inside the method",
        format="png",
        buttons=["fullscreen"],
    )
    steps = gr.State([], time_to_live=KEEP_FOR)

    start.click(show_at_work, [*uploads, method], [steps, number, sentence, gallery], **PRIVATE, **NETWORK)
    number.input(show_step, [steps, number], [sentence, gallery], **LATEST)


@on_gpu
def show_at_work(
    stego: str | None, cover: str | None, secret: str | None, method: str
) -> tuple[list[tuple[str, Pictures]], gr.Slider, str, Pictures]:
    """All steps of a method, the slider that chooses one, and sentence and pictures of the first."""
    with errors_as_sentences():
        found = steps_of(method, stego, cover, secret)
    steps = [
        (step.sentence, [(save_pixels(pixels, "inside"), caption) for pixels, caption in step.pictures])
        for step in found
    ]
    return steps, gr.Slider(1, len(steps), 1, step=1, visible=True), *steps[0]


def show_step(steps: list[tuple[str, Pictures]], number: int) -> tuple[str, Pictures]:
    """Sentence and pictures of the step with this number, counted from 1."""
    return steps[int(number) - 1] if steps else ("", [])


def centre(pixels: np.ndarray) -> np.ndarray:
    """The middle of a picture, with sides and offset multiples of the predictive network's periods."""
    sides = [min(SIDE, length // 8 * 8) for length in pixels.shape[:2]]
    top, left = (
        (length - side) // 2 // DITHER_PERIOD * DITHER_PERIOD
        for length, side in zip(pixels.shape[:2], sides, strict=True)
    )
    return pixels[top : top + sides[0], left : left + sides[1]]


def uncut(pixels: np.ndarray) -> np.ndarray:
    """The whole picture."""
    return pixels


def steps_of(name: str, stego: str | None, cover: str | None, secret: str | None) -> list[Step]:
    """The steps of a method; of a network on the middle of these pictures.

    Raises:
        StegError: if a picture that this method needs is missing, or the stego picture is another method's.
    """
    if name == LosslessFile.name:
        pixels, before, _ = read(stego, cover, cut=uncut)
        return trellis_steps(LosslessFile(), pixels, before)
    after, before, hidden = read(stego, cover, secret, cut=centre)
    method, whole = loader.method(name), read_stego(stego or "")
    if isinstance(method, Robust):
        if recognise(whole) != name:
            raise StegError(OTHER.format(name=name))
        before = needed(before, "Add the cover above to see where the secret is written.")
        return [*dct_changes(method, after, before), layer_pictures(method, whole)]
    if isinstance(method, Predictive):
        found = header.read(np.asarray(whole))
        if not found or found.method_id != method.method_id:
            raise StegError(OTHER.format(name=name))
        return decoding_steps(method, after, found.base)
    if isinstance(method, Invertible):
        before = needed(before, "Add the cover above to see how a secret sinks into it.")
        return invertible_steps(method, before, needed(hidden, NEEDS_SECRET))
    return preparation_maps(cast(PrepHideReveal, method), needed(hidden, NEEDS_SECRET))


def needed(pixels: np.ndarray | None, sentence: str) -> np.ndarray:
    """The picture; where there is none, the sentence is the error."""
    if pixels is None:
        raise StegError(sentence)
    return pixels
