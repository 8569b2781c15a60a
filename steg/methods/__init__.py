"""The methods behind the one interface, and `load`, which gives one by its name."""

import numpy as np
import torch

from steg import header
from steg import weights as _weights
from steg.errors import StegError
from steg.image import Source, read_stego
from steg.methods.base import Method
from steg.methods.invertible import Invertible
from steg.methods.predictive import Predictive

METHODS = {method.name: method for method in (Predictive, Invertible)}
DEFAULT = Predictive.name


def recognise(stego: Source) -> str:
    """Name of the method that made a picture, by its header; the default's where there is none.

    Raises:
        StegError: if the picture cannot be read.
    """
    found = header.read(np.asarray(read_stego(stego)))
    numbers = {method.number: name for name, method in METHODS.items()}
    return numbers.get(found[0].method, DEFAULT) if found else DEFAULT


def load(name: str | None = None, *, weights: str | None = None, device: str = "cpu") -> Method:
    """Returns a method, ready to hide and reveal.

    Args:
        name: one of `METHODS`; None for the default, the predictive network.
        weights: path of a safetensors file with its card beside it; None for the published weights, taken
            from the bundled folder, else from the Hugging Face cache, else from the Hugging Face Hub.
        device: where to compute: "cpu", "cuda", "cuda:1", "mps".

    Raises:
        StegError: if there is no such method or device, or its weights cannot be had or are the wrong ones.
    """
    name = name or DEFAULT
    if name not in METHODS:
        raise StegError(f"There is no method {name!r}; choose one of: {', '.join(METHODS)}.")
    try:
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise StegError(f"The device {device!r} is not available here; use 'cpu'.") from error
    return METHODS[name](_weights.load(name, weights), device)
