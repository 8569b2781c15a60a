"""Step 2, padding: what is put around a picture, and what that does to the result's size and border."""

import gradio as gr
import numpy as np

from steg.errors import StegError
from steg.teaching.convolution import convolve
from steg.teaching.padding import border_pixels, output_length, pad, padding_widths
from steg.ui.learn.live import live
from steg.ui.learn.pictures import brightness, enlarged, grey, pixel_display, small
from steg.ui.learn.windows import outlined
from steg.ui.markdown import table
from steg.ui.pictures import magnified, save_pixels

TITLE = "Padding"
SLUG = "padding"
WORDS = (
    "Where the window would stick out over the border there is no sum, so each convolution makes the "
    "picture smaller. **Padding** puts pixels around it first: zeros, or the picture itself, mirrored. How "
    "many are added decides the size of the result; what they are decides how its border looks."
)
SOURCE = (
    "[V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning]"
    "(https://arxiv.org/abs/1603.07285), chapter 2"
)
TRY = (
    "Choose *same* and a stride of 1, then more and more layers. The size stays; how far does the dark "
    "border reach after each layer? And why is there none with *reflect*?"
)

MODES = {
    "None": "none",
    "Zeros": "zeros",
    "Reflect": "reflect",
    "Same (as many zeros as keep the size)": "same",
}
SIDE = 48  # pixels of the longer side, so that single ones can be seen


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    mode = gr.Radio(list(MODES.items()), value="zeros", label="Padding")
    with gr.Row():
        padding = gr.Slider(
            0, 8, 2, step=1, label="Pixels on each side", info="For zeros and reflect", min_width=200
        )
        kernel = gr.Slider(
            3, 9, 5, step=2, label="Kernel size", info="A blur: all weights equal", min_width=200
        )
        stride = gr.Slider(1, 4, 1, step=1, label="Stride", info="From one place to the next", min_width=200)
        layers = gr.Slider(1, 8, 1, step=1, label="Layers", info="One after the other", min_width=200)
    with gr.Row():
        padded = pixel_display("Padded; the frame is the picture's border", "The picture with its padding")
        result = pixel_display("Result, each pixel as large as on the left", "The result of the last layer")
    about = gr.Markdown(elem_classes="scrolls")
    controls = [mode, padding, kernel, stride, layers]
    live(picture, show, controls, [padded, result, about])


def show(
    pixels: np.ndarray, mode: str, padding: int, kernel: int, stride: int, layers: int
) -> tuple[str, str, str]:
    """The padded picture, the result of the last layer, and the sizes worked out, as Markdown."""
    light = brightness(small(pixels, SIDE))
    steps = run(light, mode, padding, kernel, stride, layers)
    first, last = padded_by(light, mode, padding, kernel, stride), steps[-1]
    (top, _), (left, _) = first
    surrounded = pad(light, *first, mode)
    canvas = tuple(np.maximum(surrounded.shape, last.shape))
    drawn = enlarged(grey(surrounded))
    times = len(drawn) // len(surrounded)
    drawn = outlined(drawn, *(n * times for n in (top, left, *light.shape)))
    return (
        save_pixels(_on_canvas(drawn, canvas, times), "padded"),
        save_pixels(_on_canvas(magnified(grey(last), times), canvas, times), "result"),
        sentences(steps, first, kernel, stride),
    )


def padded_by(
    light: np.ndarray, mode: str, padding: int, kernel: int, stride: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    """What is added before and after, down and across."""
    down, across = (padding_widths(length, kernel, mode, padding, stride) for length in light.shape)
    return down, across


def run(
    light: np.ndarray, mode: str, padding: int, kernel: int, stride: int, layers: int
) -> list[np.ndarray]:
    """The picture and what comes out of each of the layers, all the same blur.

    Raises:
        StegError: if a picture becomes too small for the kernel, or to be mirrored.
    """
    weights = np.full((kernel, kernel), 1 / kernel**2)
    steps = [light]
    for number in range(1, layers + 1):
        added = padded_by(steps[-1], mode, padding, kernel, stride)
        if mode == "reflect" and padding >= min(steps[-1].shape):
            raise StegError(
                f"For layer {number} the picture has too few pixels to mirror {padding}; take fewer "
                "layers, or less padding."
            )
        result = convolve(pad(steps[-1], *added, mode), weights, stride)
        if not result.size:
            raise StegError(
                f"For layer {number} the picture is smaller than the kernel; take fewer layers, a smaller "
                "kernel or more padding."
            )
        steps.append(result)
    return steps


def sentences(
    steps: list[np.ndarray], added: tuple[tuple[int, int], tuple[int, int]], kernel: int, stride: int
) -> str:
    """The size formula filled in, the sizes of all layers and what happened to the border, as Markdown."""
    rows = []
    for name, length, (before, after) in zip(
        ("across", "down"), steps[0].shape[::-1], added[::-1], strict=True
    ):
        places = output_length(length, kernel, before, after, stride)
        formula = f"⌊({length} + {before} + {after} − {kernel}) / {stride}⌋ + 1"
        rows.append([name, formula, f"**{places}**"])
    sizes = " → ".join(f"{width}x{height}" for height, width in (step.shape for step in steps))
    before, after = (border_pixels(step).mean() for step in (steps[0], steps[-1]))
    sums = table(["first layer", "⌊(n + p₁ + p₂ − k) / s⌋ + 1", "pixels"], rows)
    return (
        f"{sums}\n\n⌊ ⌋ rounds down; n pixels, padded by p₁ before and p₂ after, kernel k, stride s. The "
        f"picture was made smaller, to {SIDE} pixels, so that you can see each one. Layer by layer: "
        f"{sizes}.\n\nThe outermost pixels of the picture have a mean brightness of **{before:.0f}**, "
        f"those of the result **{after:.0f}**."
    )


def _on_canvas(drawn: np.ndarray, canvas: tuple[int, int], times: int) -> np.ndarray:
    """A picture in the middle of a transparent one, so that several are shown at one scale: (H, W, 4)."""
    whole = np.zeros((canvas[0] * times, canvas[1] * times, 4), np.uint8)
    top, left = ((n - m) // 2 for n, m in zip(whole.shape, drawn.shape[:2], strict=False))
    place = whole[top : top + len(drawn), left : left + drawn.shape[1]]
    place[..., :3], place[..., 3] = drawn, 255
    return whole
