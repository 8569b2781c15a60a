"""The Stop button beside a button that starts something long."""

from collections.abc import Sequence

import gradio as gr
from gradio.events import Dependency

from steg.ui import runs
from steg.ui.events import AT_ONCE


def stop_button() -> gr.Button:
    """The button, hidden while there is nothing to stop."""
    return gr.Button("Stop", variant="stop", visible=False, size="lg", min_width=120, scale=0)


def build(stop: gr.Button, name: str, started: Dependency, steps: Sequence[Dependency]) -> None:
    """Lets the button end a chain of steps.

    Args:
        stop: the button.
        name: of the run, as in `steg.ui.runs`.
        started: the event that begins the chain; the button is shown from then on.
        steps: those that take long, in their order, each of which runs if the one before it succeeded. The
            button is hidden after the last, or the first that fails.
    """
    started.then(lambda: gr.Button(visible=True), None, stop, **AT_ONCE)
    for step in steps[:-1]:
        step.failure(hide, None, stop, **AT_ONCE)
    steps[-1].then(hide, None, stop, **AT_ONCE)
    stop.click(hide, None, stop, cancels=list(steps), **AT_ONCE)
    runs.stop_on(stop.click, name)


def hide() -> gr.Button:
    """Hides the button."""
    return gr.Button(visible=False)
