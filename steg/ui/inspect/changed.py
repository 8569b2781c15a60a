"""What changed: the residual as a picture, the secret in it where it leaks, and how large the changes are."""

import gradio as gr
import numpy as np
import pandas as pd
from gradio.components import Component

from steg.embedding import header
from steg.images.reading import read_stego
from steg.steganalysis.residual import (
    absolute_picture,
    channel_picture,
    compute_residual,
    describe_leakage,
    heat_map,
    histogram,
    leakage,
    leakage_by_chance,
    leakage_pictures,
    rms_by_colour,
    signed_picture,
)
from steg.ui.events import LATEST, Handler
from steg.ui.inspect.reading import CHANNELS, corner, middle, reader, shown
from steg.ui.pictures import errors_as_sentences, magnified, picture_display, save_pixels

VIEWS = {  # name: how to read it
    "Signed": "Grey is as it was; brighter was raised, darker lowered, {gain:g} times as strong as it is.",
    "Size": "Black is as it was; the brighter, the larger the change, up or down, {gain:g} times as strong.",
    "Heat map": "Dark blue is as it was, yellow changed most, {gain:g} times as strong as it is.",
}
IN_ONE_CHANNEL = "Black is as it was; orange was raised, blue lowered, {gain:g} times as strong as it is."
HEADER = (
    "The short dashed line {down}, {across}, is the header: lowest bits of {bits} samples in a row, which "
    "tell that something is hidden, and how."
)
DOWN = "at the top", "half-way down", "at the bottom"
ACROSS = "on the left", "in the middle", "on the right"
BARS = {  # title: what the axes show, and the bars' names
    "How large the changes are": (
        ("change in levels of 255", "share of samples"),
        [str(level) for level in range(-8, 9)],
    ),
    "In brightness or in colour": (
        ("kind of change", "change in levels"),
        ["brightness", "blue-yellow", "red-green"],
    ),
}
READ_BARS = (
    "First, how many samples moved, and how far. Then, in what: the eye forgives changes of colour more "
    "easily than changes of brightness."
)
MEANING = {
    "colours": "it goes up and down with the secret's colours",
    "size": "changes are larger where the secret is bright, or where it is dark",
    "edges": "changes are larger, or smaller, where the secret has edges and texture",
}
BEYOND_CHANCE = 0.1  # by how much a correlation is above that of chance where something leaks
HIDDEN = describe_leakage(0.0)
AVERAGED = 8  # times as large as they are, pictures of means over blocks are drawn
NEEDS_SECRET = "Add the secret above to see whether the residual gives it away."
NEEDS_COVER = "Add the cover above to see what was changed."


def build(uploads: list[Component]) -> list[Handler]:
    """Lays out the section for these uploads; returns what fills it."""
    with gr.Row():
        view = gr.Radio(list(VIEWS), value="Signed", label="View", min_width=300, scale=5)
        channel = gr.Radio(["All", *CHANNELS], value="All", label="Channel", min_width=340, scale=5)
        gain = gr.Slider(1, 100, 20, step=1, label="Amplify", elem_id="inspect-gain", min_width=240, scale=3)
    how_to_read = gr.Markdown(NEEDS_COVER, elem_classes="see")
    with gr.Row():
        picture = picture_display("Residual: stego minus cover", 330, "The residual, amplified")
        averaged = picture_display("Averaged over 8x8 pixels", 330, "The residual, averaged over 8x8 pixels")
        secret = picture_display("The secret likewise", 330, "The secret, averaged over 8x8 pixels")
        for means in (averaged, secret):
            means.elem_classes = ["pixels"]
    leak = gr.Markdown(elem_classes="see")
    with gr.Row():
        bars = [bar_plot(title, *words, height=280) for title, words in BARS.items()]
    gr.Markdown(READ_BARS, elem_classes="see")

    show = Handler(show_residual, [*uploads, view, channel, gain], [picture, how_to_read])
    gr.on([view.input, channel.input, gain.input], *show, **LATEST)
    return [show, Handler(show_leakage, uploads, [averaged, secret, leak]), Handler(show_bars, uploads, bars)]


def show_residual(
    stego: str | None, cover: str | None, secret: str | None, view: str, channel: str, gain: float
) -> tuple[str | None, str]:
    """The residual as a picture, and how to read it."""
    picture = residual_picture(stego, cover, None, view, channel, gain)
    if picture is None:
        return None, NEEDS_COVER
    words = IN_ONE_CHANNEL if view == "Signed" and channel != "All" else VIEWS[view]
    return picture, f"{words.format(gain=gain)} {header_sentence(stego or '')}"


