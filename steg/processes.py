"""A function of rows mapped in several processes, which may be interrupted or killed."""

import os
import signal
import sys
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context

import torch

from steg.batch import FAILED, Row

KILLED = "The process that worked on it was killed, for want of memory perhaps."


def run(
    function: Callable[[Row], Row], rows: list[Row], processes: int | None = None
) -> Generator[Row, None, None]:
    """Maps rows in several processes, each of one thread.

    Where a process is killed, as for want of memory, half as many go on; the row on which one alone is killed
    has failed.

    Args:
        function: `steg.batch.hide` or `steg.batch.reveal`, with its settings (`functools.partial`).
        rows: what it takes.
        processes: how many; None for one for each core.

    Yields:
        What it returns, in the order in which it is done.
    """
    processes = max(1, min(processes or _cores(), len(rows)))
    while rows:
        done = yield from _run_once(function, rows, processes)
        rows = [row for number, row in enumerate(rows) if number not in done]
        if rows and processes == 1:
            yield rows.pop(0) | {"status": FAILED, "message": KILLED}
        processes = max(1, processes // 2)


def _run_once(
    function: Callable[[Row], Row], rows: list[Row], processes: int
) -> Generator[Row, None, set[int]]:
    """Yields results until all are done or a process is killed; returns the numbers of those rows."""
    before, done = set(active_children()), set()
    context = get_context("spawn")  # torch's threads do not survive a fork
    pool = ProcessPoolExecutor(processes, context, _start)
    try:
        numbers = {pool.submit(_work, function, row): number for number, row in enumerate(rows)}
        for future in as_completed(numbers):
            try:
                result = future.result()
            except BrokenProcessPool:
                continue
            done.add(numbers[future])
            yield result
    except BaseException:  # also where whoever takes the results is interrupted
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - before:
            process.terminate()
        raise
    pool.shutdown()
    return done


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _start() -> None:
    """Prepares a process: Ctrl-C is for the one that started it, and SIGTERM ends it like an exception."""
    torch.set_num_threads(1)
    os.environ["OPJ_NUM_THREADS"] = "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def _work(function: Callable[[Row], Row], row: Row) -> Row:
    try:
        return function(row)
    except SystemExit as end:  # the pool would go on with the next row
        os._exit(int(end.code or 0))
