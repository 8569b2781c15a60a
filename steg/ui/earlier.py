"""Whether a result is still that of what is chosen; one that is not stays, and says so."""

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

EARLIER = "**This is of an earlier choice.** It stays until you press {button} again."
HOLDERS = {gr.Image: gr.File, gr.File: gr.File, gr.Slider: gr.Number}  # the others hold texts


def chosen(choice: Sequence[Component]) -> list[Component]:
    """Components out of sight, for the values that these have when a run begins (see `REMEMBER`)."""
    return [HOLDERS.get(type(component), gr.Textbox)(visible=False) for component in choice]


REMEMBER: dict[str, Any] = {"fn": None, "js": "(...values) => values"}  # from `choice` to `chosen`


def mark(
    choice: Sequence[Component], chosen: Sequence[Component], note: gr.Markdown, button: str
) -> dict[str, Any]:
    """Arguments of a listener that has the note say whether choice and `chosen` differ.

    Args:
        choice: what the visitor chooses.
        chosen: what the result is of.
        note: above the result.
        button: what it is made anew by.
    """
    said = json.dumps(EARLIER.format(button=button))
    js = f"(...values) => steg.differ(values) ? {said} : ''"
    return {"fn": None, "inputs": [*choice, *chosen], "outputs": note, "js": js}
