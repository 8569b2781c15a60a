"""Markdown for the page."""

from collections.abc import Iterable, Sequence

import gradio as gr


def table(heads: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown: its column heads, and the cells of each row."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def heading(words: str, seen: bool = True) -> gr.Markdown:
    """The heading of a section; those that the layout makes superfluous are for screen readers only."""
    return gr.Markdown(f"## {words}", elem_classes=None if seen else "unseen")
