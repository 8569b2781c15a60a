"""Curves and bars as SVG and HTML, in the colours of the page, light or dark."""

from collections.abc import Callable, Sequence

import numpy as np

WIDTH, HEIGHT, MARGIN = 560, 300, 34
COLOURS = "#1f78c8", "#d9661f"  # blue, drawn as a line, and orange, drawn in dashes
DASHES = "none", "9 5"
JUMP = 0.3  # from one value to the next; larger ones are not joined by a line


def plot(
    x: np.ndarray, curves: Sequence[tuple[str, np.ndarray]], marked: tuple[float, list[float]], says: str
) -> str:
    """Curves over x with one place marked on each.

    Args:
        x: (n,), rising.
        curves: name and values (n,) of each, at most two.
        marked: an x and the curves' values there.
        says: the plot in words, for who cannot see it.
    """
    low = min(-1.0, *(float(y.min()) for _, y in curves))
    high = max(1.2, *(float(y.max()) for _, y in curves))

    def place(at: float, value: float) -> tuple[float, float]:
        across = MARGIN + (at - x[0]) / (x[-1] - x[0]) * (WIDTH - 2 * MARGIN)
        return across, HEIGHT - MARGIN - (value - low) / (high - low) * (HEIGHT - 2 * MARGIN)

    parts = _axes(place, (int(np.ceil(x[0])), int(x[-1])), (int(np.ceil(low)), int(high)))
    for (_, y), colour, dash in zip(curves, COLOURS, DASHES, strict=False):
        for part in np.split(np.arange(len(x)), np.flatnonzero(np.abs(np.diff(y)) > JUMP) + 1):
            points = " ".join("{:.1f},{:.1f}".format(*place(x[i], y[i])) for i in part)
            style = f'stroke="{colour}" stroke-width="3.5" stroke-dasharray="{dash}"'
            parts.append(f'<polyline points="{points}" fill="none" {style}/>')
    for value, colour in zip(marked[1], COLOURS, strict=False):
        cx, cy = place(marked[0], value)
        parts.append(f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="7" fill="{colour}" stroke="currentColor"/>')
    legend = "".join(
        f'<span><svg width="44" height="12" aria-hidden="true"><line x2="44" y1="6" y2="6" stroke="{colour}" '
        f'stroke-width="3.5" stroke-dasharray="{dash}"/></svg> {name}</span>'
        for (name, _), colour, dash in zip(curves, COLOURS, DASHES, strict=False)
    )
    return (
        f'<figure class="plot"><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{says}">'
        f"{''.join(parts)}</svg><figcaption>{legend}</figcaption></figure>"
    )


def bars(rows: Sequence[tuple[str, str, float]]) -> str:
    """Bars from 0 to 1, each with a name and a number before it, as an HTML table."""
    lines = [
        f"<tr><td>{name}</td><td>{text}</td><td>"
        f'<div style="width:{share:.1%};background:{COLOURS[0]}"></div></td><td>{share:.3f}</td></tr>'
        for name, text, share in rows
    ]
    return f'<table class="bars">{"".join(lines)}</table>'


def _axes(
    place: Callable[[float, float], tuple[float, float]], across: tuple[int, int], up: tuple[int, int]
) -> list[str]:
    """Both axes through 0, with a tick at every whole number."""
    parts = []
    for ends in (((across[0], 0), (across[1], 0)), ((0, up[0]), (0, up[1]))):
        (x1, y1), (x2, y2) = (place(*end) for end in ends)
        parts.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="currentColor" opacity="0.5"/>')
    ticks: list[tuple[int, float, float]]
    ticks = [(n, place(n, 0)[0], HEIGHT - 4) for n in range(across[0], across[1] + 1, 2)]
    ticks += [(n, place(0, n)[0] - 14, place(0, n)[1] + 5) for n in range(up[0], up[1] + 1) if n]
    for n, x, y in ticks:
        parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="15" fill="currentColor">'
            f"{str(n).replace('-', '−')}</text>"
        )
    return parts
