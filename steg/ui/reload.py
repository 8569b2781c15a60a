"""What a reload of the page keeps: the values of components, in this tab of the browser alone.

`static/reload.js` keeps them in the browser's `sessionStorage`, which ends with the tab; of files only their
addresses on the server, which keeps them for an hour. They come back all together, or, where one of the files
is no longer there, not at all. Passphrases are never among them.
"""

import json
from collections.abc import Callable, Sequence

import gradio as gr
from gradio.blocks import Block
from gradio.components import Component
from gradio.events import Dependency


def keep(
    page: gr.Blocks,
    name: str,
    components: Sequence[Component],
    events: Sequence[Callable],
    shown: Sequence[Block] = (),
) -> Dependency:
    """Keeps the values of these components after each of these events, until the page is loaded again.

    Args:
        page: whose loading restores them.
        name: of the values, one of its own.
        components: whose values are kept.
        events: listeners, such as `button.click`, or steps of a chain, as `step.success`.
        shown: what becomes visible where values are restored: some of these components, where they have one,
            and what lies around them.

    Returns:
        What restores them.
    """
    for event in events:
        js = f"(...values) => {{ steg.keep({json.dumps(name)}, values); return []; }}"
        event(None, list(components), None, js=js)
    outputs = [*components, *(block for block in shown if block not in components)]
    visible = json.dumps([block in shown for block in outputs])
    restore = f"() => steg.restore({json.dumps(name)}, {len(components)}, {visible})"
    return page.load(None, None, outputs, js=restore)
