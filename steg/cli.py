"""Command line: `steg hide COVER SECRET -o STEGO.png`, `reveal`, `info`; also as `python -m steg`."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from steg import __version__, methods
from steg.embedding.header import PLAIN
from steg.embedding.watermark import Watermark
from steg.errors import StegError
from steg.evaluation import psnr_of
from steg.images.reading import MAX_MEGAPIXELS, read_photo, read_stego
from steg.images.resizing import returned_size
from steg.images.tiling import Progress
from steg.images.writing import LOSSLESS_SUFFIXES, ROBUST_SUFFIXES, check_output, save_picture
from steg.methods.base import (
    NOTHING_FOUND,
    Status,
    check_size,
    check_strength,
    message_of,
    status_of,
    warning,
)
from steg.methods.chat.synchronization import Synchronised, synchronise
from steg.steganalysis import recompression

EXIT_OK, EXIT_ERROR = 0, 2
SEND = (
    "Send it as a file: messengers and web pages that re-compress it destroy the secret "
    "(--method robust outlives them)."
)
SEND_ROBUST = (
    "Send it through a chat or a web page if you like: the secret outlives JPEG of quality 75 and better, "
    "but not a screenshot of a part or strong editing."
)
PASSPHRASE = "STEG_PASSPHRASE"  # environment variable; unlike an option it stays out of the shell's history


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, or 2 with one line on standard error."""
    options = _parser().parse_args(arguments)
    try:
        result = options.run(options)
    except StegError as error:
        print(f"steg: {error}", file=sys.stderr)
        return EXIT_ERROR
    except KeyboardInterrupt:
        print("steg: interrupted; nothing was written.", file=sys.stderr)
        return EXIT_ERROR
    if options.json:
        print(json.dumps(result))
    else:
        print("\n".join(_as_lines(result)))
    return EXIT_OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="steg", description="Hide a photograph inside another one.")
    parser.add_argument("--version", action="version", version=f"steg {__version__}")
    commands = parser.add_subparsers(required=True, metavar="hide | reveal | info")

    hide = commands.add_parser("hide", help="hide SECRET in COVER")
    hide.add_argument("cover", type=Path, help="the picture that will be seen")
    hide.add_argument("secret", type=Path, help="the picture to hide in it")
    text = "from 0, the cover changes least, to 1, the secret comes back best (default: %(default)s)"
    hide.add_argument("--strength", type=float, default=0.5, metavar="S", help=text)
    hide.add_argument("--no-check", action="store_true", help="do not reveal from the file just written")
    hide.set_defaults(run=_hide)

    reveal = commands.add_parser("reveal", help="get the secret out of STEGO")
    reveal.add_argument("stego", type=Path, help="a picture made by hide")
    reveal.set_defaults(run=_reveal)

    info = commands.add_parser("info", help="tell what the header of STEGO says, without revealing")
    info.add_argument("stego", type=Path, help="any picture")
    info.set_defaults(run=_info)

    for command in (hide, reveal):
        command.add_argument("-o", "--output", type=Path, required=True, help="file to write")
        command.add_argument("--force", action="store_true", help="replace the output if it exists")
        command.add_argument("--device", default="cpu", help="cpu, cuda, cuda:1, mps (default: cpu)")
        command.add_argument("--weights", type=Path, help="safetensors file with its card beside it")
        command.add_argument(
            "--passphrase",
            metavar="TEXT",
            help=f"locks or opens the secret (default, where one is needed: ${PASSPHRASE}, or ask)",
        )
    for command in (hide, reveal, info):
        default = methods.DEFAULT if command is hide else "what the picture's header says"
        text = f"how the picture is hidden (default: {default})"
        command.add_argument(
            "--method", choices=methods.OFFERED if command is hide else list(methods.METHODS), help=text
        )
        command.add_argument("--json", action="store_true", help="print one JSON object, for machines")
        limit = f"largest picture to accept (default: {MAX_MEGAPIXELS:g})"
        command.add_argument("--max-megapixels", type=float, default=MAX_MEGAPIXELS, metavar="N", help=limit)
    return parser


