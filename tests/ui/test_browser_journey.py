"""How a picture travels, in a real browser."""

import pytest
from browser import NARROW, new_requests, state
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def drag(page: Page, target, places: list[tuple[float, float]]) -> None:
    """Drags the pointer over shares of an element's width and height."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    for number, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=3)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_bits_in_pixels(open_page):
    page = open_page(step="bits")
    state(page)
    new_requests(page)
    first = state(page)
    assert first["code"] == "trellis" and abs(first["rate"] - 1.6) < 0.02
    ring = page.get_by_role("slider", name="Bits in each sample")
    drag(page, ring, [(0.3, 0.5), (0.53, 0.5)])
    assert abs(state(page)["rate"] - 2) < 0.1
    psnr = {"trellis": state(page)["psnr"]}
    for code in ("digits", "replaced"):
        page.get_by_label("How", exact=True).select_option(code)
        assert state(page)["rate"] == 2
        psnr[code] = state(page)["psnr"]
        expect(page.get_by_text(f"the cover keeps {psnr[code]:.1f} dB")).to_be_visible()
    assert psnr["trellis"] > psnr["digits"] + 1 > psnr["replaced"] + 2
    ring.press("End")
    assert state(page)["rate"] == 4
    ring.press("ArrowLeft")
    assert state(page)["rate"] == 3

    page.locator("canvas.cover:visible").press("ArrowDown")
    assert state(page)["place"] == [first["place"][0] + 1, first["place"][1]]
    expect(page.get_by_role("cell", name="111", exact=True).first).to_be_visible()
    assert new_requests(page) == [] and page.failures == []
    page.wait_for_url("**&rate=3.00&sample=14%2C15&code=replaced")
    page.reload()  # the address says it all
    assert (state(page)["code"], state(page)["rate"]) == ("replaced", 3)


def test_a_picture_as_bits(open_page):
    page = open_page(step="layers")
    state(page)
    new_requests(page)
    first = state(page)
    assert 800 < first["bytes"] < 1250 and first["levels"] == 3
    ring = page.get_by_role("slider", name="Bytes")
    drag(page, ring, [(0.4, 0.5), (0.95, 0.5)])
    most = state(page)
    assert most["bytes"] > 9000 and most["psnr"] > first["psnr"] + 10 and most["picture"] != first["picture"]
    ring.press("Home")
    assert state(page)["bytes"] < 110
    expect(page.get_by_text(f"{state(page)['psnr']:.1f} dB", exact=True)).to_be_visible()

    numbers = page.locator("canvas.wavelet:visible")
    drag(page, numbers, [(0.5, 0.5), (0.02, 0.02)])  # the low-pass band
    expect(page.get_by_text("It says the mean brightness")).to_contain_text("8x8 pixels")
    page.get_by_role("slider", name="Splits of the wavelet").press("ArrowRight")
    expect(page.get_by_text("It says the mean brightness")).to_contain_text("16x16 pixels")
    drag(page, numbers, [(0.9, 0.2)])
    expect(page.get_by_text("changes from left to right")).to_contain_text("2x2 pixels")
    numbers.press("ArrowDown")
    assert new_requests(page) == [] and page.failures == []


def test_a_road_and_its_damage(open_page):
    page = open_page(400, "dark", "road")
    assert state(page)["arrived"] != "Meet me at 8 p.m.!"
    page.get_by_label("Code", exact=True).select_option("half")
    assert state(page)["arrived"] == "Meet me at 8 p.m.!"
    expect(page.get_by_text("arrives whole")).to_be_visible()
    new_requests(page)
    picture, agree = page.locator("canvas.picture:visible"), 0
    for _ in range(24):  # the browser's own JPEG gives nearly always what the real one gave
        picture.press("ArrowRight")
        picture.press("ArrowUp")
        agree += state(page)["reads"] == state(page)["readByServer"]
    assert agree >= 22
    line = page.get_by_role("slider", name="The cover's coefficient")
    drag(page, line, [(0.5, 0.5), (0.7, 0.5)])
    moved = state(page)
    assert moved["own"] is not None and abs(moved["to"] - moved["from"]) <= 12
    line.press("ArrowLeft")
    assert state(page)["own"] < moved["own"]
    page.get_by_label("Bit", exact=True).select_option("1")
    quality = page.get_by_role("slider", name="JPEG quality")
    flips = set()
    for _ in range(8):
        quality.press("ArrowLeft")
        found = state(page)
        flips.add(found["reads"] == found["bit"])
        assert abs(found["cell"] % found["quantiser"]) in (0, found["quantiser"])
    assert flips == {True, False}  # at some quality the bit flips
    expect(page.get_by_text("the bit has flipped").or_(page.get_by_text("the bit is intact"))).to_be_visible()
    page.wait_for_function(NARROW)
    assert new_requests(page) == [] and page.failures == []
