"""Step: a classifier, in two trained versions, and what it goes by."""

from collections.abc import Iterator
from typing import cast

import gradio as gr
import numpy as np

from steg.errors import StegError
from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.methods import OFFERED
from steg.networks.detector import Detector
from steg.steganalysis.learned import detect
from steg.teaching.classifier import (
    central_crop,
    central_square,
    feature_maps,
    probability,
    saliency,
)
from steg.ui import examples, loader
from steg.ui.events import LATEST, NETWORK
from steg.ui.gpu import on_gpu
from steg.ui.learn import last_layer
from steg.ui.learn.live import live, together
from steg.ui.learn.pictures import contact_sheet, enlarged, read_kept
from steg.ui.learn.questions import ANSWERS, QUESTIONS, classifier
from steg.ui.pictures import magnified, picture_display, save_pixels
from steg.ui.processes import apart_and_wait
from steg.weights import CAT_OR_DOG, DETECTOR, STEGO_OR_CLEAN, card_of

TITLE = "A classifier"
SLUG = "classifier"
WORDS = (
    "Four convolutions, each with ReLU and pooling, then 64 dense neurons and one with a sigmoid: a "
    "picture goes in, a **probability** comes out. Nobody told the filters what to look for; they were "
    "learnt from labelled pictures. The same network was trained for two questions: is it a cat or a dog, "
    "and does the picture hide something?"
)
SOURCE = (
    "[Simonyan, Vedaldi and Zisserman, *Deep inside convolutional networks*, 2014]"
    "(https://arxiv.org/abs/1312.6034), on saliency maps"
)
TRY = (
    "Ask *cat or dog* about a picture of neither. Then ask whether the picture hides something, let a "
    "method hide one in it, and compare this small network with the detector of *Look inside*: which method "
    "is hardest to find?"
)

NOTHING = "Nothing"
HOW_TO_READ = (
    "First the 64x64 pixels that the network gets, then the **saliency map**: the yellower a pixel, the more "
    "a small change of it would move the answer."
)
CAVEAT = {
    CAT_OR_DOG: (
        "It learnt from about a thousand small pictures and is wrong on one unseen picture in {one_in}. It "
        "knows cats and dogs only, so of anything else it makes one of the two."
    ),
    STEGO_OR_CLEAN: (
        "The small network knows only pictures like those it was trained on, so that a noisy, sharpened or "
        "scaled photograph can look suspicious to it. The detector of *Look inside* was made to hold on "
        "others, too, and a quiet answer of either is no proof; see there for the figures."
    ),
}


def build(picture: gr.State) -> None:
    """Lays out the step; `picture` as in `steg.ui.learn`."""
    with together():
        with gr.Row():
            question = gr.Radio(list(QUESTIONS.items()), value=CAT_OR_DOG, label="Question")
            hidden = gr.Dropdown(
                [NOTHING, *OFFERED],
                value=NOTHING,
                label="First hide a cup of coffee in it, by",
                visible=False,
            )
        with gr.Row():
            with gr.Column(min_width=260):
                answer = gr.Label(label="Answer of the network", show_heading=False)
                detector = gr.Label(
                    label="Answer of the detector of Look inside, which counts patterns of noise",
                    show_heading=False,
                    visible=False,
                )
            seen = picture_display("What the network gets", 260, "The 64x64 pixels that the network gets")
            map_ = picture_display("Saliency map", 260, "How much each pixel moves the answer")
        notice = gr.Markdown(HOW_TO_READ)
    patch = gr.State()
    outputs = [answer, detector, hidden, seen, map_, notice, patch]
    live(picture, answers, [question, hidden], outputs, **NETWORK)

    with together():
        layer = gr.Slider(1, 4, 1, step=1, label="Convolution", elem_id="classifier-layer")
        maps = picture_display("Feature maps", None, "What each filter of the convolution sees")
        about_maps = gr.Markdown()

    gr.on(
        [patch.change, layer.input], maps_of, [patch, question, layer], [maps, about_maps],
        show_progress="hidden", **LATEST,
    )  # fmt: skip
    last_layer.build(patch, question)


def detector_network() -> Detector:
    """The detector; errors as in `loader.network`."""
    return cast(Detector, loader.network(DETECTOR))


def answers(pixels: np.ndarray, question: str, hidden: str) -> Iterator[tuple]:
    """Takes back what was said of another picture or question, then gives the answer."""
    yield "…", "…", gr.skip(), None, None, gr.skip(), gr.skip()
    if question == STEGO_OR_CLEAN and hidden != NOTHING:
        pixels = apart_and_wait(hide_ours, pixels, hidden)
    yield answer_about(pixels, question)


def answer_about(pixels: np.ndarray, question: str) -> tuple:
    """Everything about a picture that does not depend on the layer that is looked at."""
    if question == CAT_OR_DOG:
        net, patch = classifier(CAT_OR_DOG), central_square(pixels)
        of_second = probability(net, patch)
        detector = gr.Label(visible=False)
        about = f"{HOW_TO_READ} {CAVEAT[question].format(one_in=_one_in())}"
    else:
        net, patch = classifier(STEGO_OR_CLEAN), central_crop(pixels)
        of_second = probability(net, patch)
        detector = gr.Label(detect(detector_network(), pixels).verdict.capitalize(), visible=True)
        about = f"{HOW_TO_READ} The detector looks at all of the picture. {CAVEAT[question]}"
    return (
        _probabilities(question, of_second),
        detector,
        gr.Dropdown(visible=question == STEGO_OR_CLEAN),
        save_pixels(enlarged(patch, 256), "seen"),
        save_pixels(enlarged(apply_colormap(saliency(net, patch), SEQUENTIAL), 256), "saliency"),
        about,
        save_pixels(patch, "patch"),
    )


@on_gpu
def hide_ours(pixels: np.ndarray, method: str) -> np.ndarray:
    """The picture, (H, W, 3) uint8, with our secret hidden in it."""
    return np.asarray(loader.method(method).hide(pixels, examples.SECRET))


def maps_of(patch: str | None, question: str, layer: int) -> tuple:
    """The feature maps of a layer as one picture, and a sentence on them."""
    if not patch:
        return gr.skip(), gr.skip()
    try:
        found = feature_maps(classifier(question), read_kept(patch), int(layer) - 1)
    except StegError as error:
        return None, f"**{error}**"
    count, side, _ = found.shape
    dead = int((found.max((1, 2)) == 0).sum())
    sentence = (
        f"Convolution {int(layer)} has {count} filters, and each made a map of {side}x{side}: the yellower, "
        "the more it found there of what it looks for, on a scale of its own for each map. "
        f"{dead} of them found nothing in this picture."
    )
    return save_pixels(sheet(found), "maps"), sentence


def sheet(maps: np.ndarray, width: int = 1024) -> np.ndarray:
    """(N, side, side) maps, each from zero to its largest value, beside each other as one picture."""
    count, side, _ = maps.shape
    columns = 8 if count <= 32 else 16
    times = max(1, width // columns // side)
    return contact_sheet(
        [magnified(apply_colormap(x / max(x.max(), 1e-9), SEQUENTIAL), times) for x in maps], columns
    )


def _probabilities(question: str, of_second: float) -> dict[str, float]:
    """Both answers to a question with their probabilities."""
    first, second = ANSWERS[question]
    return {first: 1 - of_second, second: of_second}


def _one_in() -> int:
    """Of how many unseen pictures of cats and dogs one is taken for the other, by the card of the weights."""
    accuracy = card_of(CAT_OR_DOG)["figures"]["tiny-imagenet-val"]["accuracy"]
    return round(1 / max(1 - accuracy, 0.01))
