"""Traces of lossy compression in a file or its pixels, and advice for whoever expected a secret in it."""

import io

import numpy as np
from PIL import Image

from steg.images.dct import BLOCK, luma
from steg.images.reading import read_stego
from steg.images.sources import FileSource, read_bytes

BLOCKINESS = 1.05  # from which on there are blocks; 24 clean Kodak photographs have at most 1.02
CLIP = 16  # levels, to which differences are clipped, so that edges in the picture count little
ADVICE = (
    "{sign} It may be just any photograph; but if a secret was hidden in it to be sent as a file, that was "
    'lost on the way: ask for it again, hidden with the method robust ("Through a chat or a web page").'
)
LOSSY = "This is a {kind} file, which does not keep every pixel."
BLOCKS = "Its pixels show the blocks of a JPEG file."


def advice(source: FileSource) -> str | None:
    """A sentence for the user on a picture in which nothing was found; None without traces of compression.

    Raises:
        StegError: if the picture cannot be read.
    """
    data = read_bytes(source, "file")
    kind = lossy_format(data)
    if kind:
        return ADVICE.format(sign=LOSSY.format(kind=kind))
    return ADVICE.format(sign=BLOCKS) if has_jpeg_blocks(np.asarray(read_stego(data))) else None


def lossy_format(data: bytes) -> str | None:
    """The name of a file's format if that is lossy; None for PNG and other lossless ones."""
    kind = Image.open(io.BytesIO(data)).format or ""
    if kind == "WEBP":
        return None if b"VP8L" in data[:64] else "lossy WebP"
    return {"JPEG": "JPEG", "MPO": "JPEG", "AVIF": "AVIF"}.get(kind)


def has_jpeg_blocks(pixels: np.ndarray) -> bool:
    """Whether (H, W, 3) uint8 pixels show the borders of 8x8 blocks, at any offset, in rows and columns.

    Quality 90 and below is nearly always detected, 95 in two of three photographs; resizing hides the blocks.
    """
    brightness = luma(pixels)
    return all(_blockiness(x) > BLOCKINESS for x in (brightness, brightness.T))


def _blockiness(brightness: np.ndarray) -> float:
    """Mean third difference in the block column where it is largest, relative to the median column."""
    if brightness.shape[1] < 4 * BLOCK:
        return 0.0
    size = np.abs(np.diff(brightness, 3, axis=1)).clip(max=CLIP)
    columns = np.array([size[:, column::BLOCK].mean() for column in range(BLOCK)])
    return float(columns.max() / max(np.median(columns), 1e-3))
