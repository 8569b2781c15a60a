"""Step 4, activations: what a neuron makes of its sum, as a curve, and on a whole feature map."""

import gradio as gr
import numpy as np

from steg.images.colormaps import DIVERGING, apply_colormap
from steg.teaching.activations import FUNCTIONS, LEAK, activate, slope, softmax, softmax_slope
from steg.teaching.convolution import KERNELS, convolve
from steg.ui.events import AT_ONCE
from steg.ui.learn.curves import plot
from steg.ui.learn.live import live
from steg.ui.learn.numbers import number
from steg.ui.learn.pictures import brightness, display
from steg.ui.markdown import table
from steg.ui.pictures import save_pixels

TITLE = "Activations"
SLUG = "activations"
WORDS = (
    "Sums of sums are only sums: without something bent between them, many layers can do no more than one. "
    "So each sum goes through an **activation** function. Its slope matters as much as its value: when the "
    "network learns, an error on its way back is multiplied by it, and where the slope is near 0, little "
    "is learnt."
)
SOURCE = (
    "[I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 6.3: Hidden Units]"
    "(https://www.deeplearningbook.org/contents/mlp.html)"
)
TRY = (
    "Move the number to −6 and compare the slopes of sigmoid, ReLU and leaky ReLU. Then find the place "
    "where the sigmoid is steepest: what is left of an error after ten such layers, even there?"
)

MAPS = {  # label: kernel, its sign
    "darker to brighter, going right": ("Sobel, left to right", 1),
    "darker to brighter, going left": ("Sobel, left to right", -1),
    "darker to brighter, going down": ("Sobel, top to bottom", 1),
    "darker to brighter, going up": ("Sobel, top to bottom", -1),
}
FURTHEST = 6  # of the number that comes in, either way
BOUNDED = ("Sigmoid", "Tanh", "Softmax")  # drawn on a scale to 1; the others to 3
SAYS = {
    "ReLU": "Lets what is above 0 through and stops the rest. Quick to compute, and the usual choice in "
    "convolutional networks.",
    "Leaky ReLU": "As ReLU, but a little of what is below 0 comes through, so the slope is never 0.",
    "GELU": "Like ReLU with its corner rounded off; a common choice in transformers.",
    "Sigmoid": "Squeezes every number between 0 and 1: for a probability at the output.",
    "Tanh": "Squeezes every number between −1 and 1, and keeps 0 where it is.",
    "Softmax": "Turns several scores into shares that add up to 1: for the output, one share for each "
    "class. It looks at all scores at once: here at four feature maps, one for each direction.",
}


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    function = gr.Radio(list(FUNCTIONS), value="ReLU", label="Activation")
    with gr.Row():
        x = gr.Slider(-FURTHEST, FURTHEST, 1.5, step=0.1, label="A number that comes in", min_width=200)
        bias = gr.Slider(-3, 3, 0, step=0.1, label="Bias: added to the feature map first", min_width=200)
        leak = gr.Slider(0.01, 0.5, LEAK, step=0.01, label="Slope below 0", visible=False, min_width=200)
    with gr.Row():
        with gr.Column():
            curve = gr.HTML()
        with gr.Column():
            about = gr.Markdown(elem_classes="notice")
            which = gr.Dropdown([*MAPS], value=next(iter(MAPS)), label="Feature map: answers to edges from")
    with gr.Row():
        before = display("Feature map, with the bias", "The feature map before the activation")
        after = display("After the activation", "The feature map after the activation")
    figures = gr.Markdown(elem_classes="scrolls")
    live(picture, show_curve, [function, x, leak], [curve, about], with_picture=False)
    live(picture, show_maps, [function, which, bias, leak], [before, after, figures])
    function.input(offer_leak, function, leak, **AT_ONCE)


def offer_leak(function: str) -> gr.Slider:
    """The slider of the slope below 0, for the only activation that has one."""
    return gr.Slider(visible=function == "Leaky ReLU")


def show_curve(function: str, x: float, leak: float) -> tuple[str, str]:
    """The curve and its slope with one number marked, as HTML; and in words, as Markdown."""
    xs = np.linspace(-FURTHEST, FURTHEST, 241)
    (ys, slopes), (y, at) = (_of(function, values, leak) for values in (xs, np.array([x])))
    words = f"{function} of {number(x)} is {number(y[0])}, its slope there {number(at[0])}"
    others = " The other three scores stay at 0." if function == "Softmax" else ""
    return (
        plot(xs, [(function, ys), ("its slope", slopes)], (x, [y[0], at[0]]), words),
        f"{SAYS[function]}\n\n{function} of {number(x)} is **{number(y[0])}**, and its slope there is "
        f"**{number(at[0])}**.{others}",
    )


def _of(function: str, x: np.ndarray, leak: float) -> tuple[np.ndarray, np.ndarray]:
    """Values and slopes; softmax has the numbers as one of four scores, the others 0."""
    if function != "Softmax":
        return activate(x, function, leak), slope(x, function, leak)
    scores = np.stack([x, *np.zeros((len(MAPS) - 1, len(x)))])
    return softmax(scores)[0], softmax_slope(scores)[0]


def feature_maps(light: np.ndarray) -> np.ndarray:
    """What a layer of four Sobel kernels makes of (H, W) brightness, in units of its standard deviation."""
    maps = np.stack([side * convolve(light, KERNELS[name]) for name, side in MAPS.values()])
    return maps / max(maps.std(), 1e-9)


def show_maps(
    pixels: np.ndarray, function: str, which: str, bias: float, leak: float
) -> tuple[str, str, str]:
    """A feature map before and after, and figures of both, as Markdown."""
    maps, index = feature_maps(brightness(pixels)) + bias, list(MAPS).index(which)
    before = maps[index]
    after = softmax(maps)[index] if function == "Softmax" else activate(before, function, leak)
    most = 1 if function in BOUNDED else 3
    rows = [
        [
            name,
            *map(_decimals, (x.min(), x.mean(), x.max())),
            f"{np.mean(x < 0):.0%}",
            f"{np.mean(x == 0):.0%}",
        ]
        for name, x in (("before", before), ("after", after))
    ]
    figures = table(["", "smallest", "mean", "largest", "below 0", "exactly 0"], rows)
    return (
        save_pixels(_drawn(before, 3), "before"),
        save_pixels(_drawn(after, most), "after"),
        f"{figures}\n\nBlack is 0, blue below, orange above; full colour is 3 before and {most} after. The "
        "feature map comes from a Sobel kernel of step 1, divided by the standard deviation, so that its "
        "numbers are around 1, as in most networks.",
    )


def _decimals(value: float) -> str:
    """Two digits after the point, with a true minus sign and no minus before 0."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


def _drawn(values: np.ndarray, most: float) -> np.ndarray:
    return apply_colormap(0.5 + 0.5 * values / most, DIVERGING)
