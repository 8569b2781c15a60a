"""What `train.evaluate` shows: a Markdown table, the worst pairs as pictures, and the trade-off as a plot."""

import io

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from steg.metrics import amplified_residual
from train import trips

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

WORST = 4  # pairs of each set on the contact sheet
THUMBNAIL = 192  # pixels
GAIN = 20  # of residuals


def as_markdown(report: dict) -> str:
    """One table for each set of pictures, one row for each method."""
    lines = []
    for name, rows in report["sets"].items():
        count = len(next(iter(rows.values()))["pictures"])
        lines += [
            f"**{name}**, {count} pairs",
            "",
            "| method | cover PSNR (worst) | secret PSNR (worst) | cover, secret SSIM "
            "| s/MP hide, reveal | peak MiB |",
            "|---|---|---|---|---|---|",
        ]
        for method, f in rows.items():
            cells = [
                method,
                f"{f['cover_psnr']} ({f['cover_psnr_min']})",
                f"{f['secret_psnr']} ({f['secret_psnr_min']})",
                f"{f['cover_ssim']}, {f['secret_ssim']}",
                f"{f['hide_s_per_mpixel']}, {f['reveal_s_per_mpixel']}",
                str(f["peak_memory_mib"]),
            ]
            lines.append(f"| {' | '.join(cells)} |")
            scans = [row["scans"] for row in f["pictures"] if "scans" in row]
            if scans:
                lines[-1] += f" {sum(scans)} of {len(scans)} QR codes scan"
        lines.append("")
    lines += [trips.as_markdown(name, rows) for name, rows in report["channels"].items()]
    if report["curve"]:
        lines += ["| strength | cover PSNR | secret PSNR | cover, secret SSIM |", "|---|---|---|---|"]
        for strength, f in report["curve"].items():
            cells = [str(strength), str(f["cover_psnr"]), str(f["secret_psnr"])]
            lines.append(f"| {' | '.join(cells)} | {f['cover_ssim']}, {f['secret_ssim']} |")
        lines.append("")
    return "\n".join(lines)


def contact_sheet(subject, sets: dict, report: dict) -> Image.Image:
    """The worst pairs of each set for the first method: cover, stego, residual, secret, revealed."""
    rows = []
    for name, pairs in sets.items():
        results = report["sets"][name][subject.name]["pictures"]
        order = sorted(
            range(len(pairs)), key=lambda i: min(results[i]["cover_psnr"], results[i]["secret_psnr"])
        )
        rows += [(name, pairs[i], results[i]) for i in order[:WORST]]
    font = ImageFont.load_default(13)
    sheet = Image.new("RGB", (5 * (THUMBNAIL + 4), len(rows) * (THUMBNAIL + 24)), (255, 255, 255))
    draw = ImageDraw.Draw(sheet)
    for i, (name, pair, result) in enumerate(rows):
        stego = subject.hide(pair.cover, pair.secret)
        residual = Image.fromarray(amplified_residual(np.asarray(pair.cover), np.asarray(stego), GAIN))
        top = i * (THUMBNAIL + 24)
        text = (
            f"{name}: {pair.name}. Cover {result['cover_psnr']} dB, secret {result['secret_psnr']} dB. "
            f"Cover, stego, residual x{GAIN}, secret, revealed"
        )
        draw.text((4, top + 4), text, (0, 0, 0), font)
        for j, image in enumerate((pair.cover, stego, residual, pair.secret, subject.reveal(stego))):
            thumbnail = image.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
            sheet.paste(thumbnail, (2 + j * (THUMBNAIL + 4), top + 22))
    return sheet


def tradeoff_plot(report: dict, method: str, set_name: str) -> Image.Image:
    """Cover PSNR against secret PSNR: a point for every method, a line for the strengths of the first."""
    figure, axes = pyplot.subplots(figsize=(7, 5))
    curve = list(report["curve"].values())
    axes.plot(
        [f["cover_psnr"] for f in curve], [f["secret_psnr"] for f in curve],
        "-", color="tab:blue", marker=".", label=f"{method}, strength 0 to 1",
    )  # fmt: skip
    for name, f in report["sets"][set_name].items():
        marker = "*" if name == method else "o"
        axes.plot(
            f["cover_psnr"], f["secret_psnr"], marker, markersize=13 if marker == "*" else 8, label=name
        )
    axes.set(
        xlabel="PSNR of the cover in dB",
        ylabel="PSNR of the secret in dB",
        title=f"{set_name}, through PNG files",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return Image.open(buffer)
