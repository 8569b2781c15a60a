"""The methods and networks of the page, each loaded when it is first needed and then kept for all tabs."""

from functools import cache

from torch import nn

from steg import methods
from steg.errors import StegError
from steg.methods.base import Method
from steg.ui.gpu import device
from steg.weights import load_network

LABELS = {  # what visitors choose from
    "File: codec and trellis code (the default: best pictures)": "file",
    "Predictive network (the best of our networks)": "predictive",
    "Robust network (for chats and web pages: the secret outlives JPEG)": "robust",
    "Invertible network (the first of ours)": "invertible",
    "Prep-hide-reveal network (how it began, 2017)": "prep-hide-reveal",
    "LSB (the classroom classic, no network)": "lsb",
}


def method(name: str = methods.DEFAULT, passphrase: str | None = None) -> Method:
    """Returns a method; with a passphrase always a new one, so that no passphrase is kept.

    Args:
        name: one of `steg.methods.METHODS`.
        passphrase: for one of `steg.methods.LOCKABLE`.

    Raises:
        StegError: if there is no such method, its weights cannot be had, or it lacks a passphrase or does not
            take one.
    """
    if not isinstance(name, str):  # over the API it may be anything
        raise StegError(f"There is no method {name!r}; choose one of: {', '.join(methods.OFFERED)}.")
    if passphrase or name == methods.Sealed.name:
        return methods.load(name, passphrase=passphrase)
    return _kept(name)


@cache
def network(name: str) -> nn.Module:
    """Returns one of `steg.weights.NETWORKS`, on the CPU.

    Raises:
        StegError: if there is no such network, or its weights cannot be had.
    """
    return load_network(name)


@cache
def _kept(name: str) -> Method:
    return methods.load(name, device=device())
