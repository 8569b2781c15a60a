"""The command `steg info STEGO ...`: what header, watermark or codewords say of pictures."""

import argparse
import sys
from pathlib import Path
from typing import Any

from PIL import Image

from steg import methods
from steg.cli.common import report
from steg.cli.streams import STANDARD, say, source
from steg.embedding.header import PLAIN
from steg.embedding.watermark_fields import Watermark
from steg.errors import StegError
from steg.images.reading import read_stego
from steg.images.resizing import returned_size
from steg.methods.base import SMALLEST_SIDE, Status, message_of, status_of
from steg.methods.chat.synchronization import Synchronised, synchronise
from steg.steganalysis import recompression

CAPACITY = "As a cover it can carry {capacity:,} bytes, counted once compressed (strength 0.5)."


def info(options: argparse.Namespace) -> bool:
    """Looks without revealing, and prints what is known; returns whether all files could be read."""
    if options.stego.count(STANDARD) > 1:
        raise StegError("Only one file can come from standard input; name the others.")
    complete = True
    for name in options.stego:
        try:
            result = _known(source(name), options)
        except StegError as error:
            if len(options.stego) == 1:
                raise
            say(f"steg: {name}: {error}", sys.stderr)
            complete = False
        else:
            report(({"file": str(name)} if len(options.stego) > 1 else {}) | result, options)
    return complete


def _known(given: Path | bytes, options: argparse.Namespace) -> dict:
    """What is known of one picture."""
    image = read_stego(given, options.max_megapixels)
    received = synchronise(image)
    found = received.header
    if received.watermark:
        return _watermark_info(image.size, received, received.watermark)
    if found is None:
        return _without_header(image, methods.recognise(image), given)
    name = options.method or methods.by_header(image) or methods.DEFAULT
    ours = methods.weights_id(name)
    status = status_of(found, ours)
    result: dict[str, Any] = {
        "size": image.size,
        "status": status.name.lower(),
        "notices": [message_of(status, found, ours)],
        "method": name,
        "format_version": found.version,
        "weights": found.weights,
        "locked": methods.is_locked(image),
    }
    if name != methods.LosslessFile.name and found.version <= PLAIN:
        result |= {"secret_size": found.size, "returned_size": returned_size(image.size, found.size)}
    return result


def _without_header(image: Image.Image, name: str | None, given: Path | bytes) -> dict:
    """What `info` reports of a picture that has neither header nor watermark."""
    result: dict[str, Any] = {"size": image.size}
    if name == methods.LosslessFile.name:
        return result | {"status": "changed", "notices": [Status.CHANGED.value], "method": name}
    status = Status.NO_HEADER
    result |= {
        "status": status.name.lower(),
        "notices": list(filter(None, [status.value, recompression.advice(given)])),
    }
    if min(image.size) >= SMALLEST_SIDE:
        result["capacity"] = methods.LosslessFile().capacity(image.size)
        result["notices"].append(CAPACITY.format(capacity=result["capacity"]))
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
