"""What the trained detector says of the stego picture and of its cover, and how far to believe it."""

from typing import cast

import gradio as gr
import numpy as np
from gradio.components import Component

from steg.errors import StegError
from steg.networks.detector import Detector
from steg.steganalysis.learned import Verdict, detect
from steg.ui.events import AT_ONCE, LATEST, NETWORK, PRIVATE, Handler
from steg.ui.inspect.reading import reader
from steg.ui.loader import network
from steg.ui.markdown import table
from steg.ui.processes import apart
from steg.weights import DETECTOR, card_of

INTRO = (
    "A small network learnt to tell the pictures of every method here from clean ones "
    "of many sources: scaled, sharpened, grainy, never compressed or saved as JPEG. It does not look at what "
    "a picture shows, but counts how often each pattern of fine noise occurs in and between its colours."
)
IN_WORDS = {
    Verdict.STEGO: "**Hides something**, says the detector.",
    Verdict.UNNOTICED: "**Nothing noticed.** That is no proof: see below what the detector misses.",
    Verdict.UNKNOWN: "**Cannot tell.** This picture is unlike all that the detector was trained on.",
}
HOW_TO_READ = (
    "### How good the trained detector is\nMeasured on sources that it was not trained on: of how many "
    "pictures it says that they hide something (accused; the first row is of clean ones), and of how many it "
    "cannot tell. AUC: how often it finds a stego picture more suspicious than a clean one; 0.5 is "
    "guessing, 1 is never wrong."
)
ALL_SOURCES = "All of them, mean"


def build(tab: gr.Tab, uploads: list[Component]) -> Handler:
    """Lays out the section; returns what fills it, if its tab has been opened: before, nothing is loaded.

    Args:
        tab: the one that the section is in.
        uploads: of stego picture, cover and secret.
    """
    sentence, verdicts = gr.Markdown(elem_classes="see"), gr.Markdown(elem_classes=["figures", "channels"])
    gr.Markdown(INTRO)
    opened = gr.State(False)
    show = Handler(show_verdicts, [*uploads, opened], [sentence, verdicts])
    asked = tab.select(remember_opened, None, opened, **AT_ONCE)
    asked.then(apart(show.function), show.inputs, show.outputs, **PRIVATE, **NETWORK)
    return show


def build_figures() -> None:
    """Lays out how good the detector is, from its card."""
    gr.Markdown(HOW_TO_READ)
    names = [ALL_SOURCES, *card_of(DETECTOR)["figures"]["sources"]]
    source = gr.Dropdown(names, value=ALL_SOURCES, label="Pictures from")
    shown = gr.Markdown(figures_of(ALL_SOURCES), elem_classes=["figures", "channels"])
    source.input(figures_of, source, shown, **LATEST, queue=False)


def figures_of(source: str) -> str:
    """The detector's figures on the pictures of one source, or the mean of all, as a table in Markdown."""
    sources = card_of(DETECTOR)["figures"]["sources"]
    chosen = list(sources.values()) if source == ALL_SOURCES else [sources[source]]
    rows = []
    for name in dict.fromkeys(name for of_source in chosen for name in of_source):
        found = [of_source[name] for of_source in chosen if name in of_source]
        mean = {key: np.mean([each[key] for each in found]) for key in found[0]}
        auc = f"{mean['auc']:.2f}" if "auc" in mean else ""
        rows.append([name, f"{mean['taken_for_stego']:.1%}", f"{mean['cannot_tell']:.1%}", auc])
    return table(["pictures", "accused", "cannot tell", "AUC"], rows)


def remember_opened() -> bool:
    """From now on the detector is asked about each picture."""
    return True


@reader
def show_verdicts(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None, opened: bool
) -> tuple[str, str]:
    """What the detector says in a sentence and in figures, as Markdown, once the section has been opened."""
    return judged(stego, cover) if opened else ("", "")


def judged(stego: np.ndarray, cover: np.ndarray | None) -> tuple[str, str]:
    """What the detector says of the stego picture, and a table with its cover if it is there, as Markdown."""
    pictures = {"stego": stego} | ({} if cover is None else {"cover": cover})
    try:
        detector = cast(Detector, network(DETECTOR))
        found = {name: detect(detector, pixels) for name, pixels in pictures.items()}
    except StegError as error:
        return str(error), ""
    rows = [
        [name, f"**{of_name.verdict}**", f"{of_name.score:+.1f}", f"{of_name.outside:.1%}"]
        for name, of_name in found.items()
    ]
    heads = ["picture", "verdict", "score (above 0: accused)", "features that no known picture had"]
    return IN_WORDS[found["stego"].verdict], table(heads, rows)
