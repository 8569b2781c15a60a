"""Step: Padding."""

import gradio as gr

from steg.ui.learn.moving import moves

TITLE = "Padding"
SLUG = "padding"
WORDS = "Words."
SOURCE = "[Source](https://example.org)"
TRY = "Question?"


def build(picture: gr.State, queue: dict) -> None:
    """Lays out the step."""
    size = gr.Markdown()
    moves(picture, lambda pixels: f"{pixels.shape}", [], [size])
