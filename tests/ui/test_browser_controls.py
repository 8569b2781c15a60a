"""Controls of the page in a real browser: methods, strength, keyboard, paste, Stop; and bad input."""

import base64
import multiprocessing
import re
from pathlib import Path

import numpy as np
import pytest
from axe import violations
from browser import NARROW, button, choose, download, record_words, wait_for_words
from PIL import Image
from playwright.sync_api import expect
from ui_helpers import eventually

from steg import load

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"
COVER, SECRET = EXAMPLES / "tulips.png", EXAMPLES / "cat.png"
AWKWARD = Path(__file__).parents[1] / "awkward"


def test_the_question_and_the_methods_agree_and_the_api_has_its_address(open_page, url):
    page = open_page()
    page.get_by_text("More methods").click()
    page.get_by_label("Method").click()
    page.get_by_role("option", name="Robust network").click()
    expect(page.get_by_label("Through a chat or a web page")).to_be_checked()
    page.get_by_label("Through which app?").click()
    page.get_by_role("option", name="Signal, on an Android phone", exact=True).click()
    page.get_by_label("As a file").check()
    expect(page.get_by_label("Through which app?")).to_be_hidden()
    expect(page.get_by_label("Method")).to_have_value(re.compile("^File: codec"))
    expect(page.get_by_label("number input for Strength")).to_be_visible()
    page.goto(f"{url}?view=api")
    expect(page.get_by_text("from gradio_client import Client").first).to_be_visible()


def test_the_strength_control_and_a_pair_that_goes_badly(open_page, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (500, 500, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    page = open_page()
    choose(page, COVER, tmp_path / "noise.png")
    page.get_by_label("number input for Strength").fill("1")
    page.get_by_label("number input for Strength").press("Enter")
    button(page, "Hide").click()
    expect(
        page.get_by_text("This pair went badly: the secret comes back with visible faults")
    ).to_be_visible()
    stego = download(page, "Download the stego picture", tmp_path)
    strongest = load().hide(COVER, tmp_path / "noise.png", strength=1)
    assert Image.open(stego).tobytes() == strongest.tobytes()


def test_keyboard_alone_takes_an_example_hides_it_looks_at_it_and_opens_it_in_reveal(open_page):
    page = open_page(400, "dark")
    page.on("filechooser", lambda _: None)  # Chromium opens none of its own from now on
    page.get_by_role("button", name="Cover: Drop the picture").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(COVER)
    expect(page.locator("#cover button:focus")).to_be_visible()  # its first, in place of the one that is gone
    button(page, "A lake hides a cat").focus()
    page.keyboard.press("Enter")
    page.locator("#secret img").wait_for()
    button(page, "Hide").focus()
    page.keyboard.press("Enter")
    residual = page.get_by_alt_text("Stego picture minus cover; grey is no change")
    residual.wait_for()
    before = residual.get_attribute("src")
    line = page.get_by_role("slider", name="Cover | stego")
    place = line.get_attribute("style")
    line.press("ArrowRight")
    expect(line).not_to_have_attribute("style", place)
    number = page.get_by_label("number input for Amplify the residual")
    number.fill("45")
    number.press("Enter")
    expect(residual).not_to_have_attribute("src", before)
    assert "residual-x45" in residual.get_attribute("src")

    expect(page.get_by_text("Send it as a file")).to_be_visible()
    expect(page.get_by_text("Download it as JPEG")).to_be_hidden()
    expect(page.get_by_text("The secret does not survive re-compression")).to_be_visible()
    for channel in ("Telegram", "Signal", "WhatsApp", "Web page", "Half the size"):
        row = page.get_by_role("row", name=re.compile(rf"^{channel} nothing Nothing is hidden"))
        expect(row).to_be_visible()
    page.wait_for_function(NARROW)
    assert violations(page) == []
    button(page, "Open it in Reveal").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Found and intact")).to_be_visible()
    assert page.foreign == [] and page.failures == []


def test_bad_input_ends_in_a_sentence(open_page):
    page = open_page()
    button(page, "Hide").click()
    expect(page.get_by_text("Choose a cover first, or take a pair of ours.")).to_be_visible()
    expect(page.locator("#hide-line").get_by_text("Choose a cover first")).to_be_visible()
    choose(page, AWKWARD / "elongated_8192x2.png", SECRET)
    expect(page.locator("#hide-pictures").get_by_text("The cover is 8192x2 pixels")).to_be_visible()
    expect(page.get_by_text("Choose a cover first")).to_have_count(0)
    page.locator("#cover input[type=file]").set_input_files(COVER)
    expect(page.get_by_text("The cover is 8192x2 pixels")).to_have_count(0)
    page.get_by_role("tab", name="Look inside").click()
    button(page, "Look inside").click()
    expect(page.locator("#inspect-line").get_by_text("Choose a stego picture first")).to_be_visible()


PASTE = """([data, name]) => {
  const files = new DataTransfer();
  files.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, {
    type: "image/png",
  }));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: files, bubbles: true }));
}"""


def test_pasting_anywhere_fills_the_free_field(open_page):
    page = open_page()
    for field, path in (("cover", COVER), ("secret", SECRET)):
        page.evaluate(PASTE, [base64.b64encode(path.read_bytes()).decode(), path.name])
        expect(page.locator(f"#{field} img")).to_have_attribute("src", re.compile(path.stem))
    page.get_by_role("tab", name="Reveal").click()
    page.evaluate(PASTE, [base64.b64encode(SECRET.read_bytes()).decode(), SECRET.name])
    expect(page.get_by_text("Nothing found")).to_be_visible()
    expect(page.get_by_role("img", name="Noise")).to_have_count(0)
    button(page, "Show what a network reads in it all the same").click()
    expect(page.get_by_role("img", name="Noise: nothing is hidden in the picture")).to_be_visible()
    expect(page.locator("#cover img")).to_have_attribute("src", re.compile(COVER.stem))


def test_stop_ends_the_work_and_frees_the_queue(open_page, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (2000, 3000, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "large.png", compress_level=1)
    page = open_page()
    expect(button(page, "Stop")).to_have_count(0)
    choose(page, tmp_path / "large.png", SECRET)
    button(page, "Hide").click()
    button(page, "Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    expect(button(page, "Stop")).to_have_count(0)
    expect(page.locator("#hide-answer")).to_have_count(0)
    page.get_by_text("A lake hides a cat").click()
    page.locator("#cover img[src*=rock]").wait_for()
    button(page, "Hide").click()
    page.get_by_text("rock_and_lake.png: ").wait_for()
    expect(button(page, "Stop")).to_have_count(0)
    assert page.failures == []

    page.locator("#hide-start:not([aria-busy])").wait_for()
    record_words(page, "#hide-line")
    button(page, "Hide").click()
    wait_for_words(page, "Hiding")
    page.close()
    assert eventually(lambda: not multiprocessing.active_children())  # nothing that the next one waits for
