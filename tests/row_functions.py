"""Functions of rows for the tests of processes, which have to be importable there."""

import os
import signal
import time
from pathlib import Path


def killed_at_two(row: dict) -> dict:
    """Is killed where the row's number is two."""
    if row["number"] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return row | {"status": "done"}


def pauses_at_one(row: dict) -> dict:
    """Row 1 waits for ever, and removes its file when it is ended; row 0 is done once row 1 waits."""
    if row["number"] == 0:
        while not Path(row["part"]).exists():
            time.sleep(0.01)
        return row
    Path(row["part"]).touch()
    try:
        signal.pause()
    finally:
        Path(row["part"]).unlink()
