"""The web page: one tab per module. Only this package knows Gradio."""

from pathlib import Path

import gradio as gr

from steg.methods.base import Method
from steg.ui import compare, gpu, hide, inspect, learn, reveal
from steg.ui.loader import loader

__all__ = ["build", "gpu", "launch"]

EXAMPLES = Path(__file__).parents[2] / "examples"
PAIRS = {  # label: cover, secret
    "A meadow hides an astronaut": ("flower_meadow.png", "astronaut.jpg"),
    "A lake hides a cat": ("rock_and_lake.png", "cat.png"),
    "Tulips hide a staircase": ("tulips.png", "spiral_stairs.jpg"),
    "A coffee hides the deep sky": ("coffee.jpg", "hubble_deep_field.jpg"),
}
LEARN_EXAMPLES = "cat.png", "tulips.png", "rock_and_lake.png", "astronaut.jpg"
STEGO_EXAMPLE = ("rock_and_lake-stego.png", "rock_and_lake.png", "cat.png")  # stego, cover, secret

TITLE = "Steg: a photograph inside a photograph"
HEADING = "# Steg\nA neural network hides a full-size colour photograph inside another one, and gets it back."
PRIVACY = (
    "Your pictures stay on this server, are deleted within an hour, and are neither logged nor passed on. "
    "**Hiding is not encryption:** anyone who has Steg can reveal the picture, unless you seal it with a "
    "passphrase."
)
CLEAN_EVERY, KEEP_FOR = 300, 3300  # seconds; together the hour that PRIVACY promises
QUEUE_LENGTH = 32
FONT = ["system-ui", "sans-serif"]
CSS = """
.gradio-container { max-width: min(1100px, 100vw) !important; margin: auto !important; }
.notice { font-size: 1.05em; }
.figures { overflow-x: auto; }
.figures table { width: 100%; }
.figures td, .figures th { padding: 0.4em 0.6em !important; }
.figures :is(td, th):not(:last-child) { white-space: nowrap; }
.figures td:last-child { min-width: 14em; }
.below-label img { box-sizing: border-box; padding-top: 2.4em; }
.pixels img { image-rendering: pixelated; }
.numbers { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5em 0.8em; margin-bottom: 0.5em; }
.numbers table { border-collapse: collapse; font-size: 0.85em; }
.numbers caption { font-size: 0.95em; }
.numbers td { min-width: 3.2em; padding: 0.3em 0.4em; text-align: right; border: 1px solid #808080; }
.numbers .sign { font-size: 1.4em; }
.scrolls { overflow-x: auto; }
.scrolls :is(td, th) { white-space: nowrap; padding: 0.4em 0.6em !important; }
.plot { margin: 0; max-width: 560px; }
.plot svg { max-width: 100%; overflow: visible; }
.plot figcaption { display: flex; flex-wrap: wrap; gap: 0.2em 1.5em; }
.plot figcaption span { display: flex; align-items: center; gap: 0.5em; }
.bars { width: 100%; }
.bars td { padding: 0.2em 0.6em; white-space: nowrap; }
.bars td:nth-child(3) { width: 100%; }
.bars td:nth-child(3) div { height: 1.1em; min-width: 1px; }
.whole .grid-wrap { height: auto !important; min-height: 0 !important; max-height: none !important; }
.trips td:last-child { min-width: 0; }
@media (max-width: 640px) {  /* captions would be cut to their first letters */
  .whole .caption-label {
    inset: auto 0 0 0; max-width: 100%; padding: 1px 3px; font-size: 9px; white-space: normal;
  }
  .trips .grid-container { grid-template-columns: 1fr 1fr !important; }
}
"""


def build(method: Method, clean_every: int = CLEAN_EVERY, keep_for: int = KEEP_FOR) -> gr.Blocks:
    """Builds the page for one method; uploads and results are deleted after `keep_for` seconds."""
    queue = {"concurrency_id": "network", "concurrency_limit": 1}  # the network uses every core it gets
    with gr.Blocks(title=TITLE, analytics_enabled=False, delete_cache=(clean_every, keep_for)) as page:
        gr.Markdown(HEADING)
        get = loader(method)
        with gr.Tabs() as tabs:
            with gr.Tab("Hide", id="hide"):
                pairs = [(label, [str(EXAMPLES / name) for name in pair]) for label, pair in PAIRS.items()]
                hide_tab = hide.build(get, pairs, queue)
            with gr.Tab("Reveal", id="reveal"):
                example = [str(EXAMPLES / name) for name in STEGO_EXAMPLE]
                upload = reveal.build(get, [example[:1]], queue)
            with gr.Tab("Look inside", id="inspect"):
                inspect.build(get, [example], queue)
            with gr.Tab("Compare", id="compare"):
                compare.build(get, pairs, queue)
            with gr.Tab("Learn", id="learn") as learn_tab:
                learn.build(page, tabs, learn_tab, [str(EXAMPLES / name) for name in LEARN_EXAMPLES], queue)
        gr.Markdown(PRIVACY)
        hide_tab.to_reveal.click(
            lambda path: (gr.Tabs(selected="reveal"), path), hide_tab.stego_file, [tabs, upload],
            queue=False, api_visibility="private",
        )  # fmt: skip
    return page.queue(max_size=QUEUE_LENGTH)


def launch(page: gr.Blocks, **options) -> tuple:
    """Starts the server: nothing shared, nothing kept in the browser, nothing from other hosts."""
    settings = {
        "theme": gr.themes.Soft(font=FONT, font_mono=["ui-monospace", "monospace"]),
        "css": CSS,
        "run_history": False,
        "footer_links": ["api", "settings"],
        "max_file_size": "100mb",  # a stego picture of 24 megapixels is some 30 to 60 MB
        "allowed_paths": [str(EXAMPLES)],
        "ssr_mode": False,
    }
    return page.launch(**(settings | options))
