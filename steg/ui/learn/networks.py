"""The networks of the steps, each loaded when it is first needed and then kept."""

from functools import cache
from pathlib import Path

from steg import methods, trained
from steg.methods.base import Method

SECRET = Path(__file__).parents[3] / "examples" / "coffee.jpg"  # what the steps hide
_ANY = "none of the visitor's"  # sealing needs a passphrase, and what is sealed here is never opened


@cache
def network(name: str):
    """One of `steg.trained.TRAINED`.

    Raises:
        StegError: if its weights cannot be had.
    """
    return trained.load(name)


@cache
def method(name: str) -> Method:
    """One of `steg.methods.METHODS`.

    Raises:
        StegError: if its weights cannot be had.
    """
    return methods.load(name, passphrase=_ANY if name == methods.Sealed.name else None)
