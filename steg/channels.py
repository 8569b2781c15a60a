"""What happens to pictures on their way, done for real with Pillow: from a picture to what arrives."""

import io
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

RGB = "RGB"
MESSENGER_SIDE = 1280  # pixels


class Attack(NamedTuple):
    """An attack with one number to choose, from the mildest to the harshest."""

    label: str
    setting: str  # what the number is
    mildest: float
    harshest: float
    default: float
    step: float
    apply: Callable[[Image.Image, float], Image.Image]


def jpeg(image: Image.Image, quality: float) -> Image.Image:
    """Saved as JPEG as messengers do (colours at half resolution from quality 94 down) and opened again."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(quality), subsampling=0 if quality >= 95 else 2)
    return Image.open(buffer).convert(RGB)


def noise(image: Image.Image, deviation: float) -> Image.Image:
    """Gaussian noise of so many levels, the same each time."""
    pixels = np.asarray(image)
    grain = np.random.RandomState(0).normal(0, deviation, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).round().astype(np.uint8))


def resize(image: Image.Image, percent: float) -> Image.Image:
    """Made smaller and brought back to its size (Lanczos)."""
    return _there_and_back(image, percent, Image.Resampling.LANCZOS)


def crop(image: Image.Image, percent: float) -> Image.Image:
    """So much of the right and of the bottom cut off."""
    keep = 1 - percent / 100
    return image.crop((0, 0, max(16, round(image.width * keep)), max(16, round(image.height * keep))))


def scribble(image: Image.Image, percent: float) -> Image.Image:
    """Painted over with black strokes that cover about so much of it, from the top left on."""
    drawn = image.copy()
    draw = ImageDraw.Draw(drawn)
    thickness = max(2, image.height // 24)
    strokes = round(percent / 100 * image.height / thickness)
    for stroke in range(strokes):
        y = round((stroke + 0.5) * image.height / max(strokes, 1))
        ends = [(0.05 * image.width, y + thickness), (0.95 * image.width, y - thickness)]
        draw.line(ends, fill=(0, 0, 0), width=thickness)
    return drawn


def blur(image: Image.Image, radius: float) -> Image.Image:
    """Gaussian blur of this radius in pixels."""
    return image.filter(ImageFilter.GaussianBlur(radius))


def brightness(image: Image.Image, percent: float) -> Image.Image:
    """All samples times this share."""
    return ImageEnhance.Brightness(image).enhance(percent / 100)


def screenshot(image: Image.Image, percent: float) -> Image.Image:
    """Shown at another size on a screen, photographed off it by the computer, cut out and brought back."""
    return jpeg(_there_and_back(image, percent, Image.Resampling.BILINEAR), 92)


def messenger(image: Image.Image) -> Image.Image:
    """What a chat makes of a picture: at most 1280 pixels on the long side, JPEG of quality 80."""
    small = image.copy()
    small.thumbnail((MESSENGER_SIDE, MESSENGER_SIDE), Image.Resampling.LANCZOS)
    return jpeg(small, 80)


def _there_and_back(image: Image.Image, percent: float, filter: Image.Resampling) -> Image.Image:
    size = [max(1, round(side * percent / 100)) for side in image.size]
    return image.resize(size, filter).resize(image.size, filter)


ATTACKS = {
    "jpeg": Attack("JPEG", "quality", 100, 30, 90, 1, jpeg),
    "noise": Attack("Noise", "standard deviation in levels of 255", 0, 20, 2, 0.5, noise),
    "resize": Attack("Resize there and back", "percent of its size", 99, 25, 50, 1, resize),
    "crop": Attack("Crop", "percent cut off right and below", 0, 80, 25, 1, crop),
    "scribble": Attack("Scribble", "percent painted over", 0, 60, 15, 1, scribble),
    "blur": Attack("Blur", "radius in pixels", 0, 4, 0.5, 0.1, blur),
    "brightness": Attack("Brightness", "percent of what it was", 100, 70, 95, 1, brightness),
    "screenshot": Attack("Screenshot", "percent of its size on the screen", 150, 50, 80, 1, screenshot),
}
TRIPS = {  # what usually happens to a picture that is not sent as a file
    "JPEG 95": lambda image: jpeg(image, 95),
    "JPEG 85": lambda image: jpeg(image, 85),
    "JPEG 75": lambda image: jpeg(image, 75),
    "Chat": messenger,
}
