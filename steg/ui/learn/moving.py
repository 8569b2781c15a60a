"""What every step does: compute anew when it is opened, when the picture changes, when a control is moved."""

from collections.abc import Callable, Sequence

import gradio as gr

from steg.ui.learn.pictures import read_work
from steg.ui.pictures import errors_as_sentences


def moves(
    picture: gr.State,
    function: Callable,
    controls: Sequence[gr.components.Component],
    outputs: Sequence[gr.components.Component],
    events: Sequence[Callable] | None = None,
    of_picture: bool = True,
    **settings,
) -> None:
    """Lets `function(pixels, *values of the controls)` fill the outputs.

    Args:
        picture: the state that a step's `build` is given: the path of the shared picture, None as long as the
            step has not been opened.
        function: gets the picture as (H, W, 3) uint8, and the values of the controls; its `StegError`s are
            shown as sentences.
        controls: what calls it anew when the visitor moves it.
        outputs: what it fills.
        events: what calls it, if not opening the step, another picture and each control.
        of_picture: if not, the function gets the values of the controls alone.
        settings: more settings for `gr.on`, such as the queue's.
    """

    def run(path: str | None, *values):
        if path is None:  # Gradio reports states as changed when the page is loaded
            return gr.skip()
        with errors_as_sentences():
            return function(read_work(path), *values) if of_picture else function(*values)

    gr.on(
        events or [picture.change, *(control.input for control in controls)],
        run, [picture, *controls], outputs,
        trigger_mode="always_last", show_progress="hidden", api_visibility="private", **settings,
    )  # fmt: skip
