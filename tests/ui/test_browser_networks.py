"""The steps with trained networks, and the trained detector of Look inside, in a real browser."""

from pathlib import Path

import pytest
from browser import FITS, button
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"


def step(page: Page, url: str, slug: str, title: str) -> None:
    page.goto(f"{url}?step={slug}")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def changes(picture, act) -> None:
    """Expects an act to put another picture in place."""
    before = picture.get_attribute("src")
    act()
    expect(picture).not_to_have_attribute("src", before)


def test_a_classifier_answers_shows_why_and_learns_again(open_page, url):
    page = open_page(1280, height=720)
    step(page, url, "classifier", "A classifier")
    expect(page.get_by_text("16 filters")).to_be_visible()
    maps = page.get_by_alt_text("What each filter of the convolution sees")
    number = page.get_by_label("number input for Convolution")

    def third_layer() -> None:
        number.fill("3")
        number.press("Enter")

    changes(maps, third_layer)
    expect(page.get_by_text("64 filters")).to_be_visible()

    page.get_by_label("Does it hide something?").check()
    expect(page.get_by_text("The detector looks at all of the picture")).to_be_visible()
    expect(page.get_by_text("16 filters").or_(page.get_by_text("64 filters"))).to_be_visible()

    def hide() -> None:
        page.get_by_label("First hide a cup of coffee").click()
        page.get_by_role("option", name="lsb", exact=True).click()

    changes(page.get_by_alt_text("The 64x64 pixels that the network gets"), hide)
    button(page, "Train for three seconds").click()
    expect(page.get_by_text("Step 300: loss")).to_be_visible()
    page.wait_for_function(FITS, arg=True)
    assert page.foreign == [] and page.failures == []


def test_an_autoencoder_leads_to_hide(open_page, url):
    page = open_page()
    step(page, url, "autoencoder", "The autoencoder")
    expect(page.get_by_text("1 in 24")).to_be_visible()
    number = page.get_by_label("number input for Width of the bottleneck")

    def narrow() -> None:
        number.fill("2")
        number.press("Enter")

    changes(page.get_by_alt_text("What comes out"), narrow)
    expect(page.get_by_text("1 in 96")).to_be_visible()
    button(page, "Hide a cup of coffee in the picture").click()
    expect(page.get_by_alt_text("The revealed secret")).to_be_visible()
    button(page, "Hide a picture of your own").click()
    expect(button(page, "Hide")).to_be_visible()
    assert page.foreign == [] and page.failures == []


def test_a_network_learns_to_hide_before_ones_eyes(open_page, url):
    page = open_page()
    step(page, url, "hiding", "Watch a network learn to hide")
    button(page, "Start").click()
    expect(page.get_by_text("Trained for")).to_be_visible()
    revealed = page.get_by_alt_text("Revealed", exact=True)
    early = revealed.get_attribute("src")
    page.get_by_label("number input for Weight of the secret's error").fill("0.9")
    expect(page.get_by_alt_text("Residual ×10")).to_be_visible()
    expect(revealed).not_to_have_attribute("src", early)
    button(page, "Stop").click()
    expect(page.get_by_text("Ended after")).to_be_visible()
    assert page.foreign == [] and page.failures == []


def test_the_trained_detector_speaks_when_its_tab_is_opened(open_page):
    page = open_page()
    page.get_by_role("tab", name="Look inside", exact=True).first.click()
    for name, file in (("stego", "rock_and_lake-robust.png"), ("cover", "rock_and_lake.png")):
        place = page.locator(f"#inspect-{name}")
        place.locator("input[type=file]").set_input_files(EXAMPLES / file)
        place.locator("img").wait_for()
    button(page, "Look inside").click()
    page.get_by_role("tab", name="Would a detector notice?").click()
    row = page.locator("tr", has=page.get_by_role("cell", name="stego", exact=True))
    expect(row.get_by_role("cell").nth(1)).to_contain_text("hides something")
    expect(page.get_by_role("cell", name="robust, JPEG 85", exact=True)).to_be_visible()
    assert page.foreign == [] and page.failures == []
