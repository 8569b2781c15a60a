"""What the commands share: passphrases, methods, progress bars, how results are printed."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from typing import TextIO

from tqdm import tqdm

from steg import delivery, methods
from steg.cli.streams import STANDARD, say
from steg.errors import StegError
from steg.images.tiling import Progress

PASSPHRASE = "STEG_PASSPHRASE"  # environment variable; unlike an option it stays out of the shell's history


def load(name: str | None, options: argparse.Namespace, passphrase: str | None) -> methods.Method:
    """A method, with what the options say of it."""
    return methods.load(name, weights=options.weights, device=options.device, passphrase=passphrase)


def profile_of(options: argparse.Namespace) -> delivery.Profile:
    """The delivery profile that the options name; one of an app sets the method, too.

    Raises:
        StegError: if they name another method.
    """
    if options.app != delivery.ANY and options.method is None:
        options.method = methods.Robust.name
    return delivery.profile_of(options.app, options.method or methods.DEFAULT)


def passphrase_of(options: argparse.Namespace, *, needed: bool, twice: bool = False) -> str | None:
    """The passphrase that an option or, where one is needed, the environment or the user gives.

    Args:
        options: of the command line.
        needed: whether to look and ask for one that no option gives.
        twice: whether the user has to type it twice.

    Raises:
        StegError: if it is empty, typed differently the second time, or there is none and nobody to ask.
    """
    passphrase = options.passphrase
    if passphrase is None and needed:
        passphrase = os.environ.get(PASSPHRASE) or _typed(twice)
    if passphrase == "":
        raise StegError("The passphrase is empty: type one, or leave it out.")
    return passphrase


def _typed(twice: bool) -> str:
    if not sys.stdin.isatty():
        raise StegError(f"A passphrase is needed: set {PASSPHRASE}, or add --passphrase TEXT.")
    try:
        passphrase = getpass("Passphrase: ")
        if twice and passphrase != getpass("The same again: "):
            raise StegError("The two passphrases differ; nothing was hidden. Try again.")
    except EOFError:
        raise StegError("No passphrase was typed; nothing was written.") from None
    except UnicodeDecodeError:
        raise StegError("The passphrase is no text in UTF-8; nothing was written. Try again.") from None
    return passphrase


@contextmanager
def progress_bar(what: str, silent: bool) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing elsewhere."""
    layout = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(desc=what, total=100, leave=False, disable=silent or None, bar_format=layout) as bar:
        yield lambda share: bar.update(round(100 * share) - bar.n)


def announce(notices: list[str], options: argparse.Namespace) -> None:
    """Prints sentences before the work, which can take a while; JSON has them all at its end."""
    if notices and not options.json:
        say("\n".join(notices), _stream(options))
        notices.clear()


def report(result: dict, options: argparse.Namespace) -> None:
    """Prints the result of a command: as JSON, or notices as sentences and the rest as `name: value`."""
    if options.json:
        say(json.dumps(result), _stream(options))
        return
    lines = []
    for key, value in result.items():
        if key == "notices":
            lines += value
        else:
            text = "x".join(map(str, value)) if isinstance(value, tuple) else value
            lines.append(f"{key.replace('_', ' ')}: {text}")
    say("\n".join(lines), _stream(options))


def _stream(options: argparse.Namespace) -> TextIO:
    """Where messages go: not where a file goes."""
    return sys.stderr if options.output == STANDARD else sys.stdout
