"""Measurement of methods: a pair of pictures is hidden, sent as the bytes of a file, revealed, and compared.

`evaluate` measures one pair through a PNG file; `transmit` sends a stego picture through a simulated channel.
The command line, the page and `train.evaluate` all measure with these two.
"""

import io
import math
import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PIL import Image

from steg.channels import Channel
from steg.embedding import header
from steg.errors import StegError
from steg.images.metrics import psnr, ssim
from steg.images.resizing import resized
from steg.methods.base import Method, Revealed, Status
from steg.methods.file import LosslessFile
from steg.steganalysis.residual import compute_residual, signed_picture


@dataclass(frozen=True, eq=False)  # pictures cannot be hashed, and two results are never the same
class Result:
    """One pair hidden by one method, measured on the bytes of a PNG file.

    Attributes:
        method: its name.
        cover: RGB, in the size of the stego picture.
        secret: as it was handed in, RGB.
        stego: as it was decoded from the file, RGB.
        revealed: the secret, in the size in which it came back.
        cover_psnr, secret_psnr: in dB.
        cover_ssim, secret_ssim: None for pictures smaller than its window of 11 pixels.
        bits_per_pixel: what the digits in the stego picture carry; None where that cannot be counted.
        hide_seconds, reveal_seconds: elapsed time, without writing and reading the file.
    """

    method: str
    cover: Image.Image
    secret: Image.Image
    stego: Image.Image
    revealed: Image.Image
    cover_psnr: float
    cover_ssim: float | None
    secret_psnr: float
    secret_ssim: float | None
    bits_per_pixel: float | None
    hide_seconds: float
    reveal_seconds: float

    def residual(self, gain: float) -> Image.Image:
        """Stego minus cover, times `gain`, on mid-grey."""
        change = compute_residual(np.asarray(self.cover), np.asarray(self.stego))
        return Image.fromarray(signed_picture(change, gain))


class Measurable(Protocol):
    """The part of a `Method` that `evaluate` needs, which reference methods have too."""

    name: str

    def hide(self, cover: Image.Image, secret: Image.Image, *, strength: float = 0.5) -> Image.Image:
        """Returns the stego picture, RGB."""

    def reveal(self, stego: Image.Image) -> Revealed:
        """Returns the secret."""


def evaluate(method: Measurable, cover: Image.Image, secret: Image.Image, strength: float = 0.5) -> Result:
    """Hides, writes PNG bytes, reveals from them, and measures.

    Args:
        method: what hides and reveals.
        cover: RGB, at least 16x16.
        secret: RGB.
        strength: as in `Method.hide`.

    Raises:
        StegError: if the method cannot hide this pair.
    """
    start = time.perf_counter()
    hidden = method.hide(cover, secret, strength=strength)
    hide_seconds = time.perf_counter() - start
    stego = through_png(hidden)
    start = time.perf_counter()
    revealed = method.reveal(stego).image
    reveal_seconds = time.perf_counter() - start
    cover_psnr, cover_ssim = fidelity(cover, stego)
    secret_psnr, secret_ssim = fidelity(secret, revealed)
    return Result(
        method=method.name,
        cover=Image.fromarray(resized(np.asarray(cover), stego.size)),
        secret=secret,
        stego=stego,
        revealed=revealed,
        cover_psnr=cover_psnr,
        cover_ssim=cover_ssim,
        secret_psnr=secret_psnr,
        secret_ssim=secret_ssim,
        bits_per_pixel=bits_per_pixel(header.read(np.asarray(stego))),
        hide_seconds=hide_seconds,
        reveal_seconds=reveal_seconds,
    )


def through_png(image: Image.Image) -> Image.Image:
    """The picture as it is decoded from the bytes of a PNG file, RGB."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


def fidelity(before: Image.Image, after: Image.Image) -> tuple[float, float | None]:
    """PSNR in dB and SSIM of a picture against the one it was made from, brought to its size, both RGB.

    SSIM is None for pictures smaller than its window.
    """
    similarity = ssim(resized(np.asarray(before), after.size), np.asarray(after))
    return psnr_of(before, after), None if math.isnan(similarity) else similarity


def psnr_of(before: Image.Image, after: Image.Image) -> float:
    """PSNR in dB of a picture against the one it was made from, brought to its size, both RGB."""
    return psnr(resized(np.asarray(before), after.size), np.asarray(after))


def bits_per_pixel(found: header.Header | None) -> float | None:
    """What the digits of a picture carry, by its header; None where there are no digits to count."""
    if found is None:
        return None
    if found.method_id == LosslessFile.method_id:
        return 3 * LosslessFile.bits_per_sample(found)
    if found.bits:
        return 3.0 * found.bits
    return 3 * math.log2(found.base) if found.base else None


@dataclass(frozen=True, eq=False)
class Transmission:
    """What a channel makes of a stego picture, and what is revealed from it.

    Attributes:
        received: the picture behind the channel.
        revealed: the secret; None where the method refuses to reveal one.
        status: what the header or the watermark says; None where the method refuses.
        message: the status as a sentence, or why the method refuses.
        secret_psnr: of the revealed secret in dB; None where there is none.
    """

    received: Image.Image
    revealed: Image.Image | None
    status: Status | None
    message: str
    secret_psnr: float | None


def transmit(method: Method, stego: Image.Image, secret: Image.Image, channel: Channel) -> Transmission:
    """Sends a stego picture through a channel and reveals the secret from what is received.

    The secret is compared in the size in which it comes back; where a channel crops and a method hides pixel
    by pixel, with that part of the secret which belongs to the part of the stego picture that is left.

    Args:
        method: what made the stego picture.
        stego: as it was decoded from its file, RGB.
        secret: that was hidden, RGB.
        channel: one of `steg.channels.CHANNELS`, or one of `ATTACKS` at some setting.
    """
    received = channel.apply(stego)
    try:
        found = method.reveal(received)
        revealed = np.asarray(found.image)
    except StegError as error:
        return Transmission(received, None, None, str(error), None)
    expected = np.asarray(secret)
    if channel.crops and method.pixelwise:
        width, height = received.size
        revealed = resized(revealed, received.size)
        expected = resized(expected, stego.size)[:height, :width]
    level = psnr(resized(expected, revealed.shape[1::-1]), revealed)
    return Transmission(received, Image.fromarray(revealed), found.status, found.message, level)
