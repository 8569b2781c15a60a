"""Measures a method on a folder of pictures, the way a receiver meets them: through the bytes of a PNG file.

    python -m train.evaluate kodak --crop 512

Picture i is the cover of picture (i + n/2) mod n, both cropped to a square from the centre. Beside the method
stands 4-bit LSB replacement, the classroom classic, so that the figures have a scale.
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

import steg
from steg.image import read_photo
from steg.metrics import psnr, ssim
from steg.weights import FOLDER

ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}

Hide = Callable[[Image.Image, Image.Image], Image.Image]
Reveal = Callable[[Image.Image], Image.Image]


def load_squares(folder: Path, crop: int, limit: int) -> list[Image.Image]:
    """The first `limit` pictures of a folder (0: all), in order of name, cropped to at most `crop` pixels.

    Raises:
        StegError: if there are fewer than two pictures, or one cannot be read.
    """
    paths = sorted(p for p in folder.iterdir() if p.suffix.lower() in ENDINGS) if folder.is_dir() else []
    paths = paths[: limit or None]
    if len(paths) < 2:
        raise steg.StegError(f"{folder} has to be a folder with at least two pictures.")
    squares = []
    for path in paths:
        image = read_photo(path).image
        side = min(crop, *image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        squares.append(image.crop((left, top, left + side, top + side)))
    return squares


def through_png(image: Image.Image) -> Image.Image:
    """What arrives when a picture is sent as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(buffer.getvalue()))


def hide_lsb(cover: Image.Image, secret: Image.Image) -> Image.Image:
    """4-bit LSB replacement with optimal pixel adjustment (Chan and Cheng, Pattern Recognition 2004)."""
    c, bits = np.asarray(cover, np.int16), np.asarray(secret, np.int16) >> 4
    candidates = (c & ~15 | bits) + np.array([-16, 0, 16]).reshape(3, 1, 1, 1)  # all carry the same 4 bits
    distance = np.where((candidates < 0) | (candidates > 255), 999, np.abs(candidates - c))
    best = np.take_along_axis(candidates, distance.argmin(0)[None], 0)[0]
    return Image.fromarray(best.astype(np.uint8))


def reveal_lsb(stego: Image.Image) -> Image.Image:
    """The secret's upper 4 bits, each taken for the middle of the 16 levels it stands for."""
    return Image.fromarray((np.asarray(stego) & 15) * 16 + 8)


def measure(hide: Hide, reveal: Reveal, images: list[Image.Image]) -> dict[str, float]:
    """PSNR in dB, SSIM and seconds per megapixel of hiding and revealing, over all pairs."""
    covers, secrets, seconds, megapixels = [], [], np.zeros(2), 0.0
    for i, cover in enumerate(images):
        secret = images[(i + len(images) // 2) % len(images)].resize(cover.size, Image.Resampling.LANCZOS)
        began = time.perf_counter()
        stego = hide(cover, secret)
        hidden = time.perf_counter()
        received = through_png(stego)
        sent = time.perf_counter()
        revealed = reveal(received)
        seconds += hidden - began, time.perf_counter() - sent
        megapixels += cover.width * cover.height / 1e6
        for results, before, after in ((covers, cover, received), (secrets, secret, revealed)):
            a, b = np.asarray(before), np.asarray(after)
            results.append((psnr(a, b), ssim(a, b)))
    cover_mean, secret_mean = np.mean(covers, axis=0), np.mean(secrets, axis=0)
    return {
        "cover_psnr": round(float(cover_mean[0]), 2),
        "cover_psnr_min": round(float(np.min(covers, axis=0)[0]), 2),
        "cover_ssim": round(float(cover_mean[1]), 4),
        "secret_psnr": round(float(secret_mean[0]), 2),
        "secret_psnr_min": round(float(np.min(secrets, axis=0)[0]), 2),
        "secret_ssim": round(float(secret_mean[1]), 4),
        "hide_s_per_mpixel": round(seconds[0] / megapixels, 2),
        "reveal_s_per_mpixel": round(seconds[1] / megapixels, 2),
    }


def as_markdown(rows: dict[str, dict[str, float]]) -> str:
    """One table row per method."""
    lines = [
        "| method | cover PSNR (worst) | secret PSNR (worst) | cover, secret SSIM | s/MP hide, reveal |",
        "|---|---|---|---|---|",
    ]
    for name, f in rows.items():
        cells = [
            name,
            f"{f['cover_psnr']} ({f['cover_psnr_min']})",
            f"{f['secret_psnr']} ({f['secret_psnr_min']})",
            f"{f['cover_ssim']}, {f['secret_ssim']}",
            f"{f['hide_s_per_mpixel']}, {f['reveal_s_per_mpixel']}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m train.evaluate", description="Measure on a folder.")
    parser.add_argument("folder", type=Path, help="folder of pictures")
    parser.add_argument(
        "--crop", type=int, default=512, help="side of the centre crop (default: %(default)s)"
    )
    parser.add_argument("--limit", type=int, default=0, help="use only the first N pictures")
    parser.add_argument("--weights", type=Path, help="safetensors file with its card beside it")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a Markdown table")
    parser.add_argument("--card", metavar="NAME", help="also write the figures under this name into the card")
    options = parser.parse_args(arguments)
    try:
        images = load_squares(options.folder, options.crop, options.limit)
        method = steg.load(weights=options.weights)
    except steg.StegError as error:
        print(f"evaluate: {error}", file=sys.stderr)
        return 2
    rows = {
        method.name: measure(method.hide, lambda stego: method.reveal(stego).image, images),
        "4-bit LSB": measure(hide_lsb, reveal_lsb, images),
    }
    print(json.dumps(rows) if options.json else as_markdown(rows))
    if options.card:
        path = (options.weights or FOLDER / f"{method.name}.safetensors").with_suffix(".json")
        card = json.loads(path.read_text())
        card["figures"][options.card] = {"pairs": len(images), "crop": options.crop, **rows[method.name]}
        path.write_text(json.dumps(card, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
