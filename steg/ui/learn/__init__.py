"""The Learn tab: a guided walk in steps, each one screen with something to move, on one shared picture.

A step is a module of this package, listed in `STEPS`, with

- `TITLE`, which the chooser shows behind its number, and `SLUG`, its name in an address (`/?step=pooling`);
- `WORDS`, two or three sentences, and `TRY`, a question to try, both Markdown; `SOURCE`, a Markdown link;
- `build(picture)`, which lays out what is between them. `picture` is a `gr.State` that holds the path of the
  shared picture, and is to be used by `live.live`, which gives its pixels to a function when the step is
  opened, when another picture is chosen and when a control is moved; nothing heavy is to be loaded before.
  `build` may return a button, which then leads to the Hide tab.
"""

import filecmp
from pathlib import Path
from types import ModuleType

import gradio as gr

from steg.errors import StegError
from steg.ui import examples, reload
from steg.ui.components import component
from steg.ui.events import AT_ONCE, LATEST, PRIVATE
from steg.ui.learn import (
    activations,
    autoencoder,
    bits,
    classifier,
    coefficient,
    convolution,
    flatten,
    hiding,
    padding,
    pooling,
    progressive,
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
    coefficient,
)
SLUGS = [step.SLUG for step in STEPS]

INTRO = (
    "How a network sees, how one learns to hide, and how a hidden picture travels, in steps: each has "
    "something to move, on one picture, ours or your own. Large pictures are made smaller for this, to at "
    "most 512 pixels a side."
)
NO_PICTURE = "**Choose a picture, or take one of ours.**"
CHOOSER = "learn-steps"
STATIC = Path(__file__).parents[1] / "static"
PUSH = """slug => {
  const query = new URLSearchParams(location.search);
  if (query.get("step") === slug) return;
  const next = new URLSearchParams({step: slug});
  if (query.has("picture")) next.set("picture", query.get("picture"));
  history.%s(history.state, "", `?${next}`);
  dispatchEvent(new Event("steg-address"));
}"""


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
            ours = gr.Examples(
                [[path] for path in examples.LEARN], [upload], label="No picture at hand? Take one of ours"
            )
    notice = gr.Markdown(elem_classes="notice")
    names = [(f"{number} {step.TITLE}", step.SLUG) for number, step in enumerate(STEPS, 1)]
    chooser = gr.Radio(names, value=SLUGS[0], label="Step", elem_id=CHOOSER)
    columns, pictures = zip(*(_build_step(step, chooser, tabs) for step in STEPS), strict=True)
    share = component("share")

    reload.keep(page, "learn", [upload], [upload.upload, upload.clear, ours.load_input_event.then])
    upload.change(prepare_picture, upload, [shared, notice, share], **PRIVATE)
    gr.on(  # queued, as Gradio reports changed states only then
        [tab.select, chooser.change, shared.change], open_step,
        [chooser, shared, *pictures], [*columns, *pictures],
        show_progress="hidden", concurrency_limit=None, **LATEST,
    )  # fmt: skip
    chooser.change(None, chooser, None, js=PUSH % "pushState", **PRIVATE)
    tab.select(None, chooser, None, js=PUSH % "replaceState", **PRIVATE)
    page.load(step_in_address, None, [tabs, chooser, upload], **AT_ONCE)
    page.load(js=(STATIC / "steps.js").read_text("utf-8"))


def _build_step(step: ModuleType, chooser: gr.Radio, tabs: gr.Tabs) -> tuple[gr.Column, gr.State]:
    """Lays out one step; returns what is shown and hidden, and the state that holds its picture."""
    picture = gr.State()
    with gr.Column(visible=False) as column:
        gr.Markdown(f"## {step.TITLE}\n{step.WORDS}", elem_classes="words")
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
        js=f"() => {{ document.getElementById('{CHOOSER}').scrollIntoView(); return '{step.SLUG}'; }}",
    )  # fmt: skip


def open_hide() -> gr.Tabs:
    """Opens the Hide tab."""
    return gr.Tabs(selected="hide")


def prepare_picture(upload: str | None) -> tuple[str, str, dict[str, str | None]]:
    """The shared picture's path, a sentence, and what the address says of it.

    The path is "", and there is a sentence, if there is no picture that can be used. The address names those
    of ours but the first.
    """
    if not upload:
        return "", NO_PICTURE, {"picture": None}
    ours = (Path(path).stem for path in examples.LEARN[1:] if filecmp.cmp(path, upload, shallow=False))
    try:
        return keep_small(upload), "", {"picture": next(ours, None)}
    except StegError as error:
        return "", f"**{error}**", {"picture": None}


def open_step(slug: str, shared: str, *pictures: str | None) -> list:
    """Shows the chosen step alone and gives it the picture; the others keep theirs until they are opened.

    Without a picture no step is shown.
    """
    shown = [name == slug and shared != "" for name in SLUGS]
    columns = [gr.Column(visible=here) for here in shown]
    return columns + [shared if here else old for here, old in zip(shown, pictures, strict=True)]


def step_in_address(request: gr.Request) -> tuple:
    """Opens the step that the address asks for, with that picture of ours; without one nothing changes."""
    slug, name = (request.query_params.get(asked) for asked in ("step", "picture"))
    if slug not in SLUGS:
        return gr.skip(), gr.skip(), gr.skip()
    ours = (path for path in examples.LEARN if Path(path).stem == name)
    return gr.Tabs(selected="learn"), slug, next(ours, gr.skip())
