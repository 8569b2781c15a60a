"""How a picture travels, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

STATE = """() => [...document.querySelectorAll("div")].find(e => e.computed && e.offsetParent)?.computed()"""


def state(page: Page) -> dict:
    page.wait_for_function(f"({STATE})")
    return page.evaluate(STATE)


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
    first = state(page)
    assert first["way"] == "trellis" and abs(first["rate"] - 1.6) < 0.02
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    ring = page.get_by_role("slider", name="Bits in each sample")
    drag(page, ring, [(0.3, 0.5), (0.53, 0.5)])
    assert abs(state(page)["rate"] - 2) < 0.1
    psnr = {"trellis": state(page)["psnr"]}
    for way in ("digits", "replaced"):
        page.get_by_label("How", exact=True).select_option(way)
        assert state(page)["rate"] == 2
        psnr[way] = state(page)["psnr"]
        expect(page.get_by_text(f"the cover keeps {psnr[way]:.1f} dB")).to_be_visible()
    assert psnr["trellis"] > psnr["digits"] + 1 > psnr["replaced"] + 2
    ring.press("End")
    assert state(page)["rate"] == 4
    ring.press("ArrowLeft")
    assert state(page)["rate"] == 3

    page.locator("canvas.cover:visible").press("ArrowDown")
    assert state(page)["place"] == [first["place"][0] + 1, first["place"][1]]
    expect(page.get_by_role("cell", name="111", exact=True).first).to_be_visible()
    assert requests == [] and page.failures == []
    page.wait_for_url("**&rate=3.00&sample=14%2C15&way=replaced")
    page.reload()  # the address says it all
    assert (state(page)["way"], state(page)["rate"]) == ("replaced", 3)
