"""Look inside and Compare in a real browser, as a teacher would use them; and a locked picture."""

import csv
import re
from pathlib import Path

import pytest
from axe import violations
from browser import NARROW, button, no_answers, settle
from PIL import Image
from playwright.sync_api import Page, expect

from steg.methods import OFFERED

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"
COVER, SECRET = EXAMPLES / "tulips.png", EXAMPLES / "cat.png"


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).first.click()


def upload(page: Page, **files: Path) -> None:
    for name, path in files.items():
        place = page.locator(f"#{name.replace('_', '-')}")
        place.locator("input[type=file]").set_input_files(path)
        place.locator("img").wait_for()


def test_look_inside(open_page):
    page = open_page(1280, height=720)
    tab(page, "Look inside")
    button(page, "By a network").click()
    page.locator("#inspect-secret img").wait_for()
    with no_answers(page):
        button(page, "Look inside").click()
        expect(page.locator("#inspect-start[aria-busy=true]")).to_be_in_viewport()
    residual = page.get_by_alt_text("The residual, amplified")
    expect(residual).to_be_in_viewport(ratio=0.9)
    expect(page.get_by_text("by the method predictive")).to_be_visible()
    expect(page.get_by_text("The short dashed line half-way down, on the right")).to_be_in_viewport()
    expect(page.get_by_text("the secret shows plainly in the residual")).to_be_visible()
    expect(page.get_by_alt_text("The residual, averaged")).to_be_in_viewport(ratio=0.9)
    before = residual.get_attribute("src")
    page.get_by_label("Heat map").check()
    expect(page.get_by_text("Dark blue is as it was")).to_be_visible()
    expect(residual).not_to_have_attribute("src", before)
    heat_map = residual.get_attribute("src")

    assert violations(page) == []

    tab(page, "Where?")
    expect(page.get_by_text("Smooth and textured parts were changed alike")).to_be_visible()
    expect(page.get_by_alt_text("Where it changed")).to_be_in_viewport(ratio=0.9)
    tab(page, "Can it be seen?")
    loupe = page.get_by_alt_text("Stego, single pixels")
    before = loupe.get_attribute("src")
    page.get_by_label("number input for Loupe: percent from the left").fill("90")
    page.get_by_label("number input for Loupe: percent from the left").press("Enter")
    expect(loupe).not_to_have_attribute("src", before)
    tab(page, "Can it be found?")
    expect(page.get_by_alt_text("Bit plane of the cover")).to_be_visible()
    expect(page.get_by_alt_text("Difference of the spectra")).to_be_visible()
    expect(page.get_by_text("where hiding added (orange)")).to_be_visible()
    tab(page, "Would a detector notice?")
    expect(page.get_by_text("Nothing suspicious in the lowest bits")).to_be_visible()
    assert violations(page) == []
    tab(page, "How is it done?")
    expect(page.get_by_text("One sample in 4x4")).to_be_visible()
    expect(page.get_by_label("Predictive", exact=True)).to_be_checked()
    page.get_by_label("number input for Step").fill("4")
    page.get_by_label("number input for Step").press("Enter")
    expect(page.get_by_text("smooths out what the digits left open")).to_be_visible()
    page.get_by_label("Robust", exact=True).check()
    expect(page.get_by_text("This picture was not made by the method robust")).to_be_visible()
    assert violations(page) == []
    button(page, "Change the pictures").click()
    button(page, "For a chat").click()
    expect(page.get_by_text("This is of an earlier choice.")).to_be_visible()
    settle(page)
    page.reload()
    tab(page, "Look inside")
    expect(page.locator("#inspect-stego img")).to_have_attribute("src", re.compile("rock_and_lake-robust"))
    expect(page.get_by_text("This is of an earlier choice.")).to_be_visible()
    expect(residual).to_have_attribute("src", heat_map)  # kept, not computed anew
    expect(page.get_by_label("Heat map")).to_be_checked()
    assert page.foreign == [] and page.failures == []


