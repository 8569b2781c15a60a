"""What is revealed of pictures that did not arrive as they were sent: real JPEG files, real resizing."""

import numpy as np

import steg
from steg import channels as attacks
from steg.images.metrics import psnr
from steg.images.resizing import resized
from steg.methods.chat.rate_selection import ON_THE_WAY

CHANNELS = {
    "png": ON_THE_WAY["file"],
    "jpeg95": ON_THE_WAY["jpeg95"],  # colours at full resolution, below at half
    "jpeg90": ON_THE_WAY["jpeg90"],
    "jpeg85": lambda image: attacks.jpeg(image, 85),
    "jpeg75": ON_THE_WAY["jpeg75"],
    "half-jpeg90": ON_THE_WAY["half"],
    "messenger": attacks.messenger,
}
IN_WORDS = {
    "png": "PNG",
    "jpeg95": "JPEG 95, 4:4:4",
    "jpeg90": "JPEG 90, 4:2:0",
    "jpeg85": "JPEG 85, 4:2:0",
    "jpeg75": "JPEG 75, 4:2:0",
    "half-jpeg90": "down to half size and back (Lanczos), then JPEG 90",
    "messenger": f"at most {attacks.MESSENGER_SIDE} pixels on the long side, JPEG 80",
}
FOUND = (steg.Status.INTACT, steg.Status.CHANGED, steg.Status.MARKED)


def measure(method: steg.Method, pairs: list, channels: list[str]) -> dict[str, dict]:
    """PSNR in dB of the secrets that come through each channel, and how many pictures are still recognised.

    Returns:
        For each channel the figures by the names used in cards: `secret_psnr`, `secret_psnr_min` (None where
        the method refuses to reveal one), and the share `found`.
    """
    levels, found = ({name: [] for name in channels} for _ in range(2))
    for pair in pairs:
        stego = method.hide(pair.cover, pair.secret)
        for name in channels:
            try:
                revealed = method.reveal(CHANNELS[name](stego))
            except steg.StegError:
                levels[name].append(None)
                found[name].append(False)
                continue
            wanted = resized(np.asarray(pair.secret), revealed.image.size)
            levels[name].append(psnr(np.asarray(revealed.image), wanted))
            found[name].append(revealed.status in FOUND)
    return {name: _summed_up(levels[name], found[name]) for name in channels}


def _summed_up(levels: list[float | None], found: list[bool]) -> dict:
    refused = None in levels
    return {
        "secret_psnr": None if refused else round(float(np.mean(levels)), 2),
        "secret_psnr_min": None if refused else round(min(levels), 2),
        "found": round(float(np.mean(found)), 4),
    }


def as_markdown(name: str, rows: dict[str, dict[str, dict]]) -> str:
    """One table for a set of pictures: a row for each channel, a column for each method."""
    channels = next(iter(rows.values()))
    lines = [
        f"**{name}**, secret PSNR (worst) by channel, and how many pictures are recognised",
        "",
        f"| channel | {' | '.join(rows)} |",
        "|---" * (len(rows) + 1) + "|",
    ]
    for channel in channels:
        cells = [_cell(figures[channel]) for figures in rows.values()]
        lines.append(f"| {IN_WORDS[channel]} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(figures: dict) -> str:
    if figures["secret_psnr"] is None:
        return "nothing"
    return f"{figures['secret_psnr']} ({figures['secret_psnr_min']}), {figures['found']:.0%}"
