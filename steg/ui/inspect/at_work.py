"""How is it done: what a method wrote where, or the pictures inside its network, step by step."""

from collections.abc import Iterator
from typing import Any, cast

import gradio as gr
import numpy as np
from gradio.components import Component

from steg.channels import CHANNELS
from steg.embedding import header
from steg.errors import StegError
from steg.images.reading import read_stego
from steg.methods import Invertible, LosslessFile, Predictive, PrepHideReveal, Robust, recognise
from steg.networks.predictive import DITHER_PERIOD
from steg.teaching.feature_maps import Step, decoding_steps, invertible_steps, preparation_maps
from steg.teaching.robust_steps import channel_steps, robust_steps
from steg.teaching.trellis_steps import trellis_steps
from steg.ui import loader
from steg.ui.events import AT_ONCE, LATEST, NETWORK, Handler
from steg.ui.gpu import on_gpu
from steg.ui.inspect.reading import read
from steg.ui.pictures import KEEP_FOR, errors_as_sentences, save_pixels
from steg.ui.processes import apart
from steg.ui.survival import PAINTED, SHOWN

SIDE = 256  # pixels of the middle that are looked at
METHODS = {  # label: method
    "File": "file",
    "Robust": "robust",
    "Predictive": "predictive",
    "Invertible": "invertible",
    "Prep-hide-reveal": "prep-hide-reveal",
}
CHANNELS_TRIED = {name: CHANNELS[channel] for name, channel in SHOWN.items() if name != PAINTED}
OTHER = "This picture was not made by the method {name}; choose one that was, or another method."
UNKNOWN = "No method of ours is recognised in this picture; choose one, to see how it would be done."
NO_STEPS = "This picture was made by {name}, which has no steps: its bit planes show all that there is."
NEEDS_SECRET = "Add the secret above to see what the network makes of it."
SENDING = "Sent through {done} of {all} roads: what they leave of it follows as steps {first} and {last}."
COLUMNS = 4, 3  # of up to four pictures, and of more

Pictures = list[tuple[str, str]]  # path and caption of each
Steps = list[tuple[str, Pictures]]


def build(tab: gr.Tab, uploads: list[Component]) -> tuple[Handler, gr.State]:
    """Lays out the section for these uploads, in this tab.

    Returns:
        What fills it, if its tab has been opened and nothing is shown yet; and the steps that are shown.
    """
    with gr.Row():
        method = gr.Radio(list(METHODS.items()), value=None, label="Method", min_width=480, scale=3)
        number = gr.Slider(1, 2, 1, step=1, label="Step", visible=False, elem_id="step", min_width=240)
    sentence = gr.Markdown(elem_classes="see")
    gallery = gr.Gallery(
        columns=COLUMNS[0],
        elem_classes=["whole", "channels", "steps"],
        show_label=False,
        format="png",
        buttons=["fullscreen"],
    )
    waiting = gr.Markdown(elem_classes="notice")
    steps = gr.State([], time_to_live=KEEP_FOR)
    opened = gr.State(False)
    shown = [method, steps, number, sentence, gallery, waiting]

    # a process of its own, as the channels of the robust method take long; its first answer comes at once
    handle: dict[str, Any] = {"show_progress_on": [sentence, gallery]} | LATEST | NETWORK
    show = Handler(show_found, [*uploads, opened, steps], shown)
    asked = tab.select(remember_opened, None, opened, **AT_ONCE)
    asked.then(apart(show.function), show.inputs, show.outputs, **handle)
    method.input(apart(show_at_work), [*uploads, method], shown, **handle)
    number.input(show_step, [steps, number], [sentence, gallery], **LATEST)
    return show, steps


def remember_opened() -> bool:
    """From now on each picture's method is shown."""
    return True


def show_found(
    stego: str | None, cover: str | None, secret: str | None, opened: bool, steps: Steps
) -> Iterator[tuple]:
    """As `show_at_work`, of the method that made the picture, if it is wanted and not shown yet."""
    if not opened or steps:
        yield (gr.skip(),) * 6
        return
    with errors_as_sentences():
        whole = read_stego(stego) if stego else None
    name = recognise(whole) if whole else None
    if name in METHODS.values():
        yield from show_at_work(stego, cover, secret, cast(str, name))
    else:
        said = NO_STEPS.format(name=name) if name else UNKNOWN
        yield None, [], gr.Slider(visible=False), said, None, ""


@on_gpu
def show_at_work(
    stego: str | None, cover: str | None, secret: str | None, method: str
) -> Iterator[tuple[str, Steps, gr.Slider, str, gr.Gallery, str]]:
    """All steps of a method, the slider that chooses one, and sentence and pictures of the first.

    Of the robust method the last two follow, as they take long.
    """
    try:
        steps = [kept(step) for step in steps_of(method, stego, cover, secret)]
    except StegError as error:
        yield method, [], gr.Slider(visible=False), f"**{error}**", gr.Gallery(visible=False), ""
        return
    slider = gr.Slider(1, max(2, len(steps)), 1, step=1, visible=True)
    waiting = "" if method != Robust.name else sending(0, len(steps))
    yield method, steps, slider, *show_step(steps, 1), waiting
    if method != Robust.name:
        return
    added: tuple[Step, ...] = ()
    tried = channel_steps(cast(Robust, loader.method(method)), read_stego(stego or ""), CHANNELS_TRIED)
    for done, added in enumerate(tried):  # noqa: B007
        yield *(gr.skip(),) * 5, sending(done, len(steps))
    steps = [*steps, *map(kept, added)]
    yield gr.skip(), steps, gr.Slider(maximum=len(steps)), gr.skip(), gr.skip(), ""


def sending(done: int, steps: int) -> str:
    """How many of the channels have been tried."""
    return SENDING.format(done=done, all=len(CHANNELS_TRIED), first=steps + 1, last=steps + 2)


def kept(step: Step) -> tuple[str, Pictures]:
    """A step with its pictures as files."""
    return step.sentence, [(save_pixels(pixels, "inside"), caption) for pixels, caption in step.pictures]


def show_step(steps: Steps, number: int) -> tuple[str, gr.Gallery]:
    """Sentence and pictures of the step with this number, counted from 1."""
    said, pictures = steps[int(number) - 1] if steps else ("", [])
    columns = len(pictures) if len(pictures) <= COLUMNS[0] else COLUMNS[len(pictures) % COLUMNS[0] > 0]
    return said, gr.Gallery(pictures, columns=max(1, columns), visible=bool(pictures))


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
    """The steps of a method; of a network other than robust on the middle of these pictures.

    Raises:
        StegError: if a picture that this method needs is missing, or the stego picture is another method's.
    """
    if name in (LosslessFile.name, Robust.name):
        pixels, before, _ = read(stego, cover, cut=uncut)
        if name == LosslessFile.name:
            return trellis_steps(LosslessFile(), pixels, before)
        whole = read_stego(stego or "")
        if recognise(whole) != name:
            raise StegError(OTHER.format(name=name))
        return robust_steps(cast(Robust, loader.method(name)), whole, before)
    after, before, hidden = read(stego, cover, secret, cut=centre)
    method = loader.method(name)
    if isinstance(method, Predictive):
        found = header.read(np.asarray(read_stego(stego or "")))
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
