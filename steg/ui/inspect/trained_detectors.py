"""What trained detectors say of the stego picture and of its cover, and how far to believe them."""

import gradio as gr
import numpy as np
import pandas as pd

from steg.errors import StegError
from steg.steganalysis.learned import detect
from steg.ui.events import AT_ONCE, NETWORK, PRIVATE, Handler
from steg.ui.inspect.reading import reader
from steg.ui.loader import network
from steg.ui.markdown import table
from steg.weights import STEGO_OR_CLEAN, STEGO_OR_CLEAN_RESIDUAL, card_of

DETECTORS = {  # label: name
    "Looks at the picture": STEGO_OR_CLEAN,
    "Looks at the noise": STEGO_OR_CLEAN_RESIDUAL,
}
SETS = {"Kodak photographs": "kodak", "Tiny ImageNet, unseen": "tiny-imagenet-val"}
INTRO = (
    "### Trained detectors\nTwo networks learnt to tell the pictures of every method here but file from "
    "their covers: the classifier of the tab *Learn*, which looks at the picture, and one whose first layer "
    "takes the picture away and leaves the noise."
)
CAVEAT = (
    "They know these methods (robust and prep-hide-reveal as they were before they were rewritten), but "
    "not file: they find it only by what it shares with the others, and one that was trained on it may find "
    "more. They know pictures like those they learnt from: a noisy, sharpened or scaled photograph can raise "
    "them too, and of a method they have not met their silence means nothing. A detector that accuses most "
    "clean photographs says nothing of yours, however well it does elsewhere."
)
HOW_TO_READ = (
    "**How good they are**, measured on pictures that nothing here was trained on. Lower any detector's "
    "limit and it finds more, and accuses more clean pictures: the curve shows every limit. AUC is how "
    "often it finds a stego picture more suspicious than a clean one; 0.5 is guessing, 1 is never wrong."
)
BETTER = "better one finds, 5% of clean accused"
NOT_MEASURED = "Not measured yet: `python -m train.evaluate.detectors --card` does it."
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#767676", "#e69f00", "#56b4e9")  # Okabe and Ito


def build(tab: gr.Tab, uploads: list[gr.Image]) -> Handler:
    """Lays out the section; returns what fills it, if its tab has been opened: before, nothing is loaded.

    Args:
        tab: the one that the section is in.
        uploads: of stego picture, cover and secret.
    """
    gr.Markdown(INTRO)
    verdicts = gr.Markdown(elem_classes="figures")
    gr.Markdown(HOW_TO_READ)
    with gr.Row():
        detector = gr.Radio(list(DETECTORS.items()), value=STEGO_OR_CLEAN, label="Detector")
        pictures = gr.Radio(list(SETS.items()), value="kodak", label="Pictures")
    curves = gr.LinePlot(
        x="clean accused", y="stego found", color="method", height=320, show_label=False, buttons=[],
        x_lim=[0, 1], y_lim=[0, 1],
    )  # fmt: skip
    curve_table = gr.Markdown(elem_classes="figures")
    opened = gr.State(False)

    chosen, plot = [detector, pictures], [curves, curve_table]
    gr.on([tab.select, *(c.input for c in chosen)], figures, chosen, plot, show_progress="hidden", **PRIVATE)
    show = Handler(show_verdicts, [*uploads, opened], [verdicts])
    tab.select(remember_opened, None, opened, **AT_ONCE).then(*show, **PRIVATE, **NETWORK)
    return show


def remember_opened() -> bool:
    """From now on the detectors are asked about each picture."""
    return True


@reader
def show_verdicts(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None, opened: bool
) -> str:
    """What both detectors say, as Markdown, once the section has been opened."""
    return judged(stego, cover) if opened else ""


def judged(stego: np.ndarray, cover: np.ndarray | None) -> str:
    """What both detectors say, as Markdown."""
    pictures = {"stego": stego} | ({} if cover is None else {"cover": cover})
    rows = []
    try:
        for label, name in DETECTORS.items():
            found = [detect(network(name), pixels).probability for pixels in pictures.values()]
            rows.append([label, *map(in_words, found), false_positive_rate(name)])
    except StegError as error:
        return str(error)
    return f"{table(['detector', *pictures, 'clean photographs it accuses'], rows)}\n\n{CAVEAT}"


def false_positive_rate(name: str) -> str:
    """The share of Kodak's clean photographs that a detector takes for stego pictures, from its card."""
    figures = card_of(name)["figures"].get("kodak")
    return f"{figures['clean_above_half']['clean']:.0%}" if figures else "not measured"


def in_words(probability: float) -> str:
    """What a probability that something is hidden means, as Markdown."""
    share = f"{min(max(probability, 0.001), 0.999):.1%}"
    return f"**hides something** ({share})" if probability > 0.5 else f"looks clean ({share})"


def figures(detector: str, pictures: str) -> tuple[gr.LinePlot, str]:
    """A detector's ROC curves on some pictures, and a table of both detectors' figures, from their cards."""
    cards = {name: card_of(name)["figures"].get(pictures) for name in DETECTORS.values()}
    if not all(cards.values()):
        return gr.LinePlot(visible=False), NOT_MEASURED
    shown = cards[detector]
    drawn = {method: f for method, f in shown["methods"].items() if "strength" not in method}
    points = [
        (method, false_positives, true_positives)
        for method, f in drawn.items()
        for false_positives, true_positives in zip(
            (0, *shown["false_positive_rates"]), (0, *f["roc"]), strict=True
        )
    ]
    frame = pd.DataFrame(points, columns=["method", "clean accused", "stego found"])
    colours = dict(zip(drawn, COLOURS, strict=False))
    heads = ["method", *(f"AUC: {label.lower()}" for label in DETECTORS), BETTER]
    rows = []
    for method in shown["methods"]:
        picture, noise = (cards[name]["methods"][method] for name in DETECTORS.values())
        best = max(noise["true_positive_rate"], picture["true_positive_rate"])
        rows.append([method, f"{picture['auc']:.3f}", f"{noise['auc']:.3f}", f"{best:.0%}"])
    plot = gr.LinePlot(frame, color_map=colours, visible=True)
    return plot, f"{table(heads, rows)}\n\n{shown['pictures']} covers each."
