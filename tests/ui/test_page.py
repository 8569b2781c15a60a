"""What Gradio's queue answers where it is full."""

from types import SimpleNamespace

import gradio as gr
from ui_helpers import run_in_a_thread

from steg.ui.page import Page


def test_who_does_not_fit_into_the_queue_is_told_when_to_come_back():
    with Page(analytics_enabled=False) as page:
        gr.Button().click(len, gr.Textbox(), gr.Textbox(), api_name="count")
    queue = page.queue(max_size=2)._queue
    [function] = page.fns.values()
    queue.process_time_per_fn[function].add(90)
    queue.create_event_queue_for_fn(function)
    queue.event_queue_per_concurrency_id[function.concurrency_id].queue += [SimpleNamespace(fn=function)] * 2
    taken, answer, _ = run_in_a_thread(queue.push(SimpleNamespace(fn_index=0), None, None))
    assert not taken
    assert answer == "2 people are waiting already, and no more can: come back in about 3 minutes."
