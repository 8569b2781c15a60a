"""The real server of the web page, started once, with its own temporary folder, and a real Chromium."""

import os
import shutil

import pytest
from browser import record_requests
from gradio_client import Client
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from ui_helpers import SLOW

from steg import ui
from steg.ui import processes

expect.set_options(timeout=1000 * SLOW)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session", autouse=True)
def upload_folder(tmp_path_factory):
    """Keeps Gradio's temporary files of the tests in a folder of their own."""
    folder = tmp_path_factory.mktemp("gradio")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def url(upload_folder) -> str:
    """Address of the running page."""
    with processes.running():
        page = ui.build()
        _, address, _ = ui.launch(page, prevent_thread_lock=True, quiet=True)
        yield address
        page.close()


@pytest.fixture(scope="session")
def client(url, tmp_path_factory) -> Client:
    """A program that uses the running page."""
    return Client(url, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


@pytest.fixture(scope="session")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        message = "Chromium is not installed (Debian: apt-get install chromium)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context(browser):
    """A function: the browser context of a language; pages in it share what the browser has compiled."""
    contexts: dict[str, BrowserContext] = {}

    def context(locale: str) -> BrowserContext:
        if locale not in contexts:
            contexts[locale] = browser.new_context(locale=locale, accept_downloads=True)
        return contexts[locale]

    yield context
    for each in contexts.values():
        each.close()


@pytest.fixture
def open_page(context, url):
    """A function: opens the page at a width, light or dark, and records what it asks for.

    `step` is a step of the Learn tab that the address asks for. `page.foreign` are the addresses on other
    hosts; `ui_helpers.new_requests` gives the others.
    """
    pages = []

    def open_page(
        width: int = 1400,
        scheme: str = "light",
        step: str | None = None,
        height: int = 900,
        locale: str = "en",
    ) -> Page:
        page = context(locale).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.set_default_timeout(1000 * SLOW)
        page.foreign, page.failures = [], []
        record_requests(page)
        page.on(
            "request",
            lambda r: None if r.url.startswith((url, "data:", "blob:")) else page.foreign.append(r.url),
        )
        page.on("pageerror", lambda error: page.failures.append(str(error)))
        page.on(
            "console",
            lambda said: page.failures.append(said.text) if "Content Security Policy" in said.text else None,
        )
        page.goto(f"{url}?step={step}" if step else url)
        page.locator("#cover input[type=file], #learn-steps").first.wait_for(state="attached")
        return page

    yield open_page
    for page in pages:
        page.close()
