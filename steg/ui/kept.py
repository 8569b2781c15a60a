"""Values that the server keeps beyond a reload of the page, which has a token for them.

`gr.State` is of a session, and each loading of the page begins another one.
"""

import secrets
import time
from typing import Any

from steg.ui.pictures import KEEP_FOR

MOST = 16  # values, of up to 20 MB each; the oldest give way

_kept: dict[str, tuple[float, Any]] = {}


def remember(value: Any, token: str | None = None) -> str:
    """Keeps a value for `KEEP_FOR` seconds, in place of that of the token, if there is one.

    Returns:
        Its token, which nobody can guess.
    """
    oldest = time.monotonic() - KEEP_FOR
    _kept.pop(token or "", None)
    for each in [each for each, (since, _) in _kept.items() if since < oldest] + list(_kept)[: 1 - MOST]:
        _kept.pop(each, None)
    fresh = secrets.token_hex(16)
    _kept[fresh] = time.monotonic(), value
    return fresh


def recall(token: str | None) -> Any:
    """The value of a token; None where it is kept no longer."""
    since, value = _kept.get(token or "", (-KEEP_FOR, None))
    return value if time.monotonic() < since + KEEP_FOR else None
