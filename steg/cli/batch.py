"""The option --batch of `hide` and `reveal`: all files of a folder, and a table of what became of each."""

import argparse
import csv
import io
import os
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from tqdm import tqdm

from steg import batch, delivery, methods, processes
from steg.cli.common import PASSPHRASE, load, passphrase_of, report
from steg.cli.streams import STANDARD, say
from steg.errors import StegError
from steg.images.writing import check_output, save_bytes
from steg.methods.base import check_strength


def hide_batch(options: argparse.Namespace) -> bool:
    """Hides the files of one folder in the pictures of another; returns whether all were hidden."""
    if options.secret is None or STANDARD in (options.cover, options.secret):
        raise StegError("--batch takes two folders: the covers and the secrets.")
    if options.text is not None:
        raise StegError("--batch hides the files of a folder; leave --text out.")
    check_strength(options.strength)
    suffix = delivery.profile_of(options.app).suffix
    rows = batch.pairs(options.cover, options.secret, options.output, suffix)
    passphrase = passphrase_of(options, needed=options.lock, twice=True)
    load(options.method, options, passphrase)  # what is missing is reported once, not of each file
    settings = {"strength": options.strength, "as_file": options.as_file, "check": not options.no_check}
    settings["app"] = options.app
    return _run(partial(batch.hide, **settings), rows, batch.HIDE_COLUMNS, passphrase, options)


def reveal_batch(options: argparse.Namespace) -> bool:
    """Reveals from all pictures of a folder; returns whether something was found in each."""
    if options.output is None:
        raise StegError("--batch needs a folder for the secrets: add -o FOLDER.")
    rows = batch.stego_pictures(options.stego, options.output)
    methods.load(device=options.device)
    passphrase = options.passphrase or os.environ.get(PASSPHRASE)
    return _run(batch.reveal, rows, batch.REVEAL_COLUMNS, passphrase, options)


def _run(
    function: Callable[..., batch.Row],
    rows: list[batch.Row],
    columns: tuple[str, ...],
    passphrase: str | None,
    options: argparse.Namespace,
) -> bool:
    """Maps the rows, writes the table, and prints how many were done."""
    table = _prepared(options.output)
    before, results = _read(table, columns), {}
    settings = {
        name: getattr(options, name) for name in ("method", "device", "weights", "force", "max_megapixels")
    }
    work = partial(function, passphrase=passphrase, **settings)
    silent = options.json or None
    try:
        with (
            closing(processes.run(work, rows, options.processes)) as mapped,
            tqdm(total=len(rows), unit="file", leave=False, disable=silent) as bar,
        ):
            for row in mapped:
                name = row[columns[0]]
                results[name] = row
                if row["status"] == batch.FAILED:
                    bar.clear()
                    say(f"steg: {name}: {row['message']}", sys.stderr)
                bar.update()
    finally:
        done_before = {
            name for name, row in results.items() if row["status"] == batch.SKIPPED
        } & before.keys()
        new = {name: row for name, row in results.items() if name not in done_before}
        save_bytes(_csv(before | new, columns), table)
    counts = Counter(row["status"] for row in results.values())
    report({"output": str(options.output), "table": str(table), **counts}, options)
    return batch.FAILED not in counts


def _prepared(folder: Path | str) -> Path:
    """Makes the folder of the outputs where there is none; returns the path of the table in it."""
    if folder == STANDARD:
        raise StegError("--batch writes many files: name a folder after -o.")
    folder = Path(folder)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise StegError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    check_output(folder / batch.RESULTS, force=True)
    return folder / batch.RESULTS


def _read(table: Path, columns: tuple[str, ...]) -> dict[str, batch.Row]:
    """The rows of an earlier run by their first column."""
    if not table.exists():
        return {}
    try:
        lines = csv.DictReader(io.StringIO(table.read_bytes().decode(errors="surrogateescape"), newline=""))
        rows = {row[columns[0]]: row for row in lines}
    except (OSError, KeyError, csv.Error):
        lines = None
    if lines is None or tuple(lines.fieldnames or ()) != columns:
        raise StegError(f"{table} is not the table of an earlier run like this one; name another folder.")
    return rows


def _csv(rows: dict[str, batch.Row], columns: tuple[str, ...]) -> bytes:
    """A table sorted by its first column; what is no number is left empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    for name in sorted(rows):
        missing = {key: "" for key, value in rows[name].items() if value != value}
        writer.writerow(rows[name] | missing)
    return text.getvalue().encode(errors="surrogateescape")
