"""Steg hides a full-size colour photograph, a text or a file inside a photograph, and gets it back.

import steg
steg.hide("cover.jpg", "secret.jpg").save("stego.png")
steg.reveal("stego.png").image.save("secret.png")
"""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

if not os.environ.keys() & {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}:
    # Read when torch is imported. Else threads of OpenMP spin where they wait for each other: beside another
    # process that wants a core, the networks take several times as long.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
# Read by OpenJPEG, which codes blocks of JPEG 2000 in so many threads; the bytes do not depend on it.
os.environ.setdefault("OPJ_NUM_THREADS", str(min(4, os.cpu_count() or 1)))

if TYPE_CHECKING:
    from steg.api import hide, hide_for, reveal
    from steg.errors import StegError
    from steg.methods import load
    from steg.methods.base import Method, Revealed, Status
    from steg.payload.files import File, Text

__all__ = [
    "File",
    "Method",
    "Revealed",
    "Status",
    "StegError",
    "Text",
    "__version__",
    "hide",
    "hide_for",
    "load",
    "reveal",
]
__version__ = "0.9.0"

_MODULES = {  # of what is public
    "hide": "steg.api",
    "hide_for": "steg.api",
    "reveal": "steg.api",
    "StegError": "steg.errors",
    "load": "steg.methods",
    "Method": "steg.methods.base",
    "Revealed": "steg.methods.base",
    "Status": "steg.methods.base",
    "File": "steg.payload.files",
    "Text": "steg.payload.files",
}


def __getattr__(name: str) -> Any:
    """Imports what is public when it is first asked for (PEP 562), as torch takes seconds."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_MODULES[name]), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
