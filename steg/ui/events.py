"""Settings that event listeners share, and what a part of the page gives to the tab around it."""

from collections.abc import Callable
from typing import NamedTuple

from gradio.components import Component

PRIVATE = {"api_visibility": "private"}
AT_ONCE = PRIVATE | {"queue": False}  # for what takes no time and should not wait behind a network
LATEST = PRIVATE | {"trigger_mode": "always_last"}  # for sliders: of several moves the last one counts
NETWORK = {"concurrency_id": "network", "concurrency_limit": 1}  # a network uses every core it gets


class Handler(NamedTuple):
    """A function, the components that give its arguments, and those that show what it returns."""

    function: Callable
    inputs: list[Component]
    outputs: list[Component]
