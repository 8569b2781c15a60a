"""What tests of the running server share."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

SLOW = 180  # seconds; a busy machine takes its time, and only what fails waits so long


def eventually(condition: Callable[[], object]) -> bool:
    """Whether it holds before long."""
    for _ in range(10 * SLOW):
        if condition():
            return True
        time.sleep(0.1)
    return False


def run_in_a_thread(coroutine: Coroutine) -> Any:
    """What a coroutine returns; Playwright leaves an event loop in the thread of the tests."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
