"""Step 1, convolution: a window slides over the picture and computes one sum at each place."""

import gradio as gr
import numpy as np

from steg.errors import StegError
from steg.teaching.convolution import (
    KERNELS,
    convolve,
    effective_size,
    normalised_correlation,
    template,
    window,
)
from steg.ui.events import AT_ONCE
from steg.ui.learn import numbers
from steg.ui.learn.live import live
from steg.ui.learn.pictures import brightness, display, grey, pixel_display
from steg.ui.learn.windows import close_up, framed
from steg.ui.pictures import magnified, save_pixels

TITLE = "Convolution"
SLUG = "convolution"
WORDS = (
    "A small window slides over the picture. At each place the pixels under it are multiplied by the "
    "weights of a **kernel** and added up, and that sum becomes one pixel of the result. The sum is large "
    "where the picture is bright under the large weights, so a convolution is a search for a pattern; a "
    "network learns which patterns to search for."
)
SOURCE = (
    "[V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning]"
    "(https://arxiv.org/abs/1603.07285), chapters 1 and 2"
)
TRY = (
    "Move the window to an eye and choose the patch of the picture. Is the largest sum where the patch "
    "came from? Now compare shapes only. What has changed, and why?"
)

PATCH, OWN = "A patch of the picture, 5x5", {"My own, 3x3": 3, "My own, 5x5": 5}
CHOICES = [*KERNELS, PATCH, *OWN]
FIRST = "Sobel, left to right"
SMALLEST = 3  # weights across the smallest kernel
AHEAD = 0, 32, 77  # dark blue, where the window has not been yet
START = 110, 100  # the window's first place: pixels from the left and from the top
BALANCED = 0.01  # below this share of their sizes, a kernel's weights add up to 0
SLIDE_EVERY = 0.4  # seconds
SLIDE, STOP = "Let the window slide to the end of its row", "Stop the window"


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    with gr.Row():
        with gr.Column():
            name = gr.Dropdown(
                CHOICES, value=FIRST, label="Kernel", info="Then change any weight in the table"
            )
            alike = gr.Checkbox(
                False, label="Compare shapes only: divide by the contrast under the window", visible=False
            )
            cut = gr.Button("Cut the patch out anew, where the window is now", visible=False)
        weights = gr.Dataframe(
            KERNELS[FIRST].tolist(), datatype="number", type="array", label="Weights of the kernel",
            elem_id="kernel", interactive=True, buttons=[],
        )  # fmt: skip
    with gr.Row():
        stride = gr.Slider(
            1, 8, 1, step=1, label="Stride", info="Pixels from one place to the next", min_width=200
        )
        dilation = gr.Slider(
            1, 8, 1, step=1, label="Dilation", info="Pixels from one weight to the next", min_width=200
        )
        across = gr.Slider(
            0, 511, START[0], step=1, label="Window from the left", info="In pixels", min_width=200
        )
        down = gr.Slider(
            0, 511, START[1], step=1, label="Window from the top", info="In pixels", min_width=200
        )
    with gr.Row():
        play = gr.Button(SLIDE, min_width=200)
        passed = gr.Checkbox(False, label="Show the result only where the window has been", min_width=300)
    clock = gr.Timer(SLIDE_EVERY, active=False)
    with gr.Row():
        whole = display("Picture (its brightness)", "The picture and the window")
        close = pixel_display("Close-up", "The pixels around the window, which is marked")
        result = display("Result", "The result of the convolution")
    sums = gr.HTML(elem_classes="notice")
    about = gr.Markdown(elem_classes="notice")

    place, settings = [across, down], [stride, dilation, across, down, passed, alike]
    live(picture, limit_place, place, place, events=[picture.change])
    live(
        picture, show, [weights, *settings], [whole, close, result, sums, about],
        events=[
            picture.change, weights.change, across.change, down.change,
            *(control.input for control in (stride, dilation, passed, alike)),
        ],
    )  # fmt: skip
    live(
        picture, choose_kernel, [name, stride, *place], [weights, alike, cut], events=[name.input, cut.click]
    )
    live(picture, slide, [weights, stride, dilation, across], [across, play, clock], events=[clock.tick])
    play.click(play_or_stop, play, [play, clock], **AT_ONCE)


def play_or_stop(label: str) -> tuple[str, gr.Timer]:
    """Starts or stops the window, whichever its button says."""
    return (STOP, gr.Timer(active=True)) if label == SLIDE else (SLIDE, gr.Timer(active=False))


def slide(pixels: np.ndarray, cells: list, stride: int, dilation: int, across: int) -> tuple:
    """The window's next place in its row; at the end it stops."""
    last = pixels.shape[1] - effective_size(len(cells), dilation)
    further = across // stride * stride + stride
    if further <= last:
        return further, gr.skip(), gr.skip()
    return max(last, 0), *play_or_stop(STOP)


def limit_place(pixels: np.ndarray, across: int, down: int) -> list[gr.Slider]:
    """The window's sliders, as long as the picture; they are moved only if they stand beyond its end."""
    updates = []
    for place, side in ((across, pixels.shape[1]), (down, pixels.shape[0])):
        last = side - SMALLEST
        updates.append(gr.Slider(maximum=last) if place <= last else gr.Slider(maximum=last, value=last))
    return updates


