"""Where the page computes: on a GPU if there is one, which a Space on ZeroGPU lends for each call."""

from collections.abc import Callable
from typing import TypeVar

import torch

Function = TypeVar("Function", bound=Callable)

try:
    import spaces

    on_gpu = spaces.GPU
    LENT = True
except ImportError:
    LENT = False

    def on_gpu(function: Function) -> Function:
        """Elsewhere than on a Space nothing has to be borrowed."""
        return function


def device() -> str:
    """The device to load the network on."""
    return "cuda" if torch.cuda.is_available() else "cpu"