def test_look_inside_shows_what_the_method_file_wrote_where(open_page):
    page = open_page(400, "dark")
    tab(page, "Look inside")
    button(page, "As a file").click()
    page.locator("#inspect-secret img").wait_for()
    with no_answers(page):
        button(page, "Look inside").click()
        button(page, "Stop").click()
        expect(page.locator("#inspect-line")).to_contain_text("Stopped.")
        expect(button(page, "Stop")).to_be_hidden()
        button(page, "Look inside").click()  # while the server still has to end the first run
    expect(page.get_by_text("Grey is as it was")).to_be_in_viewport()
    tab(page, "How is it done?")
    expect(page.get_by_text("Where it writes")).to_be_visible()
    for number, words in enumerate(("is spared", "bits each region", "samples carry", "layers give"), 2):
        page.get_by_label("number input for Step").fill(str(number))
        page.get_by_label("number input for Step").press("Enter")
        expect(page.get_by_text(words)).to_be_visible()
    page.wait_for_function(NARROW)
    assert page.failures == []


def test_compare_and_attack(open_page, tmp_path):
    page = open_page(1280, height=720)
    tab(page, "Compare")
    for name, path in {"cover.png": COVER, "secret.png": SECRET}.items():
        Image.open(path).convert("RGB").resize((208, 160)).save(tmp_path / name)
    upload(page, compare_cover=tmp_path / "cover.png", compare_secret=tmp_path / "secret.png")
    with no_answers(page):
        button(page, "Compare").click()
        expect(page.locator("#compare-start[aria-busy=true]")).to_be_in_viewport()
    expect(page.get_by_text("Compared at 208x160 pixels. file changed the cover least")).to_be_in_viewport()
    gallery = page.locator("#compare-answer .gallery-item")
    expect(gallery.first).to_be_in_viewport()
    expect(page.get_by_text("After the attack (JPEG, quality: 90)")).to_contain_text("robust")
    assert page.evaluate("document.documentElement.scrollHeight") < 4 * 720
    table = page.locator("table", has_text="secret after the attack")
    for name in OFFERED:
        expect(table.get_by_role("cell", name=name, exact=True)).to_be_visible()
    expect(table.get_by_role("cell", name="nothing", exact=True)).to_have_count(1)  # file
    assert table.evaluate(
        "t => t.getBoundingClientRect().right <= t.parentNode.getBoundingClientRect().right + 1"
    )
    before = table.inner_text()
    page.get_by_label("Scribble").check()
    expect(page.get_by_text("After the attack (Scribble, percent painted over: 15)")).to_be_visible()
    expect(table).not_to_have_text(before, use_inner_text=True)
    for label, name in (("Download the table", "comparison.csv"), ("Download the handout", "comparison.png")):
        with page.expect_download() as waiting:
            page.get_by_text(label).click()
        waiting.value.save_as(tmp_path / name)
    rows = list(csv.DictReader((tmp_path / "comparison.csv").open(newline="")))
    assert [row["method"] for row in rows] == list(OFFERED)
    assert Image.open(tmp_path / "comparison.png").width > 1000
    strength = page.get_by_role("spinbutton", name="Strength")
    strength.fill("1")
    strength.press("Enter")
    expect(page.get_by_text("This is of an earlier choice.")).to_be_visible()
    before = table.inner_text()
    page.wait_for_function("sessionStorage['steg-compared'].includes('After the attack (Scribble')")
    settle(page)
    page.reload()
    tab(page, "Compare")
    expect(table).to_have_text(before, use_inner_text=True)  # kept, not computed anew
    expect(page.get_by_text("This is of an earlier choice.")).to_be_visible()
    percent = page.get_by_role("spinbutton", name="Scribble: percent painted over")
    percent.fill("60")
    percent.press("Enter")
    expect(page.get_by_text("After the attack (Scribble, percent painted over: 60)")).to_be_visible()
    page.set_viewport_size({"width": 400, "height": 800})
    expect(table).to_have_attribute("data-stacked", "")
    assert table.evaluate(
        "t => t.closest('.prose.figures').scrollWidth <= t.closest('.prose.figures').clientWidth"
    )
    page.wait_for_function(NARROW)
    assert violations(page) == []
    assert page.foreign == [] and page.failures == []
