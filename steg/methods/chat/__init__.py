"""The robust method, for pictures that a chat or a web page re-compresses."""

from steg.methods.chat.method import Robust

__all__ = ["Robust"]
