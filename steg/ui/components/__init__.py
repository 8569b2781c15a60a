"""HTML components of our own, which compute in the browser; a folder each, read when the page is built.

`template.html` and `style.css` are Gradio's templates (Handlebars, then a template literal); the scripts run
when a component is put into the page, after `common.js`, and get `element`, `props`, `trigger` and `watch`.
"""

from pathlib import Path
from typing import Any

import gradio as gr

FOLDER = Path(__file__).parent


def component(name: str, value: Any = None, **props: Any) -> gr.HTML:
    """A component from the folder `name`.

    Args:
        name: the folder, with `template.html`, `style.css` and one or more scripts, which are joined by name.
        value: what its script finds in `props.value`; to draw it anew, it calls `watch`.
        props: what its template and script may use besides.
    """
    folder = FOLDER / name
    scripts = [FOLDER / "common.js", *sorted(folder.glob("*.js"))]
    return gr.HTML(
        value,
        html_template=(folder / "template.html").read_text("utf-8"),
        css_template="\n".join(
            path.read_text("utf-8") for path in (FOLDER / "common.css", folder / "style.css")
        ),
        js_on_load="\n".join(path.read_text("utf-8") for path in scripts),
        **props,
    )
