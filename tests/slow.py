"""Handlers that take long or fail, for tests of what ends them; other processes can import them from here."""

import os
import time
from pathlib import Path

import gradio as gr

from steg.ui.processes import apart_and_wait


def wait(pid_file: str, seconds: float, progress: gr.Progress = gr.Progress()) -> str:
    """Leaves the number of its process in a file, and waits."""
    Path(pid_file).write_text(str(os.getpid()))
    for number in range(round(10 * seconds)):
        progress(number / (10 * seconds), "Waiting")
        time.sleep(0.1)
    return "done"


def wait_for_another(pid_file: str, seconds: float) -> str:
    """Has another process wait."""
    return apart_and_wait(wait, pid_file, seconds)


def fail(pid_file: str, seconds: float) -> str:
    """Fails with a message that names a file."""
    raise RuntimeError(f"no good: {pid_file}")


def count(pid_file: str, seconds: float):
    """Yields twice."""
    yield "one"
    yield f"two, in {'another' if os.getpid() != int(Path(pid_file).read_text()) else 'the same'} process"
