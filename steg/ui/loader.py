"""The methods and networks of the page, each loaded when it is first needed and then kept for all tabs."""

from functools import cache

from torch import nn

from steg import methods
from steg.methods.base import Method
from steg.ui.gpu import device
from steg.weights import load_network

LABELS = {  # what visitors choose from
    "Predictive network (the default: best pictures)": "predictive",
    "File: codec and trellis code (no network)": "file",
    "Robust network (for chats and web pages: the secret outlives JPEG)": "robust",
    "Invertible network (the first of ours)": "invertible",
    "Prep-hide-reveal network (how it began, 2017)": "prep-hide-reveal",
    "LSB (the classroom classic, no network)": "lsb",
    "Sealed with a passphrase (no network; lost if one pixel changes)": "sealed",
}
PUBLIC_PASSPHRASE = "compare"  # seals secrets that need no protection


def method(name: str = methods.DEFAULT, passphrase: str | None = None) -> Method:
    """Returns a method; with a passphrase always a new one, so that no passphrase is kept.

    Args:
        name: one of `steg.methods.METHODS`.
        passphrase: for the method sealed, which alone takes one.

    Raises:
        StegError: if there is no such method, its weights cannot be had, or it lacks a passphrase or does not
            take one.
    """
    if passphrase or name == methods.Sealed.name:
        return methods.load(name, passphrase=passphrase)
    return _kept(name)


def demonstration_method(name: str) -> Method:
    """As `method`, for secrets that need no protection: sealed gets a passphrase that is no secret."""
    return method(name, PUBLIC_PASSPHRASE if name == methods.Sealed.name else None)


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
