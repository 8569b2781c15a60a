"""One pair of pictures through many methods, and what an attack leaves of each."""

import csv
import io
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from steg.channels import ATTACKS, TRIPS
from steg.embedding.header import Header
from steg.embedding.header import read as read_header
from steg.errors import StegError
from steg.images.metrics import amplified_residual, psnr, ssim
from steg.images.resizing import resized
from steg.methods.base import Method

COLUMNS = (
    "method",
    "cover PSNR in dB",
    "cover SSIM",
    "secret PSNR in dB",
    "secret SSIM",
    "bits per pixel",
    "seconds to hide",
    "seconds to reveal",
)
GAIN = 20  # of residuals
TILE, GAP = 256, 8  # pixels, of the handout


@dataclass(frozen=True, eq=False)  # pictures cannot be hashed, and two results are never the same
class Result:
    """A method's way with one pair, measured on the bytes of a PNG file.

    Attributes:
        stego: as it was decoded from the file.
        revealed: the secret, in the size in which it came back.
        row: the figures, in the order of `COLUMNS`; None where there is none (bits per pixel that cannot be
            counted, SSIM of pictures smaller than its window).
    """

    cover: Image.Image
    secret: Image.Image
    stego: Image.Image
    revealed: Image.Image
    row: tuple

    @property
    def name(self) -> str:
        """The method's name."""
        return self.row[0]

    @property
    def residual(self) -> Image.Image:
        """Stego minus cover, amplified."""
        return Image.fromarray(amplified_residual(np.asarray(self.cover), np.asarray(self.stego), GAIN))


def run(method: Method, cover: Image.Image, secret: Image.Image, strength: float = 0.5) -> Result:
    """Hides, writes PNG bytes, reveals from them, and measures.

    Args:
        method: what hides and reveals.
        cover: RGB, at least 16x16; the result has it in the size of the stego picture.
        secret: RGB.
        strength: as in `Method.hide`.

    Raises:
        StegError: if the method cannot hide this pair.
    """
    began = time.perf_counter()
    hidden = method.hide(cover, secret, strength=strength)
    to_hide = time.perf_counter() - began
    buffer = io.BytesIO()
    hidden.save(buffer, "PNG")
    stego = Image.open(buffer).convert("RGB")
    began = time.perf_counter()
    revealed = method.reveal(stego).image
    to_reveal = time.perf_counter() - began
    before, after = resized(np.asarray(cover), stego.size), np.asarray(stego)
    wanted, got = resized(np.asarray(secret), revealed.size), np.asarray(revealed)
    figures = [psnr(before, after), ssim(before, after), psnr(wanted, got), ssim(wanted, got)]
    figures += [bits_per_pixel(read_header(after)), to_hide, to_reveal]
    figures = [None if x is None or math.isnan(x) else x for x in figures]
    return Result(Image.fromarray(before), secret, stego, revealed, (method.name, *figures))


def bits_per_pixel(found: Header) -> float | None:
    """What the digits of a picture carry, by its header; None where there are no digits to count."""
    if found.bits:
        return 3.0 * found.bits
    return 3 * math.log2(found.base) if found.base else None


@dataclass(frozen=True, eq=False)  # pictures cannot be hashed, and two results are never the same
class Survival:
    """What arrives after an attack, what is still revealed from it, and how near that is to the secret.

    `revealed` is None, and `secret_psnr` too, where the method finds nothing; `message` then says why.
    """

    arrived: Image.Image
    revealed: Image.Image | None
    secret_psnr: float | None
    message: str


def attack(method: Method, result: Result, name: str, setting: float) -> Survival:
    """Applies one of `ATTACKS` to a stego picture for real, and reveals.

    The secret is compared where something arrived: a part of it with that part, where the method gives parts.
    """
    arrived = ATTACKS[name].apply(result.stego, setting)
    try:
        found = method.reveal(arrived)
    except StegError as error:
        return Survival(arrived, None, None, str(error))
    if not method.pixelwise:
        wanted = resized(np.asarray(result.secret), found.image.size)
        return Survival(arrived, found.image, psnr(wanted, np.asarray(found.image)), found.message)
    width, height = arrived.size
    wanted = resized(np.asarray(result.secret), result.stego.size)[:height, :width]
    revealed = resized(np.asarray(found.image), arrived.size)
    return Survival(arrived, Image.fromarray(revealed), psnr(wanted, revealed), found.message)


def travel(method: Method, stego: Image.Image, secret: Image.Image) -> Iterator[tuple[str, Survival]]:
    """Sends a stego picture on each of `TRIPS` for real, and reveals; the secret is compared in whole."""
    for name, trip in TRIPS.items():
        arrived = trip(stego)
        try:
            found = method.reveal(arrived)
        except StegError as error:
            yield name, Survival(arrived, None, None, str(error))
            continue
        wanted = resized(np.asarray(secret), found.image.size)
        yield name, Survival(arrived, found.image, psnr(wanted, np.asarray(found.image)), found.message)


def as_csv(results: list[Result]) -> str:
    """The figures as a table for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([round(x, 4) if isinstance(x, float) else x for x in result.row])
    return text.getvalue()


def handout(results: list[Result], survivals: list[Survival], title: str) -> Image.Image:
    """All pictures on one sheet: a row for each method, under a line that names the attack."""
    heads = "stego", f"residual x{GAIN}", "revealed", "after the attack", "revealed from that"
    line = 26
    sheet = Image.new(
        "RGB", (len(heads) * (TILE + GAP) + GAP, 2 * line + len(results) * (TILE + 2 * line)), "white"
    )
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    draw.text((GAP, 4), title, "black", font)
    for column, head in enumerate(heads):
        draw.text((GAP + column * (TILE + GAP), line + 4), head, "black", font)
    for number, (result, survival) in enumerate(zip(results, survivals, strict=True)):
        top = 2 * line + number * (TILE + 2 * line)
        pictures = result.stego, result.residual, result.revealed, survival.arrived, survival.revealed
        for column, picture in enumerate(pictures):
            if picture:
                fitted = picture.copy()
                fitted.thumbnail((TILE, TILE), Image.Resampling.LANCZOS)
                sheet.paste(fitted, (GAP + column * (TILE + GAP), top))
        name, cover_db, _, secret_db, *_ = result.row
        after = "nothing" if survival.secret_psnr is None else f"{survival.secret_psnr:.1f} dB"
        text = f"{name}: cover {cover_db:.1f} dB, secret {secret_db:.1f} dB, after the attack {after}"
        draw.text((GAP, top + TILE + 4), text, "black", font)
    return sheet
