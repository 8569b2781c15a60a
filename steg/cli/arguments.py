"""The arguments of the command line."""

import argparse
from collections.abc import Callable
from pathlib import Path

from steg import __version__, delivery, methods
from steg.cli.common import PASSPHRASE
from steg.cli.hide import hide
from steg.cli.info import info
from steg.cli.reveal import reveal
from steg.cli.streams import file_name
from steg.images.reading import MAX_MEGAPIXELS, MAX_STEGO_MEGAPIXELS


def parser() -> argparse.ArgumentParser:
    """The parser; `run` of what it parses is the function of the command."""
    parser = argparse.ArgumentParser(
        prog="steg",
        description="Hide a picture, a text or a file in a photograph, and get it back.",
        epilog="- in place of a file is standard input or output. Exit status: 0; 2 after an error; 3 where "
        "nothing is found, and then no file is written; 130 after Ctrl-C at the start. HEIC photographs are "
        "read where pillow-heif is installed: pip install 'steg-photo[heic]'.",
    )
    parser.add_argument("--version", action="version", version=f"steg {__version__}")
    commands = parser.add_subparsers(required=True, metavar="hide | reveal | info")

    hiding = commands.add_parser("hide", help="hide SECRET in COVER")
    hiding.add_argument("cover", type=file_name, help="the picture that will be seen")
    text = "the picture to hide in it, or a file of any kind"
    hiding.add_argument("secret", type=file_name, nargs="?", help=text)
    hiding.add_argument("--text", help="hide this text in place of SECRET; - reads it from standard input")
    text = "hide SECRET byte for byte with its name, also if it is a picture"
    hiding.add_argument("--as-file", action="store_true", help=text)
    text = f"lock the secret with the passphrase in ${PASSPHRASE}, or ask for one"
    hiding.add_argument("--lock", action="store_true", help=text)
    hiding.add_argument("-o", "--output", type=file_name, required=True, help="file to write")
    text = "from 0, the cover changes least, to 1, the secret comes back best (default: %(default)s)"
    hiding.add_argument("--strength", type=float, default=0.5, metavar="S", help=text)
    text = "with --method robust, write the form that this app changes least (default: %(default)s)"
    hiding.add_argument("--app", choices=delivery.PROFILES, default=delivery.ANY, help=text)
    hiding.add_argument("--no-check", action="store_true", help="do not reveal from the file just written")
    hiding.set_defaults(run=hide)

    revealing = commands.add_parser("reveal", help="get the secret out of STEGO")
    revealing.add_argument("stego", type=file_name, help="a picture made by hide")
    text = (
        "file to write (default: a file's own name, or the name of STEGO and -secret.png for a picture, in "
        "the current folder; a text is printed)"
    )
    revealing.add_argument("-o", "--output", type=file_name, help=text)
    revealing.set_defaults(run=reveal)

    looking = commands.add_parser("info", help="tell what is known of STEGO without revealing")
    looking.add_argument("stego", type=file_name, nargs="+", help="any picture")
    looking.set_defaults(run=info, output=None)

    for command in (hiding, revealing):
        locks = "locks the secret" if command is hiding else "opens the lock"
        needed = "with --lock" if command is hiding else "where there is one"
        text = f"{locks} (default, {needed}: ${PASSPHRASE}, or ask)"
        command.add_argument("--passphrase", metavar="TEXT", help=text)
        command.add_argument("--force", action="store_true", help="replace the output if it exists")
        text = "a folder in place of each file; what is done already is skipped, and results.csv tells of all"
        command.add_argument("--batch", action="store_true", help=text)
        text = "that work at the same time with --batch (default: one for each core)"
        command.add_argument("--processes", type=int, metavar="N", help=text)
        command.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1, mps (default: cpu)")
        command.add_argument("--weights", type=Path, help="safetensors file with its card beside it")
    for command in (hiding, revealing, looking):
        default = methods.DEFAULT if command is hiding else "the one that the picture was made with"
        names = methods.OFFERED if command is hiding else tuple(methods.METHODS)
        text = f"how the picture is hidden (default: {default})"
        command.add_argument("--method", choices=names, help=text)
        text = "print a JSON object, for machines" + (", for each file" if command is looking else "")
        command.add_argument("--json", action="store_true", help=text)
        most = MAX_MEGAPIXELS if command is hiding else MAX_STEGO_MEGAPIXELS
        what = "made smaller" if command is hiding else "refused"
        text = f"pictures of more than N megapixels are {what} (default and at most: {most:g})"
        command.add_argument("--max-megapixels", type=_limit(most), default=most, metavar="N", help=text)
    return parser


def _limit(most: float) -> Callable[[str], float]:
    """A reader of numbers of megapixels, above 0 and at most `most`."""

    def megapixels(text: str) -> float:
        if not 0 < (number := float(text)) <= most:
            raise argparse.ArgumentTypeError(f"choose a number above 0, of at most {most:g}")
        return number

    return megapixels
