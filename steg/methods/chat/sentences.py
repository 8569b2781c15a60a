"""What is said of a secret for a chat: before hiding, and when it was revealed."""

from steg.embedding import watermark
from steg.images.resizing import returned_size

NO_WATERMARK = (
    f"A picture with a side below {watermark.SQUARE} pixels has no room for the mark by which it is found "
    "again: after re-compression, say that the method is robust to reveal it."
)
TOO_SMALL = (
    "The cover is too small for anything in it to outlive JPEG: send the picture as a file, or take a larger "
    "cover."
)
WILL_BE_WHOLE = (
    "A text or a file comes back whole or not at all. It outlives JPEG of quality 75; a short text without a "
    "passphrase outlives far more, such as half the size with JPEG of quality 90."
)
# How good a secret is, by the share of its layers that were received; said before what happened to it
QUALITY = (
    (1.0, "Found, in full detail."),
    (0.5, "Found, with most of its detail: {received} of {sent} layers arrived."),
    (0.0, "Found, without fine detail: {received} of {sent} layers arrived."),
)
CHANGED_SINCE = "Pixels were changed since, by a JPEG file, a chat or a web page perhaps."


def quality(received: int, sent: int) -> str:
    """A sentence on how good a secret is of which so many layers were sent and received."""
    words = next(words for share, words in QUALITY if received >= share * sent)
    return words.format(received=received, sent=sent)


def describe_secret(sent: tuple[int, int], secret: tuple[int, int], growth: int) -> str:
    """How a secret will come back.

    Args:
        sent: (width, height) of the stego picture.
        secret: likewise.
        growth: by how many pixels the longest side of the cover can grow before it is made smaller.
    """
    back = returned_size(sent, secret)
    where = "in its own size" if back == secret else f"at {back[0]}x{back[1]} pixels"
    words = f"The secret will come back {where}, softer, the more the picture is changed on the way."
    if back != secret and growth > 0:
        words += f" A larger cover, of up to {max(sent) + growth} pixels a side, keeps more of its detail."
    return words
