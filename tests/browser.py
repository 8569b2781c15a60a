"""What tests of the page in a real browser share: when it has settled, what it asked for, its controls."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, Request, Route
from ui_helpers import SLOW

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


def settle(page: Page) -> None:
    """Waits until a page has all its answers, asks for nothing more, and has nothing left to compute."""
    for _ in range(2 * SLOW):
        before = len(page.requests)
        page.evaluate(IDLE)
        if len(page.requests) == before and not page.unanswered:
            return
    raise AssertionError(f"The page asks again and again: {page.requests[-5:]}; open: {page.unanswered}")


def new_requests(page: Page) -> list[str]:
    """What a page has asked for since the last call, once it has settled."""
    settle(page)
    requests, page.requests = page.requests, []
    return requests


@contextmanager
def no_answers(page: Page) -> Iterator[None]:
    """Meanwhile the server gets nothing to compute, so that what the page shows it shows by itself."""
    held: list[Route] = []
    holds = True
    page.route("**/queue/join*", lambda route: held.append(route) if holds else route.continue_())
    yield
    holds = False
    for route in held:
        route.continue_()


RECORD = """line => {
  const shown = (window.shownTexts = []);
  const record = () => shown.push(line.textContent.trim());
  new MutationObserver(record).observe(line, {childList: true, characterData: true, subtree: true});
}"""


def record_words(page: Page, selector: str) -> None:
    """Records every text of an element from now on, for `wait_for_words`, however briefly it is shown."""
    page.locator(selector).evaluate(RECORD)


def wait_for_words(page: Page, words: str) -> None:
    """Waits until the element of `record_words` shows these words, or has shown them."""
    page.wait_for_function("words => shownTexts.some(each => each.includes(words))", arg=words)


FITS = """withHeading => {
  const all = selector => [...document.querySelectorAll(selector)];
  const boxes = selector => all(selector).map(e => e.getBoundingClientRect()).filter(box => box.height);
  const parts = boxes(".together, .block:has(.settings)");
  const high = withHeading ? parts[0].bottom - boxes(".words h2")[0].top : 0;
  return parts.length && Math.max(high, ...parts.map(part => part.height)) <= innerHeight;
}"""  # whether each control of a step of Learn fits on the screen with its answer, the first with the heading
NARROW = "document.documentElement.scrollWidth <= 400"  # a phone shows it all without scrolling sideways

STATE = """() => [...document.querySelectorAll("div")].find(e => e.computed && e.offsetParent)?.computed()"""


def state(page: Page) -> dict:
    """What the component in sight has computed."""
    page.wait_for_function(f"({STATE})")
    return page.evaluate(STATE)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def choose(page: Page, cover: Path, secret: Path) -> None:
    for name, path in (("cover", cover), ("secret", secret)):
        page.locator(f"#{name} input[type=file]").set_input_files(path)
        page.locator(f"#{name} img").wait_for()


def download(page: Page, name: str, to: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_text(name).click()
    path = to / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path
