"""Steg hides a full-size colour photograph inside another one, and gets it back.

import steg
method = steg.load()
method.hide("cover.jpg", "secret.jpg").save("stego.png")
method.reveal("stego.png").image.save("secret.png")
"""

from steg.errors import StegError
from steg.methods import load
from steg.methods.base import Method, Revealed, Status

__all__ = ["Method", "Revealed", "Status", "StegError", "__version__", "load"]
__version__ = "0.9.0"
