"""The window on the picture in a real browser: dragged, walked, and compared with PyTorch."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from browser import NARROW, STATE, new_requests, state
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def in_pytorch(found: dict, x: torch.Tensor) -> np.ndarray:
    """The result of the very code that the page shows."""
    scope = {"x": x, "F": F}
    if found["kernels"]:
        size = round(len(found["kernels"][0]) ** 0.5)
        scope["k"] = torch.tensor(found["kernels"], dtype=torch.float64).reshape(1, -1, size, size)
    lines = found["code"].splitlines()
    for line in lines:
        exec(line if "x = " in line else f"x = {line}", scope)
    return scope["x"][0, 0].numpy()


def compare(page: Page, of_picture: bool = False) -> None:
    found = state(page)
    shape = found["shape"] if of_picture else found["inputShape"]
    planes = found["picture"][:1] if of_picture else found["inputs"]
    x = torch.tensor(planes, dtype=torch.float64).reshape(1, -1, *shape)
    ours = np.array(found["result"]).reshape(found["size"])
    theirs = in_pytorch(found, x)
    assert ours.shape == theirs.shape and np.allclose(ours, theirs), found["code"]


def to_step(page: Page, number: int, title: str) -> None:
    page.locator("#learn-steps input").nth(number - 1).check()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def slide(page: Page, label: str, presses: int) -> None:
    page.get_by_role("slider", name=label).focus()
    for _ in range(presses):
        page.keyboard.press("ArrowRight")


def test_the_window_is_dragged_walked_and_computes_what_pytorch_computes(open_page):
    page = open_page(step="convolution")
    total = page.get_by_text("sum of the products is").first
    expect(total).to_be_visible()
    new_requests(page)
    picture, result = page.locator("canvas.before:visible"), page.locator("canvas.result:visible")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    start = state(page)["place"]
    page.mouse.move(box["x"] + 30, box["y"] + 40)  # the window follows the pointer
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    middle = state(page)
    size = middle["size"]
    assert middle["place"] != start and abs(middle["place"][0] - size[0] / 2) <= 1.5
    assert abs(middle["place"][1] - size[1] / 2) <= 1.5
    picture.press("ArrowRight")
    assert state(page)["place"] == [middle["place"][0], middle["place"][1] + 1]
    box = result.bounding_box()
    page.mouse.move(box["x"] + 1.5, box["y"] + 1.5)  # a pixel of the result lights its patch
    assert state(page)["place"] == [0, 0]
    compare(page)

    cell = page.get_by_label("Weight of the kernel, row 1, column 1", exact=True)
    cell.scroll_into_view_if_needed()
    box, before = cell.bounding_box(), state(page)["kernels"][0][0]
    page.mouse.move(box["x"] + 5, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] - 20, steps=3)
    page.mouse.up()
    assert state(page)["kernels"][0][0] > before
    compare(page)
    cell.press("ArrowUp")  # and so that focus can be seen
    assert cell.evaluate("input => getComputedStyle(input).outlineStyle") == "solid"
    slide(page, "Stride", 1)
    slide(page, "Dilation", 2)
    compare(page)
    page.get_by_label("Looks at").select_option("colour")
    compare(page)
    assert len(state(page)["kernels"]) == 3
    expect(page.get_by_text("3 × 3 × 3 = 27 weights")).to_be_visible()

    page.get_by_label("Speed").select_option("4")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"() => (({STATE})().built || Infinity) < Infinity")
    page.get_by_role("button", name="Pause").click()
    built = state(page)["built"]
    page.get_by_role("button", name="Step", exact=True).click()
    assert state(page)["built"] == built + 1
    assert new_requests(page) == [] and page.failures == []


def test_a_patch_is_found_again_padding_and_pooling_are_pytorchs_and_no_motion_where_none_is_wanted(
    open_page,
):
    page = open_page(400, "dark", "convolution")
    expect(page.get_by_text("sum of the products is").first).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()  # a row at once
    assert state(page)["built"] == state(page)["size"][1]
    expect(page.get_by_role("button", name="Pause")).to_have_count(0)
    page.locator("canvas.before:visible").click()
    page.get_by_role("button", name="Take the patch").click()
    page.get_by_label("Compare shapes only").check()
    row, column = state(page)["place"]
    expect(page.get_by_text("The largest number, 1, is with the window")).to_contain_text(
        f"{column} pixels from the left and {row} from the top"
    )
    to_step(page, 2, "Padding")
    compare(page, of_picture=True)
    for mode in ("none", "reflect", "same"):
        page.get_by_label("Padding", exact=True).select_option(mode)
        compare(page, of_picture=True)
    slide(page, "Stride", 1)
    slide(page, "Layers", 1)
    compare(page, of_picture=True)
    slide(page, "Layers", 6)
    expect(page.get_by_text("Layer by layer")).to_contain_text("48x32 → 24x16 → 12x8 → 6x4 → 3x2 → 2x1 → 1x1")
    page.get_by_label("Padding", exact=True).select_option("none")
    expect(page.get_by_text("the picture is smaller than the kernel")).to_be_visible()
    to_step(page, 3, "Pooling")
    compare(page)
    page.get_by_label("Pooling", exact=True).select_option("average")
    slide(page, "Window", 3)
    compare(page)
    slide(page, "Shift to the right", 1)
    expect(page.get_by_text("A shift by 2 to the right")).to_be_visible()
    page.wait_for_function(NARROW)
    assert page.failures == []
