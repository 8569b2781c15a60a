"""What `train.evaluate` shows: a Markdown table, the worst pairs as pictures, and the trade-off as a plot."""

import io

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from steg.evaluation import evaluate
from steg.methods.base import Method
from train.evaluate import channels

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.figure import Figure

WORST = 4  # pairs of each set on the contact sheet
THUMBNAIL = 192  # pixels
GAIN = 20  # of residuals
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#000000", "#e69f00", "#56b4e9")  # Okabe and Ito


def as_markdown(report: dict) -> str:
    """One table for each set of pictures, one row for each method."""
    lines = []
    for name, rows in report["sets"].items():
        count = len(next(iter(rows.values()))["pictures"])
        lines += [
            f"**{name}**, {count} pairs",
            "",
            "| method | cover PSNR (worst) | secret PSNR (worst) | cover, secret SSIM | cover SSIMULACRA 2 "
            "| s/MP hide, reveal | peak MiB |",
            "|---|---|---|---|---|---|---|",
        ]
        for method, f in rows.items():
            cells = [
                method,
                f"{f['cover_psnr']} ({f['cover_psnr_min']})",
                f"{f['secret_psnr']} ({f['secret_psnr_min']})",
                f"{f['cover_ssim']}, {f['secret_ssim']}",
                str(f["cover_ssimulacra2"]),
                f"{f['hide_s_per_mpixel']}, {f['reveal_s_per_mpixel']}",
                str(f["peak_memory_mib"]),
            ]
            lines.append(f"| {' | '.join(cells)} |")
            if exact := sum(row["exact"] for row in f["pictures"]):
                lines[-1] += f" {exact} secrets exact (as 99 dB)"
            scans = [row["scans"] for row in f["pictures"] if "scans" in row]
            if scans:
                lines[-1] += f" {sum(scans)} of {len(scans)} QR codes scan"
        lines.append("")
    chosen = report["chosen_channels"]
    lines += [channels.as_markdown(name, rows, chosen) for name, rows in report["channels"].items()]
    for name, curve in report["tradeoff"].get("methods", {}).items():
        lines += [f"**{name}**, by strength", ""]
        heads = "strength", "cover PSNR", "secret PSNR", "cover, secret SSIM", "cover SSIMULACRA 2"
        lines += [f"| {' | '.join(heads)} |", "|---|---|---|---|---|"]
        for f in curve:
            cells = [str(f["strength"]), str(f["cover_psnr"]), str(f["secret_psnr"])]
            cells += [f"{f['cover_ssim']}, {f['secret_ssim']}", str(f["cover_ssimulacra2"])]
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    return "\n".join(lines)


def contact_sheet(method: Method, sets: dict, report: dict) -> Image.Image:
    """The worst pairs of each set for one method: cover, stego, residual, secret, revealed."""
    worst = []
    for name, pairs in sets.items():
        rows = report["sets"][name][method.name]["pictures"]
        order = sorted(range(len(pairs)), key=lambda i: min(rows[i]["cover_psnr"], rows[i]["secret_psnr"]))
        worst += [(name, pairs[i]) for i in order[:WORST]]
    font = ImageFont.load_default(13)
    sheet = Image.new("RGB", (5 * (THUMBNAIL + 4), len(worst) * (THUMBNAIL + 24)), (255, 255, 255))
    draw = ImageDraw.Draw(sheet)
    for i, (name, pair) in enumerate(worst):
        result = evaluate(method, pair.cover, pair.secret)
        top = i * (THUMBNAIL + 24)
        text = (
            f"{name}: {pair.name}. Cover {result.cover_psnr:.2f} dB, secret {result.secret_psnr:.2f} dB. "
            f"Cover, stego, residual x{GAIN}, secret, revealed"
        )
        draw.text((4, top + 4), text, (0, 0, 0), font)
        pictures = result.cover, result.stego, result.residual(GAIN), result.secret, result.revealed
        for j, image in enumerate(pictures):
            thumbnail = image.resize((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
            sheet.paste(thumbnail, (2 + j * (THUMBNAIL + 4), top + 22))
    return sheet


def tradeoff_plot(tradeoff: dict) -> Image.Image:
    """Cover PSNR against secret PSNR: for every method a line over its strengths, or a point.

    Args:
        tradeoff: as `train.evaluate.methods.report_of` puts it into the report.
    """
    figure, axes = pyplot.subplots(figsize=(7, 5))
    for (name, curve), colour in zip(tradeoff["methods"].items(), COLOURS, strict=False):
        label = f"{name}, strength 0 to 1" if len(curve) > 1 else name
        levels = [[f[which] for f in curve] for which in ("secret_psnr", "cover_psnr")]
        axes.plot(*levels, color=colour, marker="." if len(curve) > 1 else "o", label=label)
    axes.set(
        xlabel="PSNR of the secret in dB",
        ylabel="PSNR of the cover in dB",
        title=f"{tradeoff['set']}, {tradeoff['pairs']} pairs, through PNG files",
    )
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return _as_image(figure)


def _as_image(figure: Figure) -> Image.Image:
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return Image.open(buffer)