def _hide(options: argparse.Namespace) -> dict:
    robust = options.method == methods.Robust.name
    check_output(options.output, stego=ROBUST_SUFFIXES if robust else LOSSLESS_SUFFIXES, force=options.force)
    cover = read_photo(options.cover, "cover", options.max_megapixels)
    secret = read_photo(options.secret, "secret", options.max_megapixels)
    method = _load(options.method, options, locked=options.method == methods.Sealed.name)
    check_size(cover.image.size, "cover")
    check_strength(options.strength)
    notices = [*cover.notices, *secret.notices, method.describe(cover.image.size, secret.image.size)]
    if not options.json:  # said before hiding, which can take a while
        print("\n".join(notices), flush=True)
        notices.clear()
    with _progress("hiding", options.json) as progress:
        stego = method.hide(cover.image, secret.image, strength=options.strength, progress=progress)
    save_picture(stego, options.output)
    written = read_stego(options.output, options.max_megapixels)
    cover_psnr = round(psnr_of(cover.image, written), 2)
    result: dict[str, Any] = {"output": str(options.output), "size": stego.size, "cover_psnr": cover_psnr}
    if not options.no_check:
        with _progress("checking", options.json) as progress:
            revealed = method.reveal(written, progress=progress).image
        result["secret_psnr"] = round(psnr_of(secret.image, revealed), 2)
        notices += filter(None, [warning(method, cover_psnr, result["secret_psnr"])])
    return result | {"notices": [*notices, SEND_ROBUST if robust else SEND]}


def _load(name: str | None, options: argparse.Namespace, locked: bool) -> methods.Method:
    """The method, with what the options say of it; asks for a passphrase where one is needed."""
    passphrase = options.passphrase
    if locked and not passphrase:
        passphrase = os.environ.get(PASSPHRASE) or (sys.stdin.isatty() and getpass("Passphrase: ")) or None
    return methods.load(name, weights=options.weights, device=options.device, passphrase=passphrase)


def _reveal(options: argparse.Namespace) -> dict:
    check_output(options.output, force=options.force)
    stego = read_stego(options.stego, options.max_megapixels)
    name = options.method or methods.recognise(stego)
    if name is None:
        raise StegError(" ".join(filter(None, [NOTHING_FOUND, recompression.advice(options.stego)])))
    method = _load(name, options, locked=methods.is_locked(stego))
    with _progress("revealing", options.json) as progress:
        revealed = method.reveal(stego, progress=progress)
    save_picture(revealed.image, options.output)
    advice = recompression.advice(options.stego) if revealed.status is Status.NO_HEADER else None
    return {
        "output": str(options.output),
        "size": revealed.image.size,
        "status": revealed.status.name.lower(),
        "notices": [notice for notice in (revealed.message, advice) if notice],
    }


def _info(options: argparse.Namespace) -> dict:
    image = read_stego(options.stego, options.max_megapixels)
    received = synchronise(image)
    found = received.header
    if received.watermark:
        return _watermark_info(image.size, received, received.watermark)
    name = options.method or methods.recognise(image) or methods.DEFAULT
    ours = methods.weights_id(name)
    status = status_of(found, ours)
    notices = [message_of(status, found, ours), *([] if found else [recompression.advice(options.stego)])]
    result: dict[str, Any] = {
        "size": image.size,
        "status": status.name.lower(),
        "notices": [n for n in notices if n],
    }
    if found:
        result |= {
            "method": name,
            "format_version": found.version,
            "weights": found.weights,
        }
    if found and (name == methods.LosslessFile.name or found.version > PLAIN):
        result |= {"locked": methods.is_locked(image)}
    elif found:
        result |= {"secret_size": found.size, "returned_size": returned_size(image.size, found.size)}
    return result


def _watermark_info(size: tuple[int, int], received: Synchronised, watermark: Watermark) -> dict:
    """What `info` reports of a picture that has a watermark and no header."""
    status, message = received.status(methods.weights_id(methods.Robust.name))
    return {
        "size": size,
        "status": status.name.lower(),
        "notices": [message],
        "method": methods.Robust.name,
        "format_version": watermark.version,
        "weights": watermark.weights,
        "locked": watermark.locked,
        "sent_size": received.size,
    }


@contextmanager
def _progress(what: str, silent: bool) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing elsewhere."""
    layout = "{desc}: {percentage:3.0f}%|{bar}| {elapsed}<{remaining}"
    with tqdm(desc=what, total=100, leave=False, disable=silent or None, bar_format=layout) as bar:
        yield lambda share: bar.update(round(100 * share) - bar.n)


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
