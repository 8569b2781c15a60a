"""Hidden and revealed in a real browser: what a visitor does, and what the page must not do."""

import re
from pathlib import Path

import numpy as np
import pytest
from browser import button, choose, download, no_answers, record_words, settle, wait_for_words
from PIL import Image
from playwright.sync_api import expect

from steg import load
from steg.images.metrics import psnr

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"
COVER, SECRET = EXAMPLES / "tulips.png", EXAMPLES / "cat.png"


def test_hide_download_reveal(open_page, tmp_path):
    page = open_page(1280, height=720)
    choose(page, COVER, SECRET)
    expect(page.get_by_text("come back in its own size")).to_be_visible()
    record_words(page, "#hide-line [role=status]")
    with no_answers(page):
        button(page, "Hide").click()
        expect(page.locator("#hide-start[aria-busy=true]")).to_be_in_viewport()
    wait_for_words(page, "Hiding")
    expect(page.get_by_text("tulips.png: ")).to_be_in_viewport()
    expect(page.get_by_text("Download the stego picture")).to_be_in_viewport()
    expect(page.locator("#cover")).to_be_hidden()

    stego = download(page, "Download the stego picture", tmp_path)
    assert stego.name == "tulips.png"
    assert Image.open(stego).tobytes() == load().hide(COVER, SECRET).tobytes()
    expect(page.get_by_role("row", name=re.compile(r"^Cover \d\d\.\d dB 0\.\d{3}"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(r"^Secret \d\d\.\d dB 0\.\d{3}"))).to_be_visible()

    expect(button(page, "Hide")).to_be_visible()
    button(page, "Change the pictures").click()
    page.get_by_label("Through a chat or a web page").check()
    expect(page.get_by_text("This is of an earlier choice.")).to_be_visible()
    settle(page)
    page.reload()
    expect(page.locator("#cover img")).to_have_attribute("src", re.compile("tulips"))
    expect(page.get_by_label("Through a chat or a web page")).to_be_checked()
    expect(page.get_by_text("This is of an earlier choice.")).to_be_visible()
    page.get_by_label("As a file").check()
    expect(page.get_by_text("This is of an earlier choice.")).to_be_hidden()
    assert download(page, "Download the stego picture", tmp_path / "again").read_bytes() == stego.read_bytes()

    page.get_by_role("tab", name="Reveal").click()
    with no_answers(page):
        page.locator("#stego input[type=file]").set_input_files(stego)
        line = page.locator("#reveal-line", has_text=re.compile("Uploading|Waiting"))
        expect(line).to_be_in_viewport()
    expect(page.get_by_text("Found and intact")).to_be_in_viewport()
    expect(page.get_by_text("Download the hidden picture")).to_be_in_viewport()
    secret = download(page, "Download the hidden picture", tmp_path)
    assert psnr(np.asarray(Image.open(secret)), np.asarray(Image.open(SECRET).convert("RGB"))) > 34
    revealed = page.get_by_alt_text("The picture that was hidden").get_attribute("src")
    settle(page)
    page.reload()
    page.get_by_role("tab", name="Reveal").click()
    expect(page.get_by_text("Found and intact")).to_be_visible()
    # kept, not computed anew
    expect(page.get_by_alt_text("The picture that was hidden")).to_have_attribute("src", revealed)

    remove = page.locator("#stego").get_by_role("button", name="Remove Image")
    remove.click()
    for name in ("rock_and_lake-robust.png", "rock_and_lake-stego.png"):
        page.locator("#stego input[type=file]").set_input_files(EXAMPLES / name)
        page.locator("#stego img").wait_for()
        if "robust" in name:
            remove.click()  # while it is revealed
    expect(page.get_by_text("Found and intact")).to_be_visible()
    assert download(page, "Download the hidden picture", tmp_path).name == "rock_and_lake-secret.png"
    assert page.foreign == [] and page.failures == []


def test_a_text_under_a_passphrase_for_an_app(open_page, tmp_path):
    page = open_page()
    page.locator("#cover input[type=file]").set_input_files(COVER)
    page.get_by_label("A text", exact=True).check()
    expect(page.locator("#secret")).to_be_hidden()
    page.get_by_label("Secret text").fill("Meet me at nine.")
    page.get_by_label("Through a chat or a web page").check()
    page.get_by_label("Through which app?").click()
    page.get_by_role("option", name="Telegram, on a computer").click()
    page.get_by_label("Passphrase (optional)").fill("open sesame")
    expect(page.get_by_text("This cover can carry")).to_be_visible()
    button(page, "Hide").click()
    expect(page.get_by_text("the secret came back whole")).to_be_visible()
    expect(page.get_by_text("Send this very file.")).to_be_visible()
    assert download(page, "Download the stego picture", tmp_path).name == "tulips.jpg"
    button(page, "Open it in Reveal").click()
    expect(page.get_by_text("Found, and locked")).to_be_visible()
    field = page.locator("#reveal-passphrase input")
    field.fill("open sesamy")
    field.press("Enter")
    expect(page.get_by_text("This is not the passphrase").first).to_be_visible()
    field.fill("open sesame")
    field.press("Enter")
    expect(page.get_by_role("textbox", name="The hidden text")).to_have_value("Meet me at nine.")
    assert page.foreign == [] and page.failures == []


def test_a_file_comes_back_byte_for_byte(open_page, tmp_path):
    page = open_page()
    document = tmp_path / "minutes of 3 May.pdf"
    document.write_bytes(bytes(range(256)) * 3)
    page.locator("#cover input[type=file]").set_input_files(COVER)
    page.get_by_label("A file", exact=True).check()
    page.locator("#secret-file input[type=file]").set_input_files(document)
    expect(page.get_by_text("the file has 768")).to_be_visible()
    button(page, "Hide").click()
    expect(page.get_by_text("the secret came back whole")).to_be_visible()
    button(page, "Open it in Reveal").click()
    found = download(page, "Download the hidden file", tmp_path / "found")
    assert found.name == document.name and found.read_bytes() == document.read_bytes()


def test_a_phones_photo_for_a_chat_comes_back_from_a_web_page_and_turned(open_page, tmp_path):
    page, cover = open_page(), tmp_path / "cover.jpg"
    megapixels_48 = Image.open(COVER).convert("RGB").resize((8064, 6048), Image.Resampling.NEAREST)
    megapixels_48.save(cover, quality=60)
    choose(page, cover, SECRET)
    expect(page.get_by_text("The highest fidelity")).to_be_visible()
    page.get_by_label("Through a chat or a web page").check()
    expect(page.get_by_text("The secret outlives JPEG and being made smaller")).to_be_visible()
    button(page, "Hide").click()
    expect(page.get_by_text("Send it however you like")).to_be_visible()
    sent = Image.open(download(page, "Download it as JPEG", tmp_path))
    assert sent.format == "JPEG" and sent.size == (1280, 960)
    sent.resize((1080, 810), Image.Resampling.LANCZOS).save(tmp_path / "page.webp", quality=75)
    sent.transpose(Image.Transpose.ROTATE_90).save(tmp_path / "turned.jpg", quality=90)

    page.close()  # and what it still computes
    for name in ("page.webp", "turned.jpg"):
        page = open_page()
        page.get_by_role("tab", name="Reveal").click()
        page.locator("#stego input[type=file]").set_input_files(tmp_path / name)
        expect(page.get_by_text(re.compile("^Found, with"))).to_be_visible()
        secret = download(page, "Download the hidden picture", tmp_path)
        assert psnr(np.asarray(Image.open(secret)), np.asarray(Image.open(SECRET).convert("RGB"))) > 19
        assert page.foreign == [] and page.failures == []
