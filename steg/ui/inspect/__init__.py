"""The Look inside tab: what changed, where, whether it shows, and how the method did it."""

from typing import Any

import gradio as gr

from steg.images.reading import read_stego
from steg.methods import by_header
from steg.steganalysis.classical import run_attacks
from steg.steganalysis.residual import compute_residual, histogram, leakage, rms_by_colour, rms_by_texture
from steg.ui import earlier, examples, reload, runs
from steg.ui.events import AGAIN, NETWORK, PRIVATE, Handler
from steg.ui.inspect import (
    at_work,
    changed,
    classical_detectors,
    loupe,
    planes,
    trained_detectors,
    where,
)
from steg.ui.inspect.reading import LARGEST_SIDE, is_cut, read
from steg.ui.markdown import heading
from steg.ui.pictures import errors_as_sentences, picture_upload
from steg.ui.processes import apart

INTRO = (
    "Take a stego picture apart. Alone it shows its bit planes, its spectrum and what a detector says; with "
    "the **cover** it was made from you also see what was changed, and with the **secret** whether that "
    "gives it away."
)
READING, LOOKING, MEASURING = "Reading the pictures", "Looking at what changed", "Asking the detectors"
OPENING = "Looking at how it is done"
MADE_BY = "Its header says that something is hidden in it by the method **{name}**."
CUT = f"Of pictures larger than {LARGEST_SIDE} pixels a side the middle is looked at."


def build(page: gr.Blocks) -> None:
    """Lays out this tab of the page."""
    heading("Pictures to look into", seen=False)
    gr.Markdown(INTRO)
    with runs.pictures("inspect"):
        with gr.Row():
            uploads = [
                picture_upload(f"inspect-{name}", label, 240, placeholder, min_width=240)
                for name, label, placeholder in (
                    ("stego", "Stego picture", "Drop the picture, or click to choose"),
                    ("cover", "Cover (optional)", "Drop the cover it was made from"),
                    ("secret", "Secret (optional)", "Drop the secret that is in it"),
                )
            ]
        gr.Examples(
            list(examples.INSIDE.values()),
            uploads,
            label="Nothing at hand? Take ours: a lake that hides a cat",
            example_labels=list(examples.INSIDE),
        )
    with gr.Row():
        start = gr.Button("Look inside", variant="primary", size="lg", elem_id="inspect-start")
        runs.stop_button("inspect")
    runs.line("inspect")
    figures = gr.JSON(visible=False)
    with gr.Column(visible=False, elem_id="inspect-answer") as answer:
        heading("What is found", seen=False)
        note = gr.Markdown(elem_classes="notice")
        chosen = earlier.chosen(uploads)
        message = gr.Markdown(elem_classes="notice", label="Message")
        with gr.Tabs():
            with gr.Tab("What changed?"):
                handlers = changed.build(chosen)
            with gr.Tab("Where?"):
                handlers += where.build(chosen)
            with gr.Tab("Can it be seen?"):
                handlers += loupe.build(chosen)
            with gr.Tab("Can it be found?"):
                handlers += planes.build(chosen)
            with gr.Tab("Would a detector notice?") as detectors:
                ask_detectors = trained_detectors.build(detectors, chosen)
                report = classical_detectors.build()
                trained_detectors.build_figures()
            with gr.Tab("How is it done?") as how:
                show_method, steps = at_work.build(how, chosen)

    shown, changes = [answer, note, message, steps], [upload.change for upload in uploads]
    started = start.click(inputs=uploads, outputs=chosen, **earlier.REMEMBER)
    settings: dict[str, Any] = {"show_progress": "hidden"} | PRIVATE
    chain = first = started.then(apart(open_sections, quiet=True), chosen, shown, **settings, **AGAIN)
    looking = []
    for handler in handlers:
        chain = chain.success(*quietly(handler), **PRIVATE)
        looking.append(chain)
    measured = chain.success(apart(inspect, quiet=True), uploads, [report, figures], api_name="inspect")
    asked = measured.success(*quietly(ask_detectors), **PRIVATE)
    opened = asked.success(*quietly(show_method), **PRIVATE, **NETWORK)
    steps_of_run = {READING: first, LOOKING: looking, MEASURING: [measured, asked], OPENING: opened}
    runs.build("inspect", [start.click], steps_of_run, looking[0])
    runs.forget_on(changes, "inspect")
    mark = earlier.mark(uploads, chosen, note, "Look inside")
    gr.on(changes, **mark)
    reload.keep(page, "inspect-choice", uploads, changes)
    outputs = [block for handler in (*handlers, ask_detectors) for block in handler.outputs]
    controls: list[Any] = [block for handler in handlers for block in handler.inputs if block not in chosen]
    found = list(dict.fromkeys([message, report, *outputs, *controls]))
    with_pictures = [block for block in found if isinstance(block, (gr.Image, gr.BarPlot))]
    done = [step.then for step in (*looking, measured, asked)] + [control.input for control in controls]
    restored = reload.keep(page, "inspected", [*chosen, *found], done, [answer, *with_pictures])
    restored.then(**mark)


def quietly(handler: Handler) -> Handler:
    """The handler in a process of its own, whose errors the run's line alone shows."""
    return handler._replace(function=apart(handler.function, quiet=True))


def open_sections(
    stego: str | None, cover: str | None, secret: str | None
) -> tuple[gr.Column, str, str, list]:
    """Shows the sections if the pictures fit together, and which method made the stego picture."""
    with errors_as_sentences():
        read(stego, cover, secret)
        name = by_header(read_stego(stego or ""))
        sentences = [MADE_BY.format(name=name)] if name else []
        sentences += [CUT] if stego and is_cut(stego) else []
    return gr.Column(visible=True), "", " ".join(sentences), []


def inspect(stego: str, cover: str | None = None, secret: str | None = None) -> tuple[str, dict]:
    """Measures a stego picture, and what was changed if its cover is there.

    Args:
        stego: any picture; of one larger than 1024 pixels a side, the middle.
        cover: the picture it was made from, of the same size.
        secret: what is hidden in it.

    Returns:
        What three detectors say, as Markdown; and all figures.
    """
    with errors_as_sentences():
        after, before, hidden = read(stego, cover, secret)
        figures: dict[str, Any] = {"detectors": run_attacks(after)._asdict()}
        if before is not None:
            change = compute_residual(before, after)
            figures["textures"] = [area._asdict() for area in rms_by_texture(before, change)]
            figures["colours"] = rms_by_colour(change)
            figures["histogram"] = {str(level): share for level, share in histogram(change).items()}
            if hidden is not None:
                figures["leakage"] = leakage(change, hidden)
        return classical_detectors.report(after, before), figures
