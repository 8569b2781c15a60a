"""Numbers in small tables, each on the colour it stands for."""

import numpy as np

from steg.images.colormaps import DIVERGING, apply_colormap
from steg.images.dct import luma
from steg.ui.learn.pictures import grey


def levels(values: np.ndarray, caption: str) -> str:
    """Levels from 0, black, to 255, white, (rows, columns), as HTML."""
    return _table(values, grey(values), caption)


def signed(values: np.ndarray, caption: str) -> str:
    """Numbers of either sign, (rows, columns), as HTML: blue below 0, orange above, black at 0."""
    most = max(np.abs(values).max(), 1e-9)
    return _table(values, apply_colormap(0.5 + 0.5 * values / most, DIVERGING), caption)


def side_by_side(*parts: str) -> str:
    """Tables and the signs between them in a row, which wraps where there is no room."""
    return f'<div class="numbers">{"".join(parts)}</div>'


def sign(text: str) -> str:
    """A sign between two tables."""
    return f'<span class="sign">{text}</span>'


def number(value: float) -> str:
    """A number as short as it can be read: whole if it is, else with two digits after the point."""
    text = f"{value:,.0f}" if abs(value - round(value)) < 5e-3 else f"{value:,.2f}"
    return "0" if text == "-0" else text.replace("-", "−")


def _table(values: np.ndarray, colours: np.ndarray, caption: str) -> str:
    rows = []
    for line, tints in zip(values, colours, strict=True):
        cells = [_cell(value, tint) for value, tint in zip(line, tints, strict=True)]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><caption>{caption}</caption>{''.join(rows)}</table>"


def _cell(value: float, tint: np.ndarray) -> str:
    ink = "#000" if luma(tint) > 120 else "#fff"
    background = "#" + "".join(f"{channel:02x}" for channel in tint)
    return f'<td style="background:{background};color:{ink}">{number(value)}</td>'
