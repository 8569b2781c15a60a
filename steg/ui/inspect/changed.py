"""What changed: the residual as pictures and bars, and how much of the secret leaks into it."""

import gradio as gr
import numpy as np
import pandas as pd

from steg.steganalysis.residual import (
    absolute_picture,
    channel_picture,
    compute_residual,
    describe_leakage,
    heat_map,
    histogram,
    leakage,
    rms_by_colour,
    rms_by_texture,
    signed_picture,
)
from steg.ui.events import LATEST, Handler
from steg.ui.inspect.reading import CHANNELS, reader, shown
from steg.ui.pictures import picture_display, save_pixels

VIEWS = {  # name: how to read it
    "Signed": "Grey is no change; brighter was raised, darker lowered. In one channel: orange and blue.",
    "Size": "Black is no change; the brighter, the larger the change, whichever way.",
    "Heat map": "Dark blue is no change, yellow the largest; one channel, or all together.",
}
BARS = {
    "changes": ("change in levels", "share of samples", "How large the changes are"),
    "textures": ("part of the cover", "change in levels", "Where they sit"),
    "colours": ("in", "change in levels", "In brightness or in colour"),
}
READ_BARS = (
    "Left: how many samples moved by so many of 255 levels. Middle: where bars are of one height, smooth "
    "areas, in which the eye is keen, were changed as much as textured ones. Right: the eye forgives changes "
    "of colour more easily than changes of brightness."
)
MEANING = {
    "colours": "the changes go up and down with its colours",
    "size": "the changes are larger where it is bright, or where it is dark",
    "edges": "the changes are larger, or smaller, where it has edges and texture",
}


def build(uploads: list[gr.Image]) -> list[Handler]:
    """Lays out the section for these uploads; returns what fills it."""
    with gr.Row():
        view = gr.Radio(list(VIEWS), value="Signed", label="View")
        channel = gr.Radio(["All", *CHANNELS], value="All", label="Channel")
        gain = gr.Slider(1, 100, 20, step=1, label="Amplify the residual", elem_id="inspect-gain")
    how_to_read = gr.Markdown(VIEWS["Signed"])
    with gr.Row():
        picture = picture_display("Residual: stego minus cover", 380, "The residual, amplified")
        secret = picture_display("Secret, to compare", 380, "The secret, to compare")
    leakage = gr.Markdown(elem_classes="notice")
    with gr.Row():
        bars = [  # a title, as a label would push the axis out of the frame
            gr.BarPlot(x=x, y=y, title=title, show_label=False, height=280, min_width=280, buttons=[])
            for x, y, title in BARS.values()
        ]
    about_bars = gr.Markdown(READ_BARS)

    show = Handler(show_residual, [*uploads, view, channel, gain], [picture, how_to_read])
    gr.on([view.input, channel.input, gain.input], *show, **LATEST)
    return [show, Handler(show_figures, uploads, [*bars, about_bars, leakage, secret])]


@reader
def show_residual(
    stego: np.ndarray,
    cover: np.ndarray | None,
    secret: np.ndarray | None,
    view: str,
    channel: str,
    gain: float,
) -> tuple[str | None, str]:
    """The residual as a picture, and how to read it."""
    if cover is None:
        return None, VIEWS[view]
    return save_pixels(picture_of(compute_residual(cover, stego), view, channel, gain), "residual"), VIEWS[
        view
    ]


@reader
def show_figures(stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None) -> tuple:
    """The three bar plots, how to read them, whether the secret shows in the residual, and the secret."""
    if cover is None:
        return None, None, None, READ_BARS, "", shown(secret, "secret")
    change = compute_residual(cover, stego)
    plots = [bar_plot(frame) for frame in frames(cover, change)]
    shares = ", ".join(f"{area.share:.0%} {area.name}" for area in rms_by_texture(cover, change))
    return *plots, f"{READ_BARS} This cover is {shares}.", sentence(change, secret), shown(secret, "secret")


def picture_of(change: np.ndarray, view: str, channel: str, gain: float) -> np.ndarray:
    """The residual, (H, W, 3) int16, as one of `VIEWS` of one channel or all."""
    if channel != "All":
        change = change[..., CHANNELS[channel]]
        if view == "Signed":
            return channel_picture(change, gain)
        change = change[..., None].repeat(3, 2)
    return {"Signed": signed_picture, "Size": absolute_picture, "Heat map": heat_map}[view](change, gain)


def frames(cover: np.ndarray, change: np.ndarray) -> list[pd.DataFrame]:
    """What the bars show."""
    rows = {
        "changes": [(str(level), share) for level, share in histogram(change).items()],
        "textures": [(area.name, area.change) for area in rms_by_texture(cover, change)],
        "colours": list(rms_by_colour(change).items()),
    }
    return [pd.DataFrame(rows[name], columns=list(labels[:2])) for name, labels in BARS.items()]


def bar_plot(frame: pd.DataFrame) -> gr.BarPlot:
    """Bars in the order of the rows, from zero up."""
    names, heights = frame.columns
    return gr.BarPlot(frame, sort=list(frame[names]), y_lim=[0, 1.1 * max(frame[heights].max(), 1e-3)])


def sentence(change: np.ndarray, secret: np.ndarray | None) -> str:
    """How much of the secret leaks into the residual, as Markdown."""
    if secret is None:
        return "Add the secret above to see whether the residual betrays it."
    found = leakage(change, secret)
    most = max(found, key=found.__getitem__)
    return (
        f"**In the residual the secret {describe_leakage(found[most])}**: {MEANING[most]} (correlation "
        f"{found[most]:.2f}; 0 is none, 1 is complete). Only somebody who has the very cover can compute the "
        "residual."
    )
