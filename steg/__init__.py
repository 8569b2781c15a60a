"""Steg hides a full-size colour photograph inside another one, and gets it back.

import steg
steg.hide("cover.jpg", "secret.jpg").save("stego.png")
steg.reveal("stego.png").image.save("secret.png")
"""

from steg.api import hide, reveal
from steg.errors import StegError
from steg.methods import load
from steg.methods.base import Method, Revealed, Status

__all__ = ["Method", "Revealed", "Status", "StegError", "__version__", "hide", "load", "reveal"]
__version__ = "0.9.0"
