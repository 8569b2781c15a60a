"""HTML components of our own, which compute in the browser; a folder each, read when the page is built.

`template.html` and `style.css` are Gradio's templates (Handlebars, then a template literal); the scripts run
when a component is put into the page, after those that all share, and get `element`, `props`, `trigger` and
`watch`.
"""

from pathlib import Path
from typing import Any

import gradio as gr

FOLDER = Path(__file__).parent
CONTROLS = "<!-- controls -->"  # where a template wants those of `steg.ui.components.controls`


def component(name: str, value: Any = None, **props: Any) -> gr.HTML:
    """A component from the folder `name`.

    Args:
        name: the folder, with `template.html`, `style.css` and one or more scripts, which are joined by name.
        value: what its script finds in `props.value`; to draw it anew, it calls `watch`.
        props: what its template and script may use besides.
    """
    folder = FOLDER / name
    template = _read(folder / "template.html").replace(CONTROLS, _read(FOLDER / "controls.html"))
    return gr.HTML(
        value,
        html_template=template,
        css_template="\n".join(map(_read, (FOLDER / "common.css", folder / "style.css"))),
        js_on_load="\n".join(map(_read, (*sorted(FOLDER.glob("*.js")), *sorted(folder.glob("*.js"))))),
        **props,
    )


def _read(path: Path) -> str:
    return path.read_text("utf-8")
