"""Numbers as they are written on the page."""


def number(value: float) -> str:
    """A number as short as it can be read: whole if it is, else with two digits after the point."""
    text = f"{value:,.0f}" if abs(value - round(value)) < 5e-3 else f"{value:,.2f}"
    return "0" if text == "-0" else text.replace("-", "−")
