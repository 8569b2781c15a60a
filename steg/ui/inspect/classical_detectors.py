"""Would a detector notice? What three attacks say of the stego picture, and of its cover."""

import gradio as gr
import numpy as np

from steg.steganalysis.classical import THRESHOLDS, AttackScores, run_attacks, verdict
from steg.ui.markdown import table

NAMES = {  # attack: name, what its figure is
    "chi_square": ("Chi-square attack (1999)", "probability that pairs of values are evenly filled"),
    "sample_pairs": ("Sample pair analysis (2003)", "estimated share of lowest bits that carry data"),
    "plane_order": ("Order of the bit planes", "how much smoother a lower plane is than the next"),
}
INTRO = (
    "### Classical attacks\nThey find replaced lowest bits, and stay quiet on photographs (no alarm on any "
    "of 24 clean Kodak pictures). They are not made to find what the methods here write; the trained "
    "detector is."
)


def build() -> gr.Markdown:
    """Lays out the section; returns where `report` goes."""
    gr.Markdown(INTRO)
    return gr.Markdown(elem_classes=["figures", "channels"])


def report(stego: np.ndarray, cover: np.ndarray | None) -> str:
    """The verdict and a table, as Markdown."""
    found = {"stego": run_attacks(stego)} | ({} if cover is None else {"cover": run_attacks(cover)})
    rows = []
    for attack, limit in THRESHOLDS.items():
        name, meaning = NAMES[attack]
        rows.append([name, *(_cell(s, attack) for s in found.values()), f"{limit:g}", meaning])
    figures = table(["attack", *found, "alarm above", "it measures"], rows)
    return f"{verdict(found['stego'])}\n\n{figures}"


def _cell(found: AttackScores, attack: str) -> str:
    value = f"{getattr(found, attack):.3f}"
    return f"**{value}**" if attack in found.alarms else value
