"""Bars as HTML, in the colours of the page, light or dark."""

from collections.abc import Sequence

COLOUR = "#1f78c8"


def bars(rows: Sequence[tuple[str, str, float]]) -> str:
    """Bars from 0 to 1, each with a name and a number before it, as an HTML table."""
    lines = [
        f"<tr><td>{name}</td><td>{text}</td><td>"
        f'<div style="width:{share:.1%};background:{COLOUR}"></div></td><td>{share:.3f}</td></tr>'
        for name, text, share in rows
    ]
    return f'<table class="bars">{"".join(lines)}</table>'
