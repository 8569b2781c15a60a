"""Traces of lossy compression in a file or its pixels, and advice for whoever expected a secret in it."""

import numpy as np

from steg.images.dct import BLOCK, luma
from steg.images.opening import open_image
from steg.images.reading import read_stego
from steg.images.sources import FileSource, read_bytes

BLOCKINESS = 1.05  # from which on there are blocks; 24 clean Kodak photographs have at most 1.02
CLIP = 16  # levels, to which differences are clipped, so that edges in the picture count little
ADVICE = (
    "{sign} It may be just any photograph; but if a secret was hidden in it to be sent as a file, that was "
    'lost on the way: ask for it again, hidden with the method robust ("Through a chat or a web page").'
)
LOSSY = "This is {kind}, which does not keep every pixel."
LOSSY_FORMATS = {
    "JPEG": "a JPEG file",
    "MPO": "a JPEG file",
    "AVIF": "an AVIF file",
    "HEIF": "a HEIC file",
    "GIF": "a GIF file",
}
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
    """The kind of a file that does not keep every pixel, with its article; None for lossless ones."""
    image = open_image(data, "file")
    kind = image.format or ""
    if kind == "PNG":
        return "a PNG file of 256 colours" if image.mode == "P" else None
    if kind == "WEBP":
        return None if b"VP8L" in _chunk_names(data) else "a lossy WebP file"
    if kind == "TIFF":
        return "a TIFF file with JPEG compression" if "jpeg" in image.info.get("compression", "") else None
    if kind == "JPEG2000":
        return None if _is_reversible(data) else "a lossy JPEG 2000 file"
    return LOSSY_FORMATS.get(kind)


def _chunk_names(data: bytes) -> set[bytes]:
    """The names of the chunks of a RIFF file, and of what the frames of an animation begin with."""
    names, at = set(), 12
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        names |= {name, data[at + 24 : at + 28]} if name == b"ANMF" else {name}
        at += 8 + size + size % 2
    return names


def _is_reversible(data: bytes) -> bool:
    """Whether a JPEG 2000 file uses the wavelets that keep every pixel (ISO/IEC 15444-1, A.6.1)."""
    at = data.find(b"\xff\x52", max(0, data.find(b"\xff\x4f\xff\x51")))
    return data[at + 13 : at + 14] == b"\1"


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
