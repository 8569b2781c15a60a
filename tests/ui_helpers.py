"""What tests of the running server share."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def eventually(condition: Callable[[], object]) -> bool:
    """Whether it holds within 20 seconds."""
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.1)
    return False


def run_in_a_thread(coroutine: Coroutine) -> Any:
    """What a coroutine returns; Playwright leaves an event loop in the thread of the tests."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


FITS = """withHeading => {
  const all = selector => [...document.querySelectorAll(selector)];
  const boxes = selector => all(selector).map(e => e.getBoundingClientRect()).filter(box => box.height);
  const parts = boxes(".together, .block:has(.settings)");
  const high = withHeading ? parts[0].bottom - boxes(".words h2")[0].top : 0;
  return parts.length && Math.max(high, ...parts.map(part => part.height)) <= innerHeight;
}"""  # whether each control of a step of Learn fits on the screen with its answer, the first with the heading