@reader
def residual_picture(
    stego: np.ndarray,
    cover: np.ndarray | None,
    secret: np.ndarray | None,
    view: str,
    channel: str,
    gain: float,
) -> str | None:
    """The residual as a picture, if there is a cover."""
    if cover is None:
        return None
    return save_pixels(picture_of(compute_residual(cover, stego), view, channel, gain), "residual")


@reader
def show_leakage(
    stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None
) -> tuple[gr.Image, gr.Image, str]:
    """Residual and secret averaged so that the eye can compare them, and how alike they are."""
    if cover is None or secret is None:
        hidden = gr.Image(value=None, visible=False)
        return hidden, hidden, "" if cover is None else NEEDS_SECRET
    change = compute_residual(cover, stego)
    kind = most_leaking(change, secret)
    pictures = [magnified(x, AVERAGED) for x in leakage_pictures(change, secret, kind)]
    residual, alike = (gr.Image(value=shown(x, "averaged"), visible=True) for x in pictures)
    return residual, alike, sentence(change, secret)


@reader
def show_bars(stego: np.ndarray, cover: np.ndarray | None, secret: np.ndarray | None) -> list[gr.BarPlot]:
    """How large the changes are, and in what."""
    if cover is None:
        return [gr.BarPlot(visible=False)] * len(BARS)
    return [gr.BarPlot(frame, visible=True) for frame in frames(compute_residual(cover, stego))]


def picture_of(change: np.ndarray, view: str, channel: str, gain: float) -> np.ndarray:
    """The residual, (H, W, 3) int16, as one of `VIEWS` of one channel or all."""
    if channel != "All":
        change = change[..., CHANNELS[channel]]
        if view == "Signed":
            return channel_picture(change, gain)
        change = change[..., None].repeat(3, 2)
    return {"Signed": signed_picture, "Size": absolute_picture, "Heat map": heat_map}[view](change, gain)


def header_sentence(stego: str) -> str:
    """Where in the picture that is shown the header lies, in words; empty if there is none in it."""
    with errors_as_sentences():
        whole = np.asarray(read_stego(stego))
    if header.read(whole) is None:
        return ""
    run = header.place(whole)
    row, column = np.divmod((run.start + run.stop) // 2 // 3, whole.shape[1])
    (top, left), (height, width) = corner(whole), middle(whole).shape[:2]
    down, across = (row - top) / height, (column - left) / width
    if not (0 <= down < 1 and 0 <= across < 1):
        return ""
    return HEADER.format(down=DOWN[int(3 * down)], across=ACROSS[int(3 * across)], bits=header.BITS)


def frames(change: np.ndarray) -> list[pd.DataFrame]:
    """What the bars show."""
    rows = [
        [(str(level), share) for level, share in histogram(change).items()],
        list(rms_by_colour(change).items()),
    ]
    return [pd.DataFrame(each, columns=axes) for each, (axes, _) in zip(rows, BARS.values(), strict=True)]


def bar_plot(title: str, axes: tuple[str, str], names: list[str], height: int) -> gr.BarPlot:
    """Bars in the order of their names, from zero up; a label would push an axis out of the frame."""
    return gr.BarPlot(
        x=axes[0], y=axes[1], y_lim=[0, None], sort=names, title=title,
        show_label=False, height=height, min_width=240, buttons=[],
    )  # fmt: skip


def most_leaking(change: np.ndarray, secret: np.ndarray) -> str:
    """The kind of leakage that is largest."""
    found = leakage(change, secret)
    return max(found, key=found.__getitem__)


def sentence(change: np.ndarray, secret: np.ndarray) -> str:
    """How much of the secret leaks into the residual, and who can see it, as Markdown."""
    found = leakage(change, secret)
    most = max(found, key=found.__getitem__)
    chance = leakage_by_chance(change, secret, most)
    words = describe_leakage(found[most] if found[most] > chance + BEYOND_CHANCE else 0.0)
    how = f": {MEANING[most]}" if words != HIDDEN else ""
    return (
        f"Averaged and with full contrast, as a computer would look at it, **the secret {words} in the "
        f"residual**{how} (correlation {found[most]:.2f}; with the secret turned or mirrored, by chance, "
        f"{chance:.2f}). Only somebody who has the very cover can do that."
    )
