"""Descriptions of a component's controls, which `controls.html` lays out and `common.js` reads.

The name of each is also that of its value in the address.
"""

from typing import Any


def choice(name: str, label: str, options: dict[str, str], value: str) -> dict[str, Any]:
    """A list to choose from; `options` maps values to what is read."""
    return {"name": name, "label": label, "options": list(options.items()), "value": value}


def range_(name: str, label: str, low: float, high: float, value: float, step: float = 1) -> dict[str, Any]:
    """A slider."""
    return {"name": name, "label": label, "min": low, "max": high, "step": step, "value": value}


def switch(name: str, label: str) -> dict[str, Any]:
    """A box that is not ticked at first."""
    return {"name": name, "label": label, "value": False}
