"""Steg hides a full-size colour photograph, a text or a file inside a photograph, and gets it back.

import steg
steg.hide("cover.jpg", "secret.jpg").save("stego.png")
steg.reveal("stego.png").image.save("secret.png")
"""

import os

if not os.environ.keys() & {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"}:
    # Read when torch is imported. Else threads of OpenMP spin where they wait for each other: beside another
    # process that wants a core, the networks take several times as long.
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

from steg.api import hide, reveal
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
    "load",
    "reveal",
]
__version__ = "0.9.0"
