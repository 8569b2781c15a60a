"""Step: Flatten and the output."""

import gradio as gr

from steg.ui.learn.moving import moves

TITLE = "Flatten and the output"
SLUG = "flatten"
WORDS = "Words."
SOURCE = "[Source](https://example.org)"
TRY = "Question?"


def build(picture: gr.State, queue: dict) -> None:
    """Lays out the step."""
    size = gr.Markdown()
    moves(picture, lambda pixels: f"{pixels.shape}", [], [size])
