"""From a button to its answer: share done, waiting time and errors in words, and the answer in view.

`static/runs.js` does this in the browser, from the messages of Gradio's queue. A tab gives its run a name, of
which the ids in the page are made: NAME-start (the button), NAME-answer and, where the uploads give way to a
strip, `pictures`.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

LINE = '<div class="run"><i></i><span role="status"></span> <span aria-hidden="true"></span></div>'
STOPPED = "Stopped."
STRIP = '<button type="button" class="strip" hidden></button>'


def line(name: str) -> gr.HTML:
    """The line below the button: what is done at the moment, how much longer it takes, what went wrong."""
    return gr.HTML(LINE, elem_id=f"{name}-line", padding=False)


def stop_button(name: str) -> gr.Button:
    """The button that ends the run; hidden while there is nothing to end."""
    stop = gr.Button("Stop", variant="stop", size="lg", min_width=120, scale=0, elem_id=f"{name}-stop")
    stop.click(None, None, None, js=_call("cancel", name, STOPPED))
    return stop


def end_and_clear(
    event: Callable, name: str, values: Mapping[Component, Any], unless: Sequence[Component] = ()
) -> Dependency:
    """Ends from this event on what is computed for the run, then gives components these values.

    What follows with `trigger_mode="multiple"` is of the last choice: Gradio would skip it while it is still
    computed for an earlier one, and show what came of that.

    Args:
        event: what begins the run anew.
        name: of the run.
        values: what the components are given, as the browser takes it.
        unless: two components of files; where both have the same, nothing is done, and nothing follows.
    """
    given = json.dumps(list(values.values()))
    js = f"""async (first, second) => {{
      if (first && first.path === second?.path) throw new Error("There is an answer already");
      await steg.cancel({json.dumps(name)});
      return {given};
    }}"""
    return event(None, list(unless), list(values), js=js, show_progress="hidden")


@contextmanager
def pictures(name: str) -> Iterator[None]:
    """A column of uploads, in whose place a strip of thumbnails stands once there is an answer."""
    gr.HTML(STRIP, elem_id=f"{name}-strip", padding=False)
    with gr.Column(elem_id=f"{name}-pictures"):
        yield


def build(
    name: str,
    events: Sequence[Callable],
    steps: Mapping[str, Dependency | Sequence[Dependency]],
    shown: Dependency,
    needs: Sequence[Component] = (),
) -> None:
    """Shows a run from these events until the last of its steps, or the first that fails.

    Args:
        name: of the run.
        events: what begins it, such as `start.click` or `step.success`.
        steps: what the visitor is told while one or several are computed; handlers that go through the queue.
        shown: the step after whose success the answer stands in the page, which then moves there.
        needs: components without whose values nothing begins.
    """
    words_of = {
        step["id"]: words
        for words, found in steps.items()
        for step in ([found] if isinstance(found, Dependency) else found)
    }
    config = {"name": name, "steps": words_of}
    begin = f"(...needed) => {{ if (needed.every(Boolean)) steg.begin({json.dumps(config)}); return []; }}"
    for event in events:
        event(None, list(needs), None, js=begin)
    shown.success(None, None, None, js=_call("show", name))


def forget_on(events: Sequence[Callable], name: str) -> None:
    """Takes back what the line says of the last run, as when another picture is chosen."""
    gr.on(events, None, None, None, js=_call("forget", name))


def _call(function: str, *arguments: Any) -> str:
    return f"() => {{ steg.{function}({', '.join(map(json.dumps, arguments))}); return []; }}"
