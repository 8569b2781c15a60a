"""The walk of the Learn tab in a real browser, as a student would go it."""

from pathlib import Path

import pytest
import torch
from axe import violations
from browser import FITS, NARROW, STATE, settle
from playwright.sync_api import Page, expect
from torch.nn import functional

from steg.ui import learn

pytestmark = pytest.mark.browser

EXAMPLES = Path(__file__).parents[2] / "examples"


def heading(page: Page, title: str):
    return page.get_by_role("heading", name=title, exact=True)


def type_number(page: Page, label: str, value: str) -> None:
    field = page.get_by_label(f"number input for {label}")
    field.fill(value)
    field.press("Enter")


def test_back_and_forward_go_through_the_steps_and_the_address_keeps_their_state(open_page, url):
    page = open_page(step="convolution")
    expect(page.get_by_text("sum of the products is")).to_be_visible()
    page.get_by_label("Kernel", exact=True).select_option("Blur")
    page.wait_for_url("**kernel=Blur")
    page.get_by_role("button", name="Next: Padding").click()
    page.wait_for_url("**step=padding")
    page.get_by_role("slider", name="Layers").press("ArrowRight")
    page.wait_for_url("**layers=2")
    field = page.get_by_label("Address of this step")
    expect(field).to_have_value(page.url)
    page.go_back()
    expect(heading(page, "Convolution")).to_be_visible()
    expect(page.get_by_label("Kernel", exact=True)).to_have_value("Blur")
    page.go_forward()
    expect(page.get_by_text("Layer by layer: 48x32 → 48x32 → 48x32.")).to_be_visible()
    expect(field).to_have_value(page.url)

    page.locator("button[aria-label='Take tulips']:visible").click()
    expect(page.get_by_text("48x48 → 48x48 → 48x48.")).to_be_visible()
    page.wait_for_url("**picture=tulips")
    page.goto(page.url)  # as somebody who was given it
    expect(page.get_by_text("48x48 → 48x48 → 48x48.")).to_be_visible()
    assert page.foreign == [] and page.failures == []


def test_another_address_opens_the_first_tab(open_page):
    page = open_page(step="nonsense")
    expect(page.get_by_role("button", name="Hide", exact=True)).to_be_visible()
    page.get_by_role("tab", name="Learn", exact=True).click()
    expect(heading(page, "Convolution")).to_be_visible()


def test_the_walk_by_keyboard(open_page, url):
    page = open_page(step="convolution")
    expect(page.get_by_text("sum of the products is")).to_be_visible()
    for step in learn.STEPS[1:]:
        page.get_by_role("button", name=f"Next: {step.TITLE}").focus()
        page.keyboard.press("Enter")
        expect(heading(page, step.TITLE)).to_be_visible()
        expect(page.locator("input[type=text]:visible").last).to_have_value(f"{url}?step={step.SLUG}")
    page.locator("#learn-steps input").nth(1).focus()
    page.keyboard.press("Space")
    expect(page.get_by_text("Layer by layer: 48x32 → 48x32.")).to_be_visible()
    page.get_by_role("slider", name="Layers").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("Layer by layer: 48x32 → 48x32 → 48x32.")).to_be_visible()
    assert page.failures == []


ACTIVATIONS = {
    "ReLU": functional.relu,
    "Leaky ReLU": lambda x: functional.leaky_relu(x, 0.1),
    "GELU": functional.gelu,
    "Sigmoid": torch.sigmoid,
    "Tanh": torch.tanh,
    "Softmax": lambda x: torch.stack([x, *3 * [torch.zeros(())]]).softmax(0)[0],
}


