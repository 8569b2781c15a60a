"""Each run of what computes for long, in a process of its own: it can be stopped, and gives its memory back.

A process is ended when its visitor presses Stop or leaves, when it exceeds its time, and with the server.
"""

import asyncio
import functools
import inspect
import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import LocalContext
from gradio.utils import get_upload_folder

from steg.ui import gpu
from steg.ui.runs import STOPPED

TIME_LIMIT = float(os.environ.get("STEG_MAX_SECONDS", 600))
LOOK_EVERY = 0.5  # seconds, at whether the visitor is still there
TOO_LONG = "This took longer than {:g} seconds and was ended: try smaller pictures."
ENDED = "The work was ended by the system, most likely for want of memory: try smaller pictures."
FAILED = "Something went wrong in Steg, and not through your doing; the server's log tells what."

# Forked, within milliseconds, from a process that has all modules loaded and never ran a network: threads and
# locks of the server do not come along. Windows knows only new processes, which take seconds to start.
_fork_server = "forkserver" in multiprocessing.get_all_start_methods()
_context: Any = multiprocessing.get_context("forkserver" if _fork_server else "spawn")
_reports: Connection | None = None  # to the server, in a process that computes for it


@contextmanager
def running() -> Iterator[None]:
    """Loads in the background what processes are forked from; at the end no process is left."""
    if _fork_server:
        from multiprocessing import forkserver

        root = str(Path(__file__).parents[2])  # Python's older fork servers do not look in sys.path
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        forkserver.set_forkserver_preload(["steg.ui"])
        forkserver.ensure_running()
    try:
        yield
    finally:
        for process in multiprocessing.active_children():
            process.kill()
            process.join()


def apart(function: Callable, quiet: bool = False) -> Callable:
    """A handler that runs `function` in a process of its own; on a Space that lends GPUs, `function` itself.

    Args:
        function: of a module, not a closure; or a generator. Its arguments and results are pickled. It raises
            `gr.Error` with a sentence; a `gr.Progress` among its arguments works as usual.
        quiet: its errors are shown by `steg.ui.runs` alone, where they stay, not in a corner for seconds.
    """
    if gpu.LENT:
        return function
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        async def generate(*arguments: Any) -> AsyncIterator[Any]:
            async with aclosing(_results(function, arguments, quiet)) as results:
                async for result in results:
                    yield result

        return generate

    @functools.wraps(function)
    async def handle(*arguments: Any) -> Any:
        async with aclosing(_results(function, arguments, quiet)) as results:
            return await anext(results)

    return handle


def apart_and_wait(function: Callable, *arguments: Any) -> Any:
    """What the function returns `apart`, for a handler that is no coroutine and waits in its thread."""
    result = apart(function)(*arguments)
    return asyncio.run(result) if inspect.iscoroutine(result) else result


async def _results(function: Callable, arguments: tuple, quiet: bool) -> AsyncGenerator[Any, None]:
    """What the function returns or yields in a process of its own, which ends with this generator."""
    bars = [argument for argument in arguments if isinstance(argument, gr.Progress)]
    plain = [_Progress() if isinstance(argument, gr.Progress) else argument for argument in arguments]
    here, there = _context.Pipe(duplex=False)
    process = _context.Process(target=_work, args=(there, get_upload_folder(), function, plain), daemon=True)
    deadline = time.monotonic() + TIME_LIMIT
    process.start()
    there.close()
    try:
        while True:
            if time.monotonic() > deadline:
                raise gr.Error(TOO_LONG.format(TIME_LIMIT), print_exception=False, visible=not quiet)
            if _has_left():
                raise gr.Error(STOPPED, print_exception=False, visible=not quiet)
            if not await asyncio.to_thread(here.poll, LOOK_EVERY):
                continue
            try:
                kind, value = await asyncio.to_thread(here.recv)
            except EOFError:
                raise gr.Error(ENDED, print_exception=False, visible=not quiet) from None
            if kind == "progress":
                for bar in bars:
                    bar(*value)
            elif kind == "report":
                function_here, about = value
                function_here(about)
            elif kind == "result":
                yield value
            elif kind == "sentence":
                raise gr.Error(value, print_exception=False, visible=not quiet)
            elif kind == "failure":
                print(value, flush=True)
                raise gr.Error(FAILED, print_exception=False, visible=not quiet)
            else:
                return
    finally:
        process.kill()
        here.close()


def report(function: Callable, value: Any) -> None:
    """Calls the function with this value in the server, from whichever process."""
    _reports.send(("report", (function, value))) if _reports else function(value)


class _Progress:
    """Stands for the bar on the page in the other process."""

    connection: Connection

    def __call__(self, share: float, desc: str | None = None) -> None:
        self.connection.send(("progress", (share, desc)))


def _work(connection: Connection, folder: str, function: Callable, arguments: list) -> None:
    """Runs the function and sends what comes of it."""
    global _reports
    _reports = connection
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of Ctrl-C in a terminal the server takes care
    threading.Thread(target=_end_with_server, daemon=True).start()
    os.environ["GRADIO_TEMP_DIR"] = folder
    for argument in arguments:
        if isinstance(argument, _Progress):
            argument.connection = connection
    try:
        result = function(*arguments)
        for each in result if inspect.isgenerator(result) else [result]:
            connection.send(("result", each))
        connection.send(("end", None))
    except gr.Error as error:
        connection.send(("sentence", error.message))
    except Exception as error:
        frames = "".join(traceback.format_tb(error.__traceback__))  # its words may name a visitor's file
        connection.send(("failure", f"{frames}{type(error).__name__}"))


def _end_with_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(1)


def _has_left() -> bool:
    """Whether the visitor whose request is being answered has closed the connection."""
    page, event_id = LocalContext.blocks.get(None), LocalContext.event_id.get(None)
    event = page._queue.event_ids_to_events.get(event_id) if page and event_id else None
    return event is not None and not event.alive
