"""Step 5, flatten and the output: a small network's shapes and parameters, and what its last neurons say."""

import gradio as gr
import numpy as np
import torch
from PIL import Image

from steg.errors import StegError
from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.teaching.layers import HIDDEN, Design, Layer, last_maps, layers
from steg.ui.events import LATEST
from steg.ui.learn.bars import bars
from steg.ui.learn.live import live, together
from steg.ui.learn.numbers import number
from steg.ui.learn.pictures import contact_sheet, enlarged, pixel_display
from steg.ui.markdown import table
from steg.ui.pictures import save_pixels

TITLE = "Flatten and the output"
SLUG = "flatten"
WORDS = (
    "At the end of the convolutions a picture has become many small feature maps. **Flatten** writes all "
    "their numbers into one row, and dense layers, in which every neuron is connected to every number, "
    "make the answer of it. How many neurons answer, and through which activation, depends on the question."
)
SOURCE = (
    "[I. Goodfellow, Y. Bengio and A. Courville, Deep Learning, section 6.2.2: Output Units]"
    "(https://www.deeplearningbook.org/contents/mlp.html)"
)
TRY = (
    "Two classes can also be told apart by two neurons with softmax. At which sum of the other neuron does "
    "the first one give just the probability of the sigmoid? Choose many classes, two of them, and compare."
)

TASKS = {  # label: what is said of its output
    "A number (regression)": "**One neuron, no activation**: the sum itself is the answer, any number, "
    "such as somebody's age.",
    "Two classes": "**One neuron, sigmoid**: the probability of one class; the other one has the rest.",
    "Many classes": "**One neuron for each class, softmax**: probabilities that add up to 1.",
}
REGRESSION, TWO, MANY = TASKS
OTHERS = (0.0, 1.0, -1.0, 0.5, 2.0, -0.5, 1.5, -1.5, 0.2)  # sums of the other neurons, which stay
MAPS_SHOWN, MAPS_ACROSS = 8, 4


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    with together():
        with gr.Row():
            side = gr.Slider(16, 128, 64, step=4, label="Picture: pixels a side", min_width=200)
            filters = gr.Slider(4, 64, 16, step=4, label="First filters", min_width=200)
            kernel = gr.Slider(3, 7, 3, step=2, label="Kernel size", min_width=200)
        with gr.Row():
            with gr.Column(scale=5, min_width=320):
                shapes = gr.Markdown(elem_classes=["figures", "channels"])
            with gr.Column(scale=3, min_width=320):
                maps = pixel_display("The first eight of the last feature maps", "The last feature maps", 240)
                row = pixel_display(
                    "The first of them, flattened", "One feature map as a row of numbers", 100
                )
        about_maps = gr.Markdown()
    with together():
        with gr.Row():
            task = gr.Radio(list(TASKS), value=MANY, label="Question", min_width=280)
            classes = gr.Slider(2, 10, 4, step=1, label="Classes", min_width=200)
            score = gr.Slider(-6, 6, 1, step=0.1, label="Sum of the first output neuron", min_width=200)
        answer = gr.Markdown(elem_classes="notice")
        probabilities = gr.HTML()
    live(picture, show_layers, [side, filters, kernel, task, classes], [shapes], with_picture=False)
    live(picture, show_maps, [side, filters, kernel], [maps, row, about_maps])
    live(picture, show_answer, [task, classes, score], [answer, probabilities], with_picture=False)
    task.input(offer_classes, task, classes, **LATEST, queue=False)


def offer_classes(task: str) -> gr.Slider:
    """The slider of how many classes there are, for the only task that asks."""
    return gr.Slider(visible=task == MANY)


def show_layers(side: int, filters: int, kernel: int, task: str, classes: int) -> str:
    """Shapes and parameters, layer by layer, as Markdown."""
    try:
        found = _layers(Design(side, filters, kernel, classes if task == MANY else 1))
    except StegError as error:
        return f"**{error}**"
    rows = [
        [layer.name, " x ".join(f"{n:,}" for n in layer.shape), f"{layer.parameters:,}", layer.counted]
        for layer in found
    ]
    shapes = table(["layer", "what comes out", "parameters", "weights and biases"], rows)
    total, dense = sum(layer.parameters for layer in found), found[-2].parameters
    return (
        f"{shapes}\n\nTogether **{total:,}** parameters, {dense / total:.0%} of them in the dense layer "
        "behind Flatten. Shapes are channels x height x width; the 1 that is added is the bias of a filter "
        "or neuron."
    )


def _layers(design: Design) -> list[Layer]:
    try:
        return layers(design)
    except ValueError as error:
        raise StegError(
            f"Pictures of {design.side} pixels become smaller than the kernel or the pooling window; "
            "choose more pixels or a smaller kernel."
        ) from error


def show_maps(pixels: np.ndarray, side: int, filters: int, kernel: int) -> tuple[str | None, str | None, str]:
    """The last feature maps of this very network, the first of them as a row, and a sentence.

    Nothing where there is no such network, as `show_layers` says.
    """
    design = Design(side, filters, kernel, 1)
    try:
        flat = _layers(design)[-3].shape[0]
    except StegError:
        return None, None, ""
    image = Image.fromarray(pixels).resize((side, side), Image.Resampling.LANCZOS)
    found = last_maps(np.asarray(image), design)
    most = max(float(np.percentile(found, 99.5)), 1e-9)
    tiles = [enlarged(apply_colormap(x / most, SEQUENTIAL), 120) for x in found[:MAPS_SHOWN]]
    height, width = found.shape[1:]
    line = apply_colormap(found[0].reshape(1, -1) / most, SEQUENTIAL)
    strip = line.repeat(max(1, 1024 // line.shape[1]), 1).repeat(64, 0)
    return (
        save_pixels(contact_sheet(tiles, MAPS_ACROSS, 8), "maps"),
        save_pixels(strip, "row"),
        f"{len(found)} maps of {width}x{height} numbers become one row of {len(found)} x {height} x "
        f"{width} = **{flat:,}** numbers. This network has not learnt anything: its weights are random. "
        "Dark blue is 0, yellow is large.",
    )


def show_answer(task: str, classes: int, score: float) -> tuple[str, str]:
    """What the output neurons' sums become, in words, as Markdown, and as bars, as HTML."""
    words = f"{TASKS[task]} A neuron adds what {HIDDEN} dense neurons say, each times a weight, and a bias. "
    if task == REGRESSION:
        return f"{words}A sum of {number(score)} means **{number(score)}**.", ""
    if task == TWO:
        p = float(torch.tensor(score).sigmoid())
        return (
            f"{words}A sum of {number(score)} means a probability of **{p:.3f}**.",
            bars([("this class", f"sum {number(score)}", p), ("the other", "", 1 - p)]),
        )
    sums = score, *OTHERS[: classes - 1]
    shares = torch.tensor(sums).softmax(0).tolist()
    rows = [
        (f"class {n}", f"sum {number(x)}", p) for n, (x, p) in enumerate(zip(sums, shares, strict=True), 1)
    ]
    return f"{words}Move the first sum and watch the others give way.", bars(rows)
