"""Methods in the plane of cover PSNR and secret PSNR, as SVG with a name at each, in the page's colours."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

WIDTH, HEIGHT = 380, 320
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 14, 46  # margins
FONT, LETTER = 17, 10.4  # size of letters, and about how wide a bold one is
EVERY = 5  # dB between grid lines
RADIUS = 6  # of markers
COLOURS = "#1f78c8", "#d9661f", "#2a8f5f", "#b0509a", "#767676", "#a07d10"
DASHES = "none", "9 5", "3 4", "12 4 3 4", "6 3", "2 2"
SHAPES = (  # polygons in a square from -1 to 1; no corners: a circle
    (),
    ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    ((0, -1.2), (1.2, 1), (-1.2, 1)),
    ((-1.2, -1), (1.2, -1), (0, 1.2)),
    ((-1.4, -0.5), (1.4, -0.5), (1.4, 0.5), (-1.4, 0.5)),
)

Point = tuple[float, float]


class Box(NamedTuple):
    """Where a label or a marker is."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


def plane(methods: Mapping[str, Sequence[Point]], title: str, order: Sequence[str]) -> str:
    """A plot with marks and a name for each method.

    Args:
        methods: (secret PSNR, cover PSNR) in dB of each, at one strength or at several, which a line joins.
        title: above it.
        order: names of all methods, by which each has its shape and colour in all plots.
    """
    everywhere = [point for points in methods.values() for point in points]
    (low_x, high_x), (low_y, high_y) = (_limits([p[axis] for p in everywhere]) for axis in (0, 1))

    def place(point: Point) -> Point:
        across = (point[0] - low_x) / (high_x - low_x)
        up = (point[1] - low_y) / (high_y - low_y)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    parts = _grid(place, (low_x, high_x), (low_y, high_y))
    placed = {name: [place(point) for point in points] for name, points in methods.items()}
    taken = [_around(at) for points in placed.values() for at in points]
    for name, points in placed.items():
        parts += _marks(points, order.index(name))
        box = _free(name, points, taken)
        taken.append(box)
        parts.append(
            f'<text x="{(box.left + box.right) / 2:.1f}" y="{box.bottom - 4:.1f}" font-size="{FONT}" '
            f'font-weight="600" text-anchor="middle" fill="currentColor">{name}</text>'
        )
    said = "; ".join(
        f"{name}: secret {points[0][0]:.1f} dB, cover {points[0][1]:.1f} dB"
        + (f", to secret {points[-1][0]:.1f} dB, cover {points[-1][1]:.1f} dB" if len(points) > 1 else "")
        for name, points in methods.items()
    )
    return (
        f'<figure class="plot"><b>{title}</b><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{title}. {said}">{"".join(parts)}</svg></figure>'
    )


def _limits(values: Sequence[float]) -> tuple[int, int]:
    """Whole multiples of `EVERY` with some room around all values."""
    return int((min(values) - 2) // EVERY * EVERY), int(-((-max(values) - 2) // EVERY) * EVERY)


def _grid(place: Callable[[Point], Point], across: tuple[int, int], up: tuple[int, int]) -> list[str]:
    """Lines and numbers every few dB, and what they are."""
    parts = []
    for x in range(across[0], across[1] + 1, EVERY):
        (at, bottom), (_, top) = place((x, up[0])), place((x, up[1]))
        parts.append(_line(at, bottom, at, top) + _number(x, at, bottom + 18, "middle"))
    for y in range(up[0], up[1] + 1, EVERY):
        (left, at), (right, _) = place((across[0], y)), place((across[1], y))
        parts.append(_line(left, at, right, at) + _number(y, left - 6, at + 5, "end"))
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(_number("secret PSNR in dB, better →", middle, HEIGHT - 6, "middle"))
    turned = f'transform="translate(14 {(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)"'
    parts.append(f"<g {turned}>{_number('cover PSNR in dB, better →', 0, 0, 'middle')}</g>")
    return parts


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    where = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {where} stroke="currentColor" opacity="0.2"/>'


def _number(text: object, x: float, y: float, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{FONT}" text-anchor="{anchor}" fill="currentColor">'
        f"{text}</text>"
    )


def _marks(points: Sequence[Point], number: int) -> list[str]:
    """The points of a method, in its shape and colour, and the line that joins them."""
    colour, shape = COLOURS[number % len(COLOURS)], SHAPES[number % len(SHAPES)]
    parts = []
    if len(points) > 1:
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        style = f'stroke="{colour}" stroke-width="2.5" stroke-dasharray="{DASHES[number % len(DASHES)]}"'
        parts.append(f'<polyline points="{line}" fill="none" {style}/>')
    size = RADIUS if len(points) == 1 else 0.7 * RADIUS
    for x, y in points:
        if not shape:
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{colour}"/>')
            continue
        corners = " ".join(f"{x + size * dx:.1f},{y + size * dy:.1f}" for dx, dy in shape)
        parts.append(f'<polygon points="{corners}" fill="{colour}"/>')
    return parts


def _around(at: Point) -> Box:
    return Box(at[0] - RADIUS, at[1] - RADIUS, at[0] + RADIUS, at[1] + RADIUS)


def _free(name: str, points: Sequence[Point], taken: Sequence[Box]) -> Box:
    """A place for a name near its points, the first or the last if possible, where nothing else is."""
    width, height = LETTER * len(name), FONT + 3
    order = [points[0], points[-1], *points[1:-1]]
    boxes = []
    for down, at, side in product((0, -14, 14, -28, 28, -42, 42), order, (1, -1)):
        left = at[0] + RADIUS + 4 if side > 0 else at[0] - RADIUS - 4 - width
        box = Box(left, at[1] + down - height / 2, left + width, at[1] + down + height / 2)
        boxes.append(box)
        inside = LEFT <= box.left and box.right <= WIDTH and 0 <= box.top and box.bottom <= HEIGHT - BOTTOM
        if inside and not any(box.meets(other) for other in taken):
            return box
    return boxes[0]
