"""The folder of uploads and results: one for each server, named at random, removed with all that is in it."""

import hashlib
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import gradio as gr
from filelock import FileLock, Timeout
from gradio import processing_utils, route_utils
from gradio.utils import get_upload_folder

PREFIX, LOCK = "steg-uploads-", ".lock"


@contextmanager
def folder() -> Iterator[Path]:
    """A new folder for Gradio's temporary files, removed at the end, whatever ends the process but SIGKILL.

    A lock in it tells those of running servers from what a killed one left, which is removed first.
    """
    remove_abandoned()
    path = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = FileLock(path / LOCK)
    try:
        with lock:
            os.environ["GRADIO_TEMP_DIR"] = str(path)
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def remove_abandoned() -> None:
    """Removes the folders of servers of this user that were killed: nobody holds their locks."""
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):  # it is in use, not ours, or somebody else just removed it
            if path.is_symlink() or not (path / LOCK).is_file() or path.stat().st_uid != _user():
                continue
            with FileLock(path / LOCK, timeout=0):
                shutil.rmtree(path)


def remove_old(page: gr.Blocks, age: float) -> None:
    """Removes the files of this page that are older than `age` seconds, also those that nobody asks for.

    Gradio knows only the files of requests that came to an end.
    """
    route_utils.delete_files_created_by_app(page, int(age))
    kept = set().union(*(getattr(block, "keep_in_cache", ()) for block in page.blocks.values()))
    oldest = time.time() - age
    for path in Path(get_upload_folder()).rglob("*"):
        with suppress(OSError):  # a folder that is not empty; a file that has just gone
            if path.name == LOCK or str(path) in kept or path.lstat().st_ctime > oldest:
                continue
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def keep_apart() -> None:
    """Has Gradio keep each upload in a folder of its own with a random name, and nothing of one that failed.

    Gradio names the folder by a hash of the content, so that anybody who has a picture could ask for it by
    its address; and what came of an upload that broke off, or that the disk had no room for, stays for ever.
    """
    processing_utils.hash_seed = secrets.token_bytes(32)
    route_utils.GradioUploadFile = _Upload  # type: ignore[misc]
    route_utils.GradioMultiPartParser = _Parser  # type: ignore[misc]


class _Upload(route_utils.GradioUploadFile):
    def __init__(self, *arguments, **options) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*arguments, **options)
        self.sha = hashlib.sha256(secrets.token_bytes(32))


class _Parser(route_utils.GradioMultiPartParser):
    async def parse(self):  # type: ignore[no-untyped-def]
        try:
            return await super().parse()
        except BaseException:  # also when the task is cancelled, as the visitor left
            for file in self._files_to_close_on_error:
                with suppress(OSError):
                    file.close()
                Path(file.name).unlink(missing_ok=True)
            raise


def _user() -> int:
    return os.getuid() if hasattr(os, "getuid") else 0  # Windows has no users here, and st_uid is 0
