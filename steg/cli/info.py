"""The command `steg info STEGO`: what header, watermark or codewords say of a picture."""

import argparse
from pathlib import Path
from typing import Any

from PIL import Image

from steg import methods
from steg.embedding.header import PLAIN
from steg.embedding.watermark import Watermark
from steg.images.reading import read_stego
from steg.images.resizing import returned_size
from steg.methods.base import SMALLEST_SIDE, Status, message_of, status_of
from steg.methods.chat.synchronization import Synchronised, synchronise
from steg.steganalysis import recompression

CAPACITY = "As a cover it can carry {capacity:,} bytes, counted once compressed (strength 0.5)."


def info(options: argparse.Namespace) -> dict:
    """Looks without revealing; returns what is to be printed."""
    image = read_stego(options.stego, options.max_megapixels)
    received = synchronise(image)
    found = received.header
    if received.watermark:
        return _watermark_info(image.size, received, received.watermark)
    if found is None:
        return _without_header(image, methods.recognise(image), options.stego)
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


def _without_header(image: Image.Image, name: str | None, path: Path) -> dict:
    """What `info` reports of a picture that has neither header nor watermark."""
    result: dict[str, Any] = {"size": image.size}
    if name == methods.LosslessFile.name:
        return result | {"status": "changed", "notices": [Status.CHANGED.value], "method": name}
    status = Status.NO_HEADER
    result |= {
        "status": status.name.lower(),
        "notices": list(filter(None, [status.value, recompression.advice(path)])),
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
