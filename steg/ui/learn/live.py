"""Live outputs: computed anew when a step is opened, the picture changes or a control is moved."""

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

import gradio as gr

from steg.errors import StegError
from steg.ui.events import LATEST
from steg.ui.learn.pictures import read_kept


def live(
    picture: gr.State,
    function: Callable,
    controls: Sequence[Any],
    outputs: Sequence[gr.components.Component],
    events: Sequence[Callable] | None = None,
    with_picture: bool = True,
    **settings: Any,
) -> None:
    """Lets `function(pixels, *values of the controls)` fill the outputs.

    What it cannot compute is said here, below what was laid out before, until it can.

    Args:
        picture: the state that a step's `build` is given: the path of the shared picture, None as long as the
            step has not been opened.
        function: gets the picture as (H, W, 3) uint8, and the values of the controls; its `StegError`s are
            what is said. It may be a generator.
        controls: components with an event `input`: what calls it anew when the visitor moves it.
        outputs: what it fills.
        events: what calls it, if not opening the step, another picture and each control.
        with_picture: if not, the function gets the values of the controls alone.
        settings: more settings for `gr.on`, such as the queue's.
    """
    problem = gr.Markdown(elem_classes="notice", visible=False)

    def run(path: str | None, *values: Any) -> Iterator[Any]:
        if path is None:  # Gradio reports states as changed when the page is loaded
            yield gr.skip()
            return
        try:
            result = function(read_kept(path), *values) if with_picture else function(*values)
            for found in result if isinstance(result, Generator) else [result]:
                yield *(found if len(outputs) > 1 else [found]), gr.Markdown(visible=False)
        except StegError as error:
            yield *[gr.skip()] * len(outputs), gr.Markdown(f"**{error}**", visible=True)

    gr.on(
        events or [picture.change, *(control.input for control in controls)],
        run, [picture, *controls], [*outputs, problem], show_progress="hidden", **LATEST, **settings,
    )  # fmt: skip


def together() -> gr.Column:
    """A column for controls and their answer, which are to fit together on a projector of 1280x720."""
    return gr.Column(elem_classes="together")
