"""What tests of the running server share."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from playwright.sync_api import Page, Request


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


NOT_COUNTED = "data:", "blob:"
HEARTBEAT = "/gradio_api/heartbeat/"  # stays open as long as the page
IDLE = "new Promise(done => setTimeout(() => requestIdleCallback(done), 500))"  # nothing left to compute


def record_requests(page: Page) -> None:
    """Lets `new_requests` know what a page asks for, and what is not yet answered."""
    page.requests, page.unanswered = [], set()

    def asked(request: Request) -> None:
        if not request.url.startswith(NOT_COUNTED) and HEARTBEAT not in request.url:
            page.requests.append(f"{request.url} {request.post_data or ''}")
            page.unanswered.add(request)

    page.on("request", asked)
    for event in "requestfinished", "requestfailed":
        page.on(event, lambda request: page.unanswered.discard(request))


def new_requests(page: Page) -> list[str]:
    """Waits until a page has all its answers and asks for nothing more; what it asked since the last call."""
    for _ in range(200):
        before = len(page.requests)
        page.evaluate(IDLE)
        if len(page.requests) == before and not page.unanswered:
            requests, page.requests = page.requests, []
            return requests
    raise AssertionError(f"The page asks again and again: {page.requests[-5:]}; open: {page.unanswered}")


FITS = """withHeading => {
  const all = selector => [...document.querySelectorAll(selector)];
  const boxes = selector => all(selector).map(e => e.getBoundingClientRect()).filter(box => box.height);
  const parts = boxes(".together, .block:has(.settings)");
  const high = withHeading ? parts[0].bottom - boxes(".words h2")[0].top : 0;
  return parts.length && Math.max(high, ...parts.map(part => part.height)) <= innerHeight;
}"""  # whether each control of a step of Learn fits on the screen with its answer, the first with the heading