def test_activations_and_outputs(open_page):
    page = open_page(step="activations")
    expect(page.get_by_text("ReLU of 1.50 is 1.50")).to_be_visible()
    page.wait_for_function(f"({STATE})")
    curve = page.get_by_role("slider", name="A number that comes in")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 90, steps=3)
    page.mouse.up()
    assert page.evaluate(STATE)["x"] < -1
    for name, function in ACTIVATIONS.items():
        page.get_by_label("Activation", exact=True).select_option(name)
        curve.focus()
        for key in ("Home", "PageUp", "PageUp", "End", "ArrowLeft"):
            page.keyboard.press(key)
            found = page.evaluate(STATE)
            x = torch.tensor(float(found["x"]), dtype=torch.float64, requires_grad=True)
            y = function(x)
            y.backward()
            assert found["value"] == pytest.approx(y.item(), abs=1e-6), name
            assert found["slope"] == pytest.approx(x.grad.item(), abs=1e-6), name
    assert max(found["after"]) <= 1 and min(found["after"]) >= 0  # shares
    expect(page.get_by_text("The other three scores stay at 0")).to_be_visible()
    page.get_by_label("Activation", exact=True).select_option("ReLU")
    found = page.evaluate(STATE)
    assert found["after"] == [max(value, 0) for value in found["before"]] and min(found["before"]) < 0
    page.get_by_role("button", name="Next: Flatten").click()
    expect(page.get_by_text("Together 406,820 parameters")).to_be_visible()
    type_number(page, "Kernel size", "5")
    expect(page.get_by_role("row", name="Flatten 5,408 0")).to_be_visible()
    type_number(page, "Picture: pixels a side", "16")
    type_number(page, "Kernel size", "7")
    expect(page.get_by_text("become smaller than the kernel")).to_be_visible()  # once, and no toast
    type_number(page, "Kernel size", "3")
    expect(page.get_by_text("become smaller than the kernel")).to_have_count(0)
    page.get_by_label("Two classes").check()
    expect(page.get_by_text("means a probability of 0.731")).to_be_visible()
    expect(page.get_by_label("number input for Classes")).not_to_be_visible()


def test_ones_own_picture_and_none(open_page, tmp_path):
    page = open_page(step="padding")
    expect(page.get_by_text("48x32 → 48x32.")).to_be_visible()
    upload = page.locator("#learn-picture input[type=file]")
    upload.set_input_files(EXAMPLES / "flower_meadow.png")
    expect(page.get_by_text("48x34 → 48x34.")).to_be_visible()
    settle(page)
    page.reload()
    expect(page.get_by_text("48x34 → 48x34.")).to_be_visible()
    page.locator("#learn-picture").get_by_label("Clear").or_(page.get_by_label("Remove Image")).first.click()
    expect(page.get_by_text("Choose a picture, or take one of ours.")).to_be_visible()
    expect(heading(page, "Padding")).not_to_be_visible()
    (tmp_path / "no.png").write_text("no picture")
    page.locator("#learn-picture input[type=file]").set_input_files(tmp_path / "no.png")
    expect(page.get_by_text("is not a picture that Steg can read")).to_be_visible()
    page.locator("#learn-picture input[type=file]").set_input_files(EXAMPLES / "tulips.png")
    expect(page.get_by_text("48x48 → 48x48.")).to_be_visible()


PHONE, PROJECTOR = {"width": 400, "height": 800}, {"width": 1280, "height": 720}
SAY_WHEN_COMPUTED = {  # the other steps are one component, which says by itself that it has computed
    "flatten": "parameters, 99% of them",
    "classifier": "16 filters",
    "autoencoder": "1 in 24",
    "hiding": "begins with random weights",
}


def computed(page: Page, step: str) -> None:
    if step in SAY_WHEN_COMPUTED:
        expect(page.get_by_text(SAY_WHEN_COMPUTED[step])).to_be_visible()
    else:
        page.wait_for_function(f"({STATE})")


def tallest(page: Page, step: str) -> None:
    """Moves the controls to where a step needs most room."""
    if step == "convolution":
        page.get_by_label("Kernel", exact=True).select_option("Edges, 5x5")
        page.get_by_label("Looks at").select_option("colour")
    elif step == "padding":
        page.get_by_label("Padding", exact=True).select_option("same")
        for name in ("Kernel, a blur", "Layers"):
            page.get_by_role("slider", name=name).press("End")
    elif step == "pooling":
        page.get_by_role("slider", name="Window").press("End")
    elif step == "flatten":
        page.get_by_role("slider", name="Classes").press("End")
        expect(page.get_by_text("class 10")).to_be_visible()


def test_every_step_fits_a_projector_and_a_phone(open_page):
    page = open_page(400, "dark", learn.SLUGS[0])
    for step in learn.STEPS:
        page.get_by_label(step.TITLE).check()
        expect(heading(page, step.TITLE)).to_be_visible()
        computed(page, step.SLUG)
        page.set_viewport_size(PROJECTOR)
        page.wait_for_function(FITS, arg=True)
        tallest(page, step.SLUG)
        page.wait_for_function(FITS, arg=False)
        page.set_viewport_size(PHONE)
        page.wait_for_function(NARROW)
        assert violations(page) == [], step.TITLE
        page.emulate_media(color_scheme="light")
        expect(page.locator("body.dark")).to_have_count(0)
        assert violations(page, "color-contrast") == [], step.TITLE
        page.emulate_media(color_scheme="dark")
    assert page.foreign == [] and page.failures == []
