"""The web page: one tab per module. Only this package knows Gradio."""

from pathlib import Path
from typing import Any

import gradio as gr

from steg.ui import compare, examples, hide, inspect, learn, reveal
from steg.ui.events import AT_ONCE
from steg.ui.pictures import KEEP_FOR

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
CLEAN_EVERY = 300  # seconds; with KEEP_FOR the hour that PRIVACY promises
QUEUE_LENGTH = 32
FONT = ["system-ui", "sans-serif"]
STYLE = Path(__file__).parent / "static" / "style.css"


def build(clean_every: int = CLEAN_EVERY, keep_for: int = KEEP_FOR) -> gr.Blocks:
    """Builds the page; every `clean_every` seconds it deletes pictures older than `keep_for` seconds."""
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(clean_every, keep_for)) as page:
        gr.Markdown(HEADING)
        with gr.Tabs() as tabs:
            with gr.Tab("Hide", id="hide"):
                stego_file, to_reveal = hide.build()
            with gr.Tab("Reveal", id="reveal"):
                upload = reveal.build()
            with gr.Tab("Look inside", id="inspect"):
                inspect.build()
            with gr.Tab("Compare", id="compare"):
                compare.build()
            with gr.Tab("Learn", id="learn") as learn_tab:
                learn.build(page, tabs, learn_tab)
        gr.Markdown(PRIVACY)
        to_reveal.click(open_in_reveal, stego_file, [tabs, upload], **AT_ONCE)
    return page.queue(max_size=QUEUE_LENGTH)


def open_in_reveal(stego: str) -> tuple[gr.Tabs, str]:
    """Opens the Reveal tab with this stego picture in it."""
    return gr.Tabs(selected="reveal"), stego


def launch(page: gr.Blocks, **options: Any) -> tuple:
    """Starts the server: nothing shared, nothing kept in the browser, nothing from other hosts."""
    settings: dict[str, Any] = {
        "theme": gr.themes.Soft(font=FONT, font_mono=["ui-monospace", "monospace"]),
        "css_paths": STYLE,
        "run_history": False,
        "footer_links": ["api", "settings"],
        "max_file_size": "100mb",  # a stego picture of 24 megapixels is some 30 to 60 MB
        "allowed_paths": [str(examples.FOLDER)],
        "ssr_mode": False,
    }
    return page.launch(**(settings | options))
