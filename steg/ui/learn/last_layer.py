"""Part of the step on classifiers: the last layer is trained anew while one watches."""

import time
from collections.abc import Iterator

import gradio as gr
import pandas as pd

from steg.errors import StegError
from steg.teaching.classifier import HELD_OUT, retrain_head
from steg.ui.events import AT_ONCE, PRIVATE
from steg.ui.learn.live import together
from steg.ui.learn.pictures import read_kept
from steg.ui.learn.questions import ANSWERS, classifier

STEPS, FRAMES, SECONDS = 300, 30, 3.0  # of the training that is watched
RATES = (0.001, 0.01, 0.1, 1.0, 100.0)
TRAINING = (
    "### Train the last layer anew\nThe convolutions stay as they are. The last neuron forgets its 65 "
    "numbers and learns them again, by gradient descent on what the layer before it says of some hundred "
    "pictures. Others are kept back: no layer was trained on them, so they tell how good the network is."
)
WATCH = (
    "Press the button and watch the loss. With which steps does it fall fastest, and with which does it jump "
    "about instead, because each step goes too far?"
)


def build(patch: gr.State, question: gr.Radio) -> None:
    """Lays out the training of the last layer, which shows what it then says of the patch."""
    with together():
        gr.Markdown(TRAINING)
        with gr.Row():
            rate = gr.Radio(
                [(f"{r:g}", r) for r in RATES], value=0.01, label="Length of the steps (learning rate)"
            )
            start = gr.Button("Train for three seconds", min_width=200)
        progress = gr.Markdown(WATCH, elem_classes="notice")
        plot = gr.LinePlot(
            x="step", y="loss", title="Loss on the training pictures", height=260, show_label=False,
            buttons=[], visible=False,
        )  # fmt: skip
    training = start.click(
        train_again, [patch, question, rate], [progress, plot], show_progress="hidden", **PRIVATE
    )
    question.input(clear, None, [progress, plot], cancels=training, **AT_ONCE)


def clear() -> tuple[str, gr.LinePlot]:
    """Takes back what a training of the other question's network has shown."""
    return WATCH, gr.LinePlot(visible=False)


def train_again(patch: str | None, question: str, rate: float) -> Iterator[tuple]:
    """A sentence and the curve so far, every few steps."""
    try:
        pixels, net = read_kept(patch), classifier(question)
    except StegError as error:
        yield f"**{error}**", gr.LinePlot(visible=False)
        return
    unseen = len(net.example_answers) // HELD_OUT
    learnt = len(net.example_answers) - unseen
    losses = []
    for step in retrain_head(net, pixels, STEPS, rate):
        losses.append((step.step, step.loss))
        if step.step % (STEPS // FRAMES):
            continue
        first, second = ANSWERS[question]
        answer = second if step.probability > 0.5 else first
        yield (
            f"Step {step.step}: loss **{step.loss:.3f}**, right on **{step.fitted:.0%}** of the {learnt} "
            f"pictures that it learns from, and on **{step.accuracy:.0%}** of the {unseen} that were kept "
            f"back. Of the picture above it now says: *{answer}*, "
            f"{max(step.probability, 1 - step.probability):.0%}.",
            gr.LinePlot(
                pd.DataFrame(losses, columns=["step", "loss"]),
                x_lim=[0, STEPS],
                y_lim=[0, None],
                visible=True,
            ),
        )
        time.sleep(SECONDS / FRAMES)  # slowly enough to be watched
