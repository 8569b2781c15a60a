"""The hard cases that users bring, generated: text, screenshots, line art, codes, flat colour, night, red."""

from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

EXAMPLES = Path(__file__).parents[2] / "examples"
SIDE = 384
QR_TEXT = "Steg hides a photograph inside a photograph. Can you still scan this?"
PROSE = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of "
    "foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the season of Light, "
    "it was the season of Darkness, it was the spring of hope, it was the winter of despair. "
)  # Charles Dickens, A Tale of Two Cities, 1859


def pairs() -> dict[str, tuple[Image.Image, Image.Image]]:
    """Cover and secret of each case, RGB, 384x384."""
    meadow, lake, stairs, cat, tulips, coffee = (
        photo(name)
        for name in (
            "flower_meadow.png", "rock_and_lake.png", "spiral_stairs.jpg",
            "cat.png", "tulips.png", "coffee.jpg",
        )
    )  # fmt: skip
    return {
        "text in a photo": (meadow, text()),
        "text in text": (text(top=200), text()),
        "screenshot in a photo": (lake, screenshot()),
        "photo in a screenshot": (screenshot(), cat),
        "line art in a photo": (tulips, line_art()),
        "QR code in a photo": (cat, qr_code()),
        "QR code in flat colour": (flat(90, 140, 200), qr_code()),
        "busy photo in flat colour": (flat(90, 140, 200), stairs),
        "busy photo in white": (flat(255, 255, 255), meadow),
        "busy photo in pure red": (flat(255, 0, 0), meadow),
        "photo in a saturated photo": (saturated(tulips), coffee),
        "saturated photo in a photo": (coffee, saturated(tulips)),
        "night shot in a photo": (lake, night(stairs)),
        "photo in a night shot": (night(stairs), lake),
    }


def scans(image: Image.Image) -> bool:
    """Whether the QR code of the hard cases can be read off a picture."""
    return any(found.text == QR_TEXT for found in zxingcpp.read_barcodes(np.asarray(image)))


def photo(name: str) -> Image.Image:
    """The centre of one of the example pictures, resampled."""
    image = Image.open(EXAMPLES / name).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def flat(red: int, green: int, blue: int) -> Image.Image:
    """One colour."""
    return Image.new("RGB", (SIDE, SIDE), (red, green, blue))


def text(top: int = 0) -> Image.Image:
    """A printed page of small type; `top` pixels further down it reads differently."""
    image = flat(252, 250, 245)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    words, y = (PROSE * 12).split(), 6 - top
    while y < SIDE:
        line = words.pop(0)
        while words and draw.textlength(f"{line} {words[0]}", font) < SIDE - 20:
            line += f" {words.pop(0)}"
        draw.text((10, y), line, (20, 20, 30), font)
        y += 17
    return image


def screenshot() -> Image.Image:
    """A window with a title bar, a list, buttons and a table."""
    image = flat(243, 244, 246)
    draw, small, large = ImageDraw.Draw(image), ImageFont.load_default(11), ImageFont.load_default(16)
    draw.rectangle([0, 0, SIDE, 30], fill=(38, 70, 120))
    draw.text((10, 6), "Holiday plans", (255, 255, 255), large)
    draw.rectangle([0, 31, 110, SIDE], fill=(255, 255, 255), outline=(200, 204, 212))
    for i, name in enumerate(("Inbox (12)", "Drafts", "Sent", "Photos", "Receipts", "Trash")):
        if i == 3:
            draw.rectangle([1, 40 + 26 * i, 109, 62 + 26 * i], fill=(219, 234, 254))
        draw.text((10, 45 + 26 * i), name, (30, 41, 59), small)
    for row in range(9):
        y = 44 + 28 * row
        draw.rectangle([122, y, 372, y + 24], fill=(255, 255, 255), outline=(214, 218, 226))
        draw.text(
            (128, y + 6),
            f"{row + 3:02d}.08.  Day {row + 1}: {PROSE[24 * row : 24 * row + 24]}",
            (50, 55, 70),
            small,
        )
    draw.rounded_rectangle([122, 320, 210, 350], 6, fill=(22, 163, 74))
    draw.text((140, 327), "Book now", (255, 255, 255), small)
    return image


def line_art() -> Image.Image:
    """Thin black curves on white."""
    image = flat(255, 255, 255)
    draw = ImageDraw.Draw(image)
    t = np.linspace(0, 2 * np.pi, 2000)
    for i, (a, b) in enumerate(((3, 2), (5, 4), (7, 6))):
        x, y = 192 + (170 - 20 * i) * np.sin(a * t), 192 + (170 - 20 * i) * np.cos(b * t)
        draw.line(list(zip(x.tolist(), y.tolist(), strict=True)), (0, 0, 0), 1 + i % 2)
    return image


def qr_code() -> Image.Image:
    """A QR code on a white page; `scans` reads it."""
    code = zxingcpp.create_barcode(QR_TEXT, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = Image.fromarray(np.array(code.to_image(scale=1))).convert("RGB")
    scale = SIDE // image.width
    image = image.resize((image.width * scale, image.height * scale), Image.Resampling.NEAREST)
    page = flat(255, 255, 255)
    page.paste(image, ((SIDE - image.width) // 2, (SIDE - image.height) // 2))
    return page


def night(image: Image.Image) -> Image.Image:
    """A tenth of the light, with the sensor's noise."""
    random = np.random.default_rng(0)
    dark = np.asarray(image, np.float32) * 0.1 + random.normal(0, 2, (SIDE, SIDE, 3))
    return Image.fromarray(dark.clip(0, 255).round().astype(np.uint8))


def saturated(image: Image.Image) -> Image.Image:
    """Colours pushed to the limits."""
    pixels = np.asarray(image, np.float32)
    grey = pixels.mean(2, keepdims=True)
    return Image.fromarray((grey + 4 * (pixels - grey)).clip(0, 255).round().astype(np.uint8))
