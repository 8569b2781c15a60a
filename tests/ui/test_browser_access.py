"""Whether everybody can read and use the page: axe-core's rules (WCAG), the keyboard, names and messages."""

import pytest
from axe import violations
from browser import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

TABS = "Hide", "Reveal", "Look inside", "Compare", "Learn"


SMALL_TEXT = """
() => [...document.querySelectorAll("body *")]
  .filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()))
  .filter(e => e.checkVisibility() && parseFloat(getComputedStyle(e).fontSize) < 14)
  .map(e => e.outerHTML.slice(0, 200))
"""


def tab(page: Page, name: str):
    return page.get_by_role("tab", name=name, exact=True)


def test_axe_finds_no_serious_violation_on_any_tab_light_and_dark_wide_and_narrow(open_page):
    page = open_page()
    for name in TABS:
        tab(page, name).click()
        panel = page.get_by_role("tabpanel", name=name)
        expect(panel.get_by_role("heading", level=2).first).to_be_attached()
        expect(panel).to_be_visible()
        settle(page)
        for width in (1400, 400):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light")
            expect(page.locator("body.dark")).to_have_count(0)
            assert violations(page) == [], f"{name}, {width}"
            assert page.evaluate(SMALL_TEXT) == [], f"{name}, {width}"
            page.emulate_media(color_scheme="dark")
            expect(page.locator("body.dark")).to_be_visible()
            assert violations(page, "color-contrast") == [], f"{name}, {width}, dark"


def test_tabs_and_radio_buttons_move_by_arrow_keys(open_page):
    page = open_page(400)
    for name in TABS:
        expect(tab(page, name)).to_be_in_viewport()
    tab(page, "Hide").focus()
    page.keyboard.press("End")
    expect(tab(page, "Learn")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(tab(page, "Hide")).to_have_attribute("aria-selected", "true")
    page.get_by_label("A picture", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("A text", exact=True)).to_be_checked()
    expect(page.get_by_label("Secret text")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("A file", exact=True)).not_to_be_focused()


def test_pictures_examples_and_messages_have_names_of_their_own(open_page):
    page = open_page(locale="de")
    for name in ("Cover", "Secret"):
        expect(page.get_by_role("group", name=name, exact=True)).to_be_visible()
        expect(page.get_by_role("button", name=f"{name}: Drop the picture")).to_be_visible()
    tab(page, "Reveal").click()
    page.get_by_role("button", name="Take rock and lake stego").click()
    expect(page.get_by_role("status").filter(has_text="Found and intact")).to_be_visible()
    assert "common." not in page.locator("body").aria_snapshot()
