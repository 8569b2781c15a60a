"""Command line: `steg hide COVER SECRET -o STEGO.png`, `reveal`, `info`; also as `python -m steg`."""

import argparse
import io
import json
import sys
from pathlib import Path

from steg import __version__, methods
from steg.cli.common import PASSPHRASE
from steg.cli.hide import hide
from steg.cli.info import info
from steg.cli.reveal import print_text, reveal
from steg.errors import StegError
from steg.images.reading import MAX_MEGAPIXELS

EXIT_OK, EXIT_ERROR = 0, 2


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, or 2 with one line on standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a text may have letters that a terminal lacks
    options = _parser().parse_args(arguments)
    try:
        result = options.run(options)
    except StegError as error:
        print(f"steg: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("steg: interrupted; no file is half-written.", file=sys.stderr)
        return EXIT_ERROR
    if options.json:
        print(json.dumps(result))
    elif "text" in result:
        print_text(result)
    else:
        print("\n".join(_as_lines(result)))
    return EXIT_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="steg", description="Hide a picture, a text or a file in a photograph, and get it back."
    )
    parser.add_argument("--version", action="version", version=f"steg {__version__}")
    commands = parser.add_subparsers(required=True, metavar="hide | reveal | info")

    hiding = commands.add_parser("hide", help="hide SECRET in COVER")
    hiding.add_argument("cover", type=Path, help="the picture that will be seen")
    text = "the picture to hide in it, or a file of any kind"
    hiding.add_argument("secret", type=Path, nargs="?", help=text)
    hiding.add_argument("--text", help="hide this text in place of SECRET; - reads it from standard input")
    text = "hide SECRET byte for byte with its name, also if it is a picture"
    hiding.add_argument("--as-file", action="store_true", help=text)
    text = f"lock the secret with the passphrase in ${PASSPHRASE}, or ask for one"
    hiding.add_argument("--lock", action="store_true", help=text)
    hiding.add_argument("-o", "--output", type=Path, required=True, help="file to write")
    text = "from 0, the cover changes least, to 1, the secret comes back best (default: %(default)s)"
    hiding.add_argument("--strength", type=float, default=0.5, metavar="S", help=text)
    hiding.add_argument("--no-check", action="store_true", help="do not reveal from the file just written")
    hiding.set_defaults(run=hide)

    revealing = commands.add_parser("reveal", help="get the secret out of STEGO")
    revealing.add_argument("stego", type=Path, help="a picture made by hide")
    text = (
        "file to write (default: a file's own name, or the name of STEGO and -secret.png for a picture, in "
        "the current folder; a text is printed)"
    )
    revealing.add_argument("-o", "--output", type=Path, help=text)
    revealing.set_defaults(run=reveal)

    looking = commands.add_parser("info", help="tell what is known of STEGO without revealing")
    looking.add_argument("stego", type=Path, help="any picture")
    looking.set_defaults(run=info)

    for command in (hiding, revealing):
        locks = "locks the secret" if command is hiding else "opens the lock"
        needed = "with --lock" if command is hiding else "where there is one"
        text = f"{locks} (default, {needed}: ${PASSPHRASE}, or ask)"
        command.add_argument("--passphrase", metavar="TEXT", help=text)
        command.add_argument("--force", action="store_true", help="replace the output if it exists")
        command.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1, mps (default: cpu)")
        command.add_argument("--weights", type=Path, help="safetensors file with its card beside it")
    for command in (hiding, revealing, looking):
        default = methods.DEFAULT if command is hiding else "the one that the picture was made with"
        names = methods.OFFERED if command is hiding else tuple(methods.METHODS)
        text = f"how the picture is hidden (default: {default})"
        command.add_argument("--method", choices=names, help=text)
        command.add_argument("--json", action="store_true", help="print one JSON object, for machines")
        limit = f"largest picture to accept (default: {MAX_MEGAPIXELS:g})"
        command.add_argument("--max-megapixels", type=float, default=MAX_MEGAPIXELS, metavar="N", help=limit)
    return parser


def _as_lines(result: dict) -> list[str]:
    """The result for people: notices as sentences, the rest as `name: value`."""
    lines = []
    for key, value in result.items():
        if key == "notices":
            lines += value
        else:
            text = "x".join(map(str, value)) if isinstance(value, tuple) else value
            lines.append(f"{key.replace('_', ' ')}: {text}")
    return lines
