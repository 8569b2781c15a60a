"""Secret PSNR by channel: what is revealed of stego pictures behind real JPEG files, resizing and damage."""

import numpy as np
from PIL import Image

import steg
from steg.channels import CHANNELS, Channel
from steg.evaluation import Transmission, through_png, transmit
from steg.images.resizing import resized

RIGHT = 8  # levels, by which every sample of a right pixel is off at most
FOUND = steg.Status.INTACT, steg.Status.CHANGED, steg.Status.MARKED


def measure(method: steg.Method, pairs: list, channels: list[Channel]) -> dict[str, dict]:
    """PSNR in dB of the secrets that come through each channel, and how many pictures are still recognised.

    A channel with a limit on the size is measured on the pictures that exceed it, and left out if none does.

    Returns:
        For each channel the figures by the names used in cards: `secret_psnr`, `secret_psnr_min` (of
        those that are revealed; None where there are none), the share `found`, how many are `lost`, and
        `right`, the share of pixels that are right (`RIGHT`), none where a secret is lost.
    """
    found: dict[str, list[Transmission]] = {}
    right: dict[str, list[float]] = {}
    for pair in pairs:
        stego = through_png(method.hide(pair.cover, pair.secret))
        for channel in channels:
            if channel.binds(stego.size):
                result = transmit(method, stego, pair.secret, channel)
                found.setdefault(channel.name, []).append(result)
                right.setdefault(channel.name, []).append(share_right(result.revealed, pair.secret))
    return {name: _summed_up(found[name], right[name]) for name in found}


def share_right(revealed: Image.Image | None, secret: Image.Image) -> float:
    """The share of a revealed secret's pixels that are right."""
    if revealed is None:
        return 0.0
    off = np.abs(np.asarray(revealed, np.int16) - resized(np.asarray(secret), revealed.size))
    return float((off.max(2) <= RIGHT).mean())


def _summed_up(transmissions: list[Transmission], right: list[float]) -> dict:
    levels = [t.secret_psnr for t in transmissions if t.secret_psnr is not None]
    return {
        "secret_psnr": round(float(np.mean(levels)), 2) if levels else None,
        "secret_psnr_min": round(min(levels), 2) if levels else None,
        "found": round(float(np.mean([t.status in FOUND for t in transmissions])), 4),
        "lost": len(transmissions) - len(levels),
        "right": round(float(np.mean(right)), 4),
    }


def as_markdown(name: str, rows: dict[str, dict[str, dict]], chosen: list[str]) -> str:
    """One table for a set of pictures, and a note on the channels that were left out.

    Args:
        name: of the set.
        rows: method -> channel -> figures, as `measure` returns them.
        chosen: names of all channels that were asked for.
    """
    measured = [channel for channel in chosen if any(channel in figures for figures in rows.values())]
    lines = [
        f"**{name}**, secret PSNR (worst) by channel, how many pictures are recognised, and pixels right",
        "",
        f"| channel | {' | '.join(rows)} |",
        "|---" * (len(rows) + 1) + "|",
    ]
    for channel in measured:
        cells = [_cell(figures[channel]) if channel in figures else "" for figures in rows.values()]
        lines.append(f"| {CHANNELS[channel].label} | {' | '.join(cells)} |")
    for left_out in (CHANNELS[channel] for channel in chosen if channel not in measured):
        lines += ["", f"Left out: {left_out.label}. No picture is larger than that."]
    return "\n".join([*lines, ""])


def _cell(figures: dict) -> str:
    if figures["secret_psnr"] is None:
        return "nothing"
    lost = f", {figures['lost']} lost" if figures["lost"] else ""
    level = f"{figures['secret_psnr']} ({figures['secret_psnr_min']})"
    return f"{level}, {figures['found']:.0%}{lost}, {figures['right']:.0%}"
