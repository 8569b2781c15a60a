"""The Learn tab: a guided walk in steps, each one screen with something to move, on one shared picture.

A step is a module of this package, listed in `STEPS`, with

- `TITLE`, which the chooser shows behind its number, and `SLUG`, its name in an address (`/?step=pooling`);
- `WORDS`, two or three sentences, and `TRY`, a question to try, both Markdown; `SOURCE`, a Markdown link;
- `build(picture, queue)`, which lays out what is between them. `picture` is a `gr.State` that holds the path
  of the shared picture, and is to be used by `moving.moves`, which gives its pixels to a function when the
  step is opened, when another picture is chosen and when a control is moved; nothing heavy is to be loaded
  before. `queue` is Gradio's concurrency settings for all that uses a network for long. `build` may return a
  button, which then leads to the Hide tab.
"""

from types import ModuleType

import gradio as gr

from steg.errors import StegError
from steg.ui.learn import activations, autoencoder, classifier, convolution, flatten, padding, pooling
from steg.ui.learn.pictures import work_picture
from steg.ui.pictures import picture_upload

STEPS: tuple[ModuleType, ...] = (
    convolution,
    padding,
    pooling,
    activations,
    flatten,
    classifier,
    autoencoder,
)
SLUGS = [step.SLUG for step in STEPS]

INTRO = (
    "How a network sees, in steps: each has something to move, on one picture, ours or your own. "
    "Large pictures are made smaller for this, to at most 512 pixels a side."
)
NO_PICTURE = "**Choose a picture, or take one of ours.**"
TOP = "learn-steps"  # where Next and Previous scroll to
PRIVATE = {"api_visibility": "private"}


def build(page: gr.Blocks, tabs: gr.Tabs, tab: gr.Tab, examples: list[str], queue: dict) -> None:
    """Lays out the tab.

    Args:
        page: the page, whose address may ask for a step.
        tabs: the page's tabs, of which this one has the id "learn" and Hide the id "hide".
        tab: this one.
        examples: paths of pictures of at most 512 pixels a side; the first is there from the start.
        queue: Gradio's concurrency settings, shared by all that uses a network.
    """
    work = gr.State(examples[0])
    with gr.Row():
        upload = picture_upload(
            "learn-picture", "Picture", 200, "Drop a picture, or click to choose", examples[0]
        )
        with gr.Column():
            gr.Markdown(INTRO)
            gr.Examples([[path] for path in examples], [upload], label="No picture at hand? Take one of ours")
    notice = gr.Markdown(elem_classes="notice")
    names = [(f"{number} {step.TITLE}", step.SLUG) for number, step in enumerate(STEPS, 1)]
    chooser = gr.Radio(names, value=SLUGS[0], label="Step", elem_id=TOP)
    columns, pictures = zip(*(_step(step, chooser, tabs, queue) for step in STEPS), strict=True)
    address = gr.Textbox(
        label="Address of this step, to share", interactive=False, buttons=["copy"], max_lines=1
    )

    upload.change(_work, upload, [work, notice], **PRIVATE)
    gr.on(  # queued, as Gradio reports changed states only then
        [tab.select, chooser.change, work.change], _open, [chooser, work, *pictures], [*columns, *pictures],
        trigger_mode="always_last", show_progress="hidden", concurrency_limit=None, **PRIVATE,
    )  # fmt: skip
    gr.on(
        [tab.select, chooser.change], None, chooser, address,
        js="slug => `${location.origin}${location.pathname}?step=${slug}`", **PRIVATE,
    )  # fmt: skip
    page.load(_from_address, None, [tabs, chooser], queue=False, **PRIVATE)


def _step(step: ModuleType, chooser: gr.Radio, tabs: gr.Tabs, queue: dict) -> tuple[gr.Column, gr.State]:
    """Lays out one step; returns what is shown and hidden, and the state that holds its picture."""
    picture = gr.State()
    with gr.Column(visible=False) as column:
        gr.Markdown(f"## {step.TITLE}\n{step.WORDS}")
        to_hide = step.build(picture, queue)
        gr.Markdown(f"**Try it.** {step.TRY}\n\n**Read on.** {step.SOURCE}")
        number = STEPS.index(step)
        with gr.Row():
            if number > 0:
                _turn("Previous", STEPS[number - 1], chooser)
            if number + 1 < len(STEPS):
                _turn("Next", STEPS[number + 1], chooser)
    if to_hide:
        to_hide.click(lambda: gr.Tabs(selected="hide"), None, tabs, queue=False, **PRIVATE)
    return column, picture


def _turn(label: str, step: ModuleType, chooser: gr.Radio) -> None:
    """A button that leads to another step."""
    gr.Button(f"{label}: {step.TITLE}", min_width=160).click(
        None, None, chooser, **PRIVATE,
        js=f"() => {{ document.getElementById('{TOP}').scrollIntoView(); return '{step.SLUG}'; }}",
    )  # fmt: skip


def _work(upload: str | None) -> tuple[str, str]:
    """The path of the shared picture; "", and a sentence, if there is none that can be used."""
    try:
        return (work_picture(upload), "") if upload else ("", NO_PICTURE)
    except StegError as error:
        return "", f"**{error}**"


def _open(slug: str, work: str, *pictures: str | None) -> list:
    """Shows the chosen step alone and gives it the picture; the others keep theirs until they are opened.

    Without a picture no step is shown.
    """
    shown = [name == slug and work != "" for name in SLUGS]
    columns = [gr.Column(visible=here) for here in shown]
    return columns + [work if here else old for here, old in zip(shown, pictures, strict=True)]


def _from_address(request: gr.Request) -> tuple:
    """Opens the step that the address asks for; without one, or with an unknown one, nothing changes."""
    slug = request.query_params.get("step")
    return (gr.Tabs(selected="learn"), slug) if slug in SLUGS else (gr.skip(), gr.skip())
