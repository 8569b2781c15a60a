"""The web page: one tab per module. Only this package knows Gradio."""

from pathlib import Path

import gradio as gr

from steg.ui import compare, hide, inspect, learn, reveal
from steg.ui.events import AT_ONCE
from steg.ui.page import Page
from steg.ui.server import launch

__all__ = ["build", "launch"]

TITLE = "Steg: a photograph inside a photograph"
HEADING = (
    "# Steg\nHides a full-size photograph, a text or a file inside another photograph, and gets it back."
)
PRIVACY = (
    "Your pictures stay on this server, are deleted within an hour, and are neither logged nor passed on. "
    "**Hiding is not encryption:** anyone who has Steg can reveal the picture, unless you lock it with a "
    "passphrase."
)
QUEUE_LENGTH = 32
SCRIPTS = [Path(__file__).parent / "static" / name for name in ("accept.js", "accessible.js", "api.js")]


def build() -> gr.Blocks:
    """Builds the page."""
    with Page(title=TITLE, analytics_enabled=False) as page:
        gr.Markdown(HEADING)
        with gr.Tabs() as tabs:
            with gr.Tab("Hide", id="hide"):
                stego_file, to_reveal = hide.build(page)
            with gr.Tab("Reveal", id="reveal"):
                upload = reveal.build(page)
            with gr.Tab("Look inside", id="inspect"):
                inspect.build(page)
            with gr.Tab("Compare", id="compare"):
                compare.build(page)
            with gr.Tab("Learn", id="learn") as learn_tab:
                learn.build(page, tabs, learn_tab)
        gr.Markdown(PRIVACY)
        to_reveal.click(open_in_reveal, stego_file, [tabs, upload], **AT_ONCE)
        for script in SCRIPTS:
            page.load(js=script.read_text("utf-8"))
    return page.queue(max_size=QUEUE_LENGTH)


def open_in_reveal(stego: str) -> tuple[gr.Tabs, str]:
    """Opens the Reveal tab with this stego picture in it."""
    return gr.Tabs(selected="reveal"), stego
