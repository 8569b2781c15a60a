"""axe-core's verdict on what a page shows: https://github.com/dequelabs/axe-core."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TWO_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def violations(page: Page, *rules: str) -> list[str]:
    """Serious and critical violations, and headings out of order; of these rules, or of all."""
    page.add_style_tag(content="* { transition: none !important }")  # or colours are half-way
    page.evaluate(TWO_FRAMES)  # what the page does when its size changes
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:200]}"
        for violation in found
        if violation["impact"] in ("serious", "critical") or violation["id"] == "heading-order"
        for node in violation["nodes"]
    ]
