"""The methods of the page, each loaded when it is first wanted and then kept."""

from collections.abc import Callable

from steg.methods import NETWORKS, Sealed, load
from steg.methods.base import Method

Loader = Callable[..., Method]  # (name, passphrase=None) -> the method

LABELS = {  # what visitors choose from
    "Predictive network (the default: best pictures)": "predictive",
    "Robust network (for chats and web pages: the secret outlives JPEG)": "robust",
    "Invertible network (the first of ours)": "invertible",
    "Prep-hide-reveal network (how it began, 2017)": "prep-hide-reveal",
    "LSB (the classroom classic, no network)": "lsb",
    "Sealed with a passphrase (no network; lost if one pixel changes)": "sealed",
}


def loader(default: Method) -> Loader:
    """A function that gives methods by name; networks compute where the default's does.

    It raises `StegError` where `steg.methods.load` does.
    """
    kept = {default.name: default}

    def get(name: str, passphrase: str | None = None) -> Method:
        if passphrase or name == Sealed.name:  # `load` refuses a passphrase for any other method
            return load(name, passphrase=passphrase)
        if name not in kept:
            device = str(default.device) if default.name in NETWORKS else "cpu"
            kept[name] = load(name, device=device)
        return kept[name]

    return get
