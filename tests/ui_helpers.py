"""What tests of the running server share."""

import time
from collections.abc import Callable


def eventually(condition: Callable[[], object]) -> bool:
    """Whether it holds within 20 seconds."""
    for _ in range(200):
        if condition():
            return True
        time.sleep(0.1)
    return False
