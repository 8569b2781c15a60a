"""How long hiding takes on this machine: measured on every run, and on two small pairs after the start."""

import asyncio
import os
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from steg.images.reading import read_photo
from steg.methods import DEFAULT, Robust
from steg.ui import examples, loader, processes
from steg.ui.pictures import fitted

Run = tuple[str, float, float]  # method, megapixels of cover and secret together, seconds

LAST = 8  # runs of each method that count
SIDES = 160, 640  # of the pairs that are measured after the start, in pixels
MEASURED = DEFAULT, Robust.name

_runs: defaultdict[str, deque[tuple[float, float]]] = defaultdict(lambda: deque(maxlen=LAST))


def add(run: Run) -> None:
    """Remembers a run."""
    method, megapixels, took = run
    _runs[method].append((megapixels, took))


@contextmanager
def measured(method: str, megapixels: float) -> Iterator[None]:
    """Measures what is done inside, unless it fails; also in a process of its own."""
    started = time.monotonic()
    yield
    processes.report(add, (method, megapixels, time.monotonic() - started))


def seconds(method: str, megapixels: float) -> float | None:
    """How long it will take: a constant and a part for each megapixel, fitted to the last runs.

    Args:
        method: one of `steg.methods.METHODS`.
        megapixels: of cover and secret together.

    Returns:
        Seconds; None where nothing was measured.
    """
    runs = list(_runs[method])
    if not runs:
        return None
    sizes, took = np.array(runs).T
    if np.ptp(sizes) < 0.1 * sizes.max():  # all of one size
        return float(np.mean(took / sizes) * megapixels)
    # relative errors count, and neither part is negative
    rows = np.stack([np.ones_like(sizes), sizes], 1) / took[:, None]
    constant, slope = np.linalg.lstsq(rows, np.ones_like(took), rcond=None)[0]
    if slope <= 0:
        return float(np.mean(took))
    return float(max(constant, 0) + slope * megapixels)


def words(seconds: float) -> str:
    """A time as one says it."""
    if seconds >= 90:
        return f"about {seconds / 60:.0f} minutes"
    return f"about {max(1, round(seconds)) if seconds < 10 else 5 * round(seconds / 5)} s"


def measure_in_background() -> None:
    """Measures a small pair and a larger one, so that the first visitor is told something, too."""
    threading.Thread(target=lambda: asyncio.run(_measure()), daemon=True).start()


async def _measure() -> None:
    handler: Callable = processes.apart(hide_example)
    for method in MEASURED:
        for side in SIDES:
            await handler(method, side)


def hide_example(method: str, side: int) -> None:
    """Hides one of our pairs, made smaller to so many pixels a side; visitors come first."""
    if hasattr(os, "nice"):
        os.nice(10)
    cover, secret = (fitted(read_photo(path).image, side) for path in next(iter(examples.PAIRS.values())))
    with measured(method, megapixels_of(cover.size, secret.size)):
        loader.method(method).hide(cover, secret)


def megapixels_of(*sizes: tuple[int, int]) -> float:
    """Megapixels of pictures of these (width, height) together."""
    return sum(width * height for width, height in sizes) / 1e6
