"""Files of the Hugging Face Hub at a pinned commit: cached, or downloaded within a time limit.

The client of the Hub limits neither the resolution of names nor the sum of its attempts, of which it makes up
to twelve; so it works in a thread that is not waited for any longer than the limit.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

PATIENCE = 4.0  # seconds until the Hub has answered
SLOWEST = 100_000  # bytes/s: a download may take `PATIENCE` and its size divided by this
Result = TypeVar("Result")


def fetch(repo: str, file: str, revision: str, **options: Any) -> Path:
    """The path of a file of the Hub on this machine; without a request where it is cached.

    Args:
        repo: owner/name.
        file: its name in the repository.
        revision: the commit, 40 hex digits.
        **options: passed to `huggingface_hub.hf_hub_download`, as `endpoint` or `cache_dir`.

    Raises:
        TimeoutError: if the Hub does not answer, or answers too slowly.
        Exception: HTTP, network, disk and cache errors, which have no common base.
    """
    import huggingface_hub  # slow to import, and not needed with bundled weights

    cached = huggingface_hub.try_to_load_from_cache(repo, file, options.get("cache_dir"), revision)
    if isinstance(cached, str):  # `hf_hub_download` would tell the Hub of itself first
        return Path(cached)
    endpoint = options.get("endpoint")
    url = huggingface_hub.hf_hub_url(repo, file, revision=revision, endpoint=endpoint)
    client_log = logging.getLogger("huggingface_hub")
    level = client_log.level
    client_log.setLevel(logging.ERROR)  # it warns of each attempt that fails
    try:
        # asks once, whereas a download would ask again and again
        found = _within(
            PATIENCE,
            lambda: huggingface_hub.get_hf_file_metadata(
                url, timeout=PATIENCE, endpoint=endpoint, token=options.get("token")
            ),
        )
        path = _within(
            PATIENCE + (found.size or 0) / SLOWEST,
            lambda: huggingface_hub.hf_hub_download(repo, file, revision=revision, **options),
        )
    finally:
        client_log.setLevel(level)
    return Path(path)


def _within(seconds: float, call: Callable[[], Result]) -> Result:
    """What `call` returns or raises; TimeoutError if that takes longer, and its thread is left to itself."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()  # the interpreter does not wait for it at its exit
    return future.result(seconds)
