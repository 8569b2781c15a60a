"""The Learn tab: a guided walk in steps, each one screen with something to move, on one shared picture.

A step is a module of this package, listed in `STEPS`, with

- `TITLE`, which the chooser shows behind its number, and `SLUG`, its name in an address (`/?step=pooling`);
- `WORDS`, two or three sentences, and `TRY`, a question to try, both Markdown; `SOURCE`, a Markdown link;
- `build(picture)`, which lays out what is between them. `picture` is a `gr.State` that holds the path of the
  shared picture, and is to be used by `live.live`, which gives its pixels to a function when the step is
  opened, when another picture is chosen and when a control is moved; nothing heavy is to be loaded before.
  `build` may return a button, which then leads to the Hide tab.
"""

from types import ModuleType

import gradio as gr

from steg.errors import StegError
from steg.ui import examples
from steg.ui.events import AT_ONCE, LATEST, PRIVATE
from steg.ui.learn import (
    activations,
    autoencoder,
    bits,
    classifier,
    convolution,
    flatten,
    hiding,
    padding,
    pooling,
    progressive,
    road,
)
from steg.ui.learn.pictures import keep_small
from steg.ui.markdown import heading
from steg.ui.pictures import picture_upload

STEPS: tuple[ModuleType, ...] = (
    convolution,
    padding,
    pooling,
    activations,
    flatten,
    classifier,
    autoencoder,
    hiding,
    bits,
    progressive,
    road,
)
SLUGS = [step.SLUG for step in STEPS]

INTRO = (
    "How a network sees, in steps: each has something to move, on one picture, ours or your own. "
    "Large pictures are made smaller for this, to at most 512 pixels a side."
)
NO_PICTURE = "**Choose a picture, or take one of ours.**"
TOP = "learn-steps"  # where Next and Previous scroll to


def build(page: gr.Blocks, tabs: gr.Tabs, tab: gr.Tab) -> None:
    """Lays out the tab.

    Args:
        page: the page, whose address may ask for a step.
        tabs: the page's tabs, of which this one has the id "learn" and Hide the id "hide".
        tab: this one.
    """
    heading("Picture", seen=False)
    shared = gr.State(examples.LEARN[0])
    with gr.Row():
        upload = picture_upload(
            "learn-picture", "Picture", 200, "Drop a picture, or click to choose", examples.LEARN[0]
        )
        with gr.Column():
            gr.Markdown(INTRO)
            gr.Examples(
                [[path] for path in examples.LEARN], [upload], label="No picture at hand? Take one of ours"
            )
    notice = gr.Markdown(elem_classes="notice")
    names = [(f"{number} {step.TITLE}", step.SLUG) for number, step in enumerate(STEPS, 1)]
    chooser = gr.Radio(names, value=SLUGS[0], label="Step", elem_id=TOP)
    columns, pictures = zip(*(_build_step(step, chooser, tabs) for step in STEPS), strict=True)
    address = gr.Textbox(
        label="Address of this step, to share", interactive=False, buttons=["copy"], max_lines=1
    )

    upload.change(prepare_picture, upload, [shared, notice], **PRIVATE)
    gr.on(  # queued, as Gradio reports changed states only then
        [tab.select, chooser.change, shared.change], open_step,
        [chooser, shared, *pictures], [*columns, *pictures],
        show_progress="hidden", concurrency_limit=None, **LATEST,
    )  # fmt: skip
    gr.on(
        [tab.select, chooser.change], None, chooser, address,
        js="slug => `${location.origin}${location.pathname}?step=${slug}`", **PRIVATE,
    )  # fmt: skip
    page.load(step_in_address, None, [tabs, chooser], **AT_ONCE)


def _build_step(step: ModuleType, chooser: gr.Radio, tabs: gr.Tabs) -> tuple[gr.Column, gr.State]:
    """Lays out one step; returns what is shown and hidden, and the state that holds its picture."""
    picture = gr.State()
    with gr.Column(visible=False) as column:
        gr.Markdown(f"## {step.TITLE}\n{step.WORDS}")
        to_hide = step.build(picture)
        gr.Markdown(f"**Try it.** {step.TRY}\n\n**Read on.** {step.SOURCE}")
        number = STEPS.index(step)
        with gr.Row():
            if number > 0:
                _step_button("Previous", STEPS[number - 1], chooser)
            if number + 1 < len(STEPS):
                _step_button("Next", STEPS[number + 1], chooser)
    if to_hide:
        to_hide.click(open_hide, None, tabs, **AT_ONCE)
    return column, picture


def _step_button(label: str, step: ModuleType, chooser: gr.Radio) -> None:
    """A button that leads to another step."""
    gr.Button(f"{label}: {step.TITLE}", min_width=160).click(
        None, None, chooser, **PRIVATE,
        js=f"() => {{ document.getElementById('{TOP}').scrollIntoView(); return '{step.SLUG}'; }}",
    )  # fmt: skip


def open_hide() -> gr.Tabs:
    """Opens the Hide tab."""
    return gr.Tabs(selected="hide")


def prepare_picture(upload: str | None) -> tuple[str, str]:
    """The path of the shared picture; "", and a sentence, if there is none that can be used."""
    try:
        return (keep_small(upload), "") if upload else ("", NO_PICTURE)
    except StegError as error:
        return "", f"**{error}**"


def open_step(slug: str, shared: str, *pictures: str | None) -> list:
    """Shows the chosen step alone and gives it the picture; the others keep theirs until they are opened.

    Without a picture no step is shown.
    """
    shown = [name == slug and shared != "" for name in SLUGS]
    columns = [gr.Column(visible=here) for here in shown]
    return columns + [shared if here else old for here, old in zip(shown, pictures, strict=True)]


def step_in_address(request: gr.Request) -> tuple:
    """Opens the step that the address asks for; without one, or with an unknown one, nothing changes."""
    slug = request.query_params.get("step")
    return (gr.Tabs(selected="learn"), slug) if slug in SLUGS else (gr.skip(), gr.skip())
