"""Settings that event listeners share, and what a part of the page gives to the tab around it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gradio.components import Component

PRIVATE: dict[str, Any] = {"api_visibility": "private"}
AT_ONCE = PRIVATE | {"queue": False}  # for what takes no time and should not wait behind a network
# for the first step after a button, as Gradio may not know yet that an earlier run was stopped
AGAIN: dict[str, Any] = {"trigger_mode": "multiple"}
LATEST = PRIVATE | {"trigger_mode": "always_last"}  # for sliders: of several moves the last one counts
# for what uses a network, which takes every core it gets
NETWORK: dict[str, Any] = {"concurrency_id": "network", "concurrency_limit": 1}


class Handler(NamedTuple):
    """A function, the components that give its arguments, and those that show what it returns."""

    function: Callable
    inputs: Sequence[Component]
    outputs: Sequence[Component]