def choose_kernel(
    pixels: np.ndarray, name: str, stride: int, across: int, down: int
) -> tuple[list, gr.Checkbox, gr.Button]:
    """The kernel that was chosen; a patch is cut out where the window stands."""
    if name == PATCH:
        light = brightness(pixels)
        top, left = (
            min(n // stride * stride, side - 5) for n, side in zip((down, across), light.shape, strict=True)
        )
        kernel = template(light[top : top + 5, left : left + 5]).round(2)
    elif name in OWN:
        kernel = np.zeros((OWN[name], OWN[name]))
        kernel[OWN[name] // 2, OWN[name] // 2] = 1
    else:
        kernel = KERNELS[name].round(4)
    patch = name == PATCH
    return kernel.tolist(), gr.Checkbox(False, visible=patch), gr.Button(visible=patch)


def show(
    pixels: np.ndarray,
    cells: list,
    stride: int,
    dilation: int,
    across: int,
    down: int,
    passed: bool,
    alike: bool,
) -> tuple[str, str, str, str, str]:
    """Picture and window, a close-up, the result, the sum at the window in numbers, and a sentence."""
    light, kernel = brightness(pixels), read_kernel(cells)
    if min(light.shape) < effective_size(len(kernel), dilation):
        raise StegError(
            "The window is larger than the picture; choose a smaller dilation or another picture."
        )
    if alike:
        kernel = template(kernel)
    answers = (normalised_correlation if alike else convolve)(light, kernel, stride, dilation)
    place = tuple(min(n // stride, last - 1) for n, last in zip((down, across), answers.shape, strict=True))
    corner = [n * stride for n in place]
    side = effective_size(len(kernel), dilation)
    drawn, scale = drawn_result(answers, kernel, alike)
    if passed:
        drawn[place[0] + 1 :], drawn[place[0], place[1] + 1 :] = AHEAD, AHEAD
    times = max(1, max(light.shape) // max(answers.shape))
    drawn = framed(magnified(drawn, times), place[0] * times, place[1] * times, times, times)
    return (
        save_pixels(framed(grey(light), corner[0], corner[1], side, side), "picture"),
        save_pixels(close_up(light, corner, len(kernel), dilation), "close-up"),
        save_pixels(drawn, "result"),
        in_numbers(window(light, place, len(kernel), stride, dilation), kernel, answers[place], alike),
        sentence(light.shape, answers, side, stride, scale),
    )


def read_kernel(cells: list) -> np.ndarray:
    """The kernel from the table's cells, (k, k).

    Raises:
        StegError: if a cell is empty or not a number, or rows and columns are not equally many.
    """
    if len({len(cells), *map(len, cells)}) != 1:
        raise StegError("The kernel needs as many rows as columns; choose one from the list to begin anew.")
    try:
        kernel = np.array(cells, np.float64)
    except (TypeError, ValueError):
        kernel = np.array([np.nan])
    if not np.isfinite(kernel).all():
        raise StegError(
            "A weight of the kernel is empty or not a number; write a number, such as 0 or -1.5, into it."
        )
    return kernel


def drawn_result(answers: np.ndarray, kernel: np.ndarray, alike: bool) -> tuple[np.ndarray, str]:
    """The result as a picture, and how to read it.

    A kernel whose weights add up to 0 answers with both signs; with any other one, evenly bright parts stay
    as bright as they are.
    """
    if alike:
        return grey(answers, -1, 1), "black is −1, the opposite; grey is 0; white is 1, the same pattern"
    total = kernel.sum()
    if abs(total) <= BALANCED * np.abs(kernel).sum():
        most = max(float(np.percentile(np.abs(answers), 99.5)), 1.0)
        text = numbers.number(round(most))
        return grey(answers, -most, most), f"black is −{text} or less, grey is 0, white is {text} or more"
    black, white = sorted((0, 255 * total))
    return grey(answers, black, white), (
        f"black is {numbers.number(round(black))} or less, white is {numbers.number(round(white))} or more"
    )


def in_numbers(under: np.ndarray, kernel: np.ndarray, answer: float, alike: bool) -> str:
    """The sum at one place, worked out, as HTML."""
    products = under * kernel
    tables = numbers.side_by_side(
        numbers.levels(under, "pixels under the window"),
        numbers.sign("×"),
        numbers.signed(kernel, "kernel"),
        numbers.sign("="),
        numbers.signed(products, "products"),
    )
    total = f"The sum of the products is <strong>{numbers.number(products.sum())}</strong>"
    if not alike:
        return f"{tables}{total}, the pixel of the result that is marked."
    most = abs(products.sum() / answer) if abs(answer) > 1e-9 else 0
    if not most:
        return f"{tables}{total}: no likeness here, or the window is evenly bright, without any pattern."
    return (
        f"{tables}{total}; with this contrast, the kernel's own pattern would give "
        f"{numbers.number(round(most))}. Their ratio is the pixel of the result that is marked: "
        f"<strong>{numbers.number(answer)}</strong>."
    )


def sentence(shape: tuple[int, int], answers: np.ndarray, side: int, stride: int, scale: str) -> str:
    """How large the result is, how to read it and where it is largest, as Markdown."""
    height, width = answers.shape
    row, column = np.unravel_index(answers.argmax(), answers.shape)
    rounded = f" / {stride}, rounded down," if stride > 1 else ""
    return (
        f"The window is {side} pixels wide, so it fits at ({shape[1]} − {side}){rounded} + 1 = **{width}** "
        f"places across and {height} down. In the picture of the result {scale}. The largest number, "
        f"{numbers.number(answers.max())}, is with the window {column * stride} pixels from the left and "
        f"{row * stride} from the top."
    )
