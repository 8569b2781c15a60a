"""Results of the Compare tab to take away: a table for spreadsheets, and a sheet of all pictures."""

import csv
import io

from PIL import Image, ImageDraw, ImageFont

from steg.evaluation import Result, Transmission
from steg.ui.pictures import fitted
from steg.ui.survival import level_of

COLUMNS = {  # heading: attribute of `steg.evaluation.Result`
    "method": "method",
    "cover PSNR in dB": "cover_psnr",
    "cover SSIM": "cover_ssim",
    "secret PSNR in dB": "secret_psnr",
    "secret SSIM": "secret_ssim",
    "bits per pixel": "bits_per_pixel",
    "seconds to hide": "hide_seconds",
    "seconds to reveal": "reveal_seconds",
}
GAIN = 20  # of residuals
TILE, GAP, LINE = 256, 8, 26  # pixels: side of a picture, between pictures, height of a line of text
HEADS = "stego", f"residual x{GAIN}", "revealed", "after the attack", "revealed from that"


def row_of(result: Result) -> dict[str, str | float | None]:
    """The figures of a result by their headings."""
    return {heading: getattr(result, attribute) for heading, attribute in COLUMNS.items()}


def as_csv(results: list[Result]) -> str:
    """The figures as a table for spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for result in results:
        writer.writerow([round(x, 4) if isinstance(x, float) else x for x in row_of(result).values()])
    return text.getvalue()


def handout(results: list[Result], transmissions: list[Transmission], title: str) -> Image.Image:
    """All pictures on one sheet: a row for each method, under a line that names the attack."""
    size = len(HEADS) * (TILE + GAP) + GAP, 2 * LINE + len(results) * (TILE + 2 * LINE)
    sheet = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(16)
    draw.text((GAP, 4), title, "black", font)
    for column, head in enumerate(HEADS):
        draw.text((GAP + column * (TILE + GAP), LINE + 4), head, "black", font)
    for number, (result, after) in enumerate(zip(results, transmissions, strict=True)):
        top = 2 * LINE + number * (TILE + 2 * LINE)
        pictures = result.stego, result.residual(GAIN), result.revealed, after.received, after.revealed
        for column, picture in enumerate(pictures):
            if picture:
                sheet.paste(fitted(picture, TILE), (GAP + column * (TILE + GAP), top))
        text = (
            f"{result.method}: cover {result.cover_psnr:.1f} dB, secret {result.secret_psnr:.1f} dB, "
            f"after the attack {level_of(after)}"
        )
        draw.text((GAP, top + TILE + 4), text, "black", font)
    return sheet
