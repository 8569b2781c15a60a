"""Simulated channels: what JPEG, resizing, a chat or an edit make of a picture, done for real with Pillow."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

RGB, LANCZOS = "RGB", Image.Resampling.LANCZOS
WEB_PAGE_WIDTH = 1080  # pixels of a picture on a web page
CHAT_SIDE = 1280  # pixels on the longest side of a picture that a chat passes on


@dataclass(frozen=True)
class Channel:
    """A simulated channel: what happens to a picture between the sender and the receiver.

    Attributes:
        name: its key in `CHANNELS`, and in the figures of cards.
        label: what is done, for tables.
        apply: from the picture that is sent to the one that is received, both RGB.
        binds_above: longest side in pixels up to which the channel's limit on the size changes nothing.
        binds_wider: width in pixels, likewise.
        crops: whether what is received is only the upper left part of what was sent.
    """

    name: str
    label: str
    apply: Callable[[Image.Image], Image.Image]
    binds_above: int = 0
    binds_wider: int = 0
    crops: bool = False

    def binds(self, size: tuple[int, int]) -> bool:
        """Whether all that the label says happens to a picture of this (width, height)."""
        return max(size) > self.binds_above and size[0] > self.binds_wider


@dataclass(frozen=True)
class Attack:
    """A channel with one number to choose, from the mildest to the harshest."""

    name: str
    label: str
    setting: str  # what the number is
    mildest: float
    harshest: float
    default: float
    step: float
    apply: Callable[[Image.Image, float], Image.Image]
    crops: bool = False

    def at(self, number: float) -> Channel:
        """The channel with this number."""
        label = f"{self.label}, {self.setting}: {number:g}"
        return Channel(
            f"{self.name}-{number:g}", label, lambda image: self.apply(image, number), crops=self.crops
        )


def coded(image: Image.Image, format: str, **options: int) -> Image.Image:
    """Saved in a format of Pillow's, with its options, and opened again."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return Image.open(buffer).convert(RGB)


def jpeg(image: Image.Image, quality: float) -> Image.Image:
    """Saved as JPEG as messengers do (chroma 4:4:4 from quality 95 on, 4:2:0 below) and opened again."""
    return coded(image, "JPEG", quality=int(quality), subsampling=0 if quality >= 95 else 2)


def noise(image: Image.Image, deviation: float) -> Image.Image:
    """Gaussian noise of this standard deviation in levels of 255, the same each time."""
    pixels = np.asarray(image)
    grain = np.random.RandomState(0).normal(0, deviation, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).round().astype(np.uint8))


def resize(image: Image.Image, percent: float, filter: Image.Resampling = LANCZOS) -> Image.Image:
    """Resized to this percentage of its width and height."""
    return image.resize([max(1, round(side * percent / 100)) for side in image.size], filter)


def resize_and_back(image: Image.Image, percent: float, filter: Image.Resampling = LANCZOS) -> Image.Image:
    """Resized to this percentage of its width and height, and brought back to its size."""
    return resize(image, percent, filter).resize(image.size, filter)


def crop(image: Image.Image, percent: float) -> Image.Image:
    """This percentage of the width and of the height cut off, on the right and below."""
    keep = 1 - percent / 100
    return image.crop((0, 0, max(16, round(image.width * keep)), max(16, round(image.height * keep))))


def scribble(image: Image.Image, percent: float) -> Image.Image:
    """Black strokes from side to side that cover about this percentage of the picture."""
    drawn = image.copy()
    draw = ImageDraw.Draw(drawn)
    thickness = max(2, image.height // 24)
    strokes = round(percent / 100 * image.height / thickness)
    for stroke in range(strokes):
        y = round((stroke + 0.5) * image.height / max(strokes, 1))
        ends = [(0.05 * image.width, y + thickness), (0.95 * image.width, y - thickness)]
        draw.line(ends, fill=(0, 0, 0), width=thickness)
    return drawn


def paint_over(image: Image.Image, percent: float, spots: int = 1, place: float = 0.5) -> Image.Image:
    """Black rectangles of the picture's shape that together cover this percentage of it.

    Args:
        image: RGB.
        percent: of its pixels.
        spots: in each of as many rows.
        place: of each in its cell, from 0 (upper left) to 1 (lower right).
    """
    drawn, share = image.copy(), (percent / 100) ** 0.5
    cell_width, cell_height = image.width / spots, image.height / spots
    width, height = round(share * cell_width), round(share * cell_height)
    for row in range(spots):
        for column in range(spots):
            left = round(column * cell_width + place * (cell_width - width))
            top = round(row * cell_height + place * (cell_height - height))
            drawn.paste((0, 0, 0), (left, top, left + width, top + height))
    return drawn


def blur(image: Image.Image, radius: float) -> Image.Image:
    """Gaussian blur of this radius in pixels."""
    return image.filter(ImageFilter.GaussianBlur(radius))


def brightness(image: Image.Image, percent: float) -> Image.Image:
    """All samples times this percentage."""
    return ImageEnhance.Brightness(image).enhance(percent / 100)


def screenshot(image: Image.Image, percent: float) -> Image.Image:
    """Shown at this percentage of its size, captured off the screen (JPEG 92), cut out and brought back."""
    return jpeg(resize_and_back(image, percent, Image.Resampling.BILINEAR), 92)


def web_page(image: Image.Image) -> Image.Image:
    """What next/image makes of a picture: at most 1080 pixels wide, WebP of quality 75."""
    percent = 100 * min(1, WEB_PAGE_WIDTH / image.width)
    return coded(resize(image, percent) if percent < 100 else image, "WEBP", quality=75)


def chat(image: Image.Image) -> Image.Image:
    """What a chat makes of a picture: at most 1280 pixels on the longest side, JPEG of quality 80."""
    small = image.copy()
    small.thumbnail((CHAT_SIDE, CHAT_SIDE), LANCZOS)
    return jpeg(small, 80)


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("png", "PNG", lambda image: image),  # lossless: nothing changes
        Channel("jpeg95", "JPEG 95, 4:4:4", lambda image: jpeg(image, 95)),
        Channel("jpeg90", "JPEG 90, 4:2:0", lambda image: jpeg(image, 90)),
        Channel("jpeg85", "JPEG 85, 4:2:0", lambda image: jpeg(image, 85)),
        Channel("jpeg75", "JPEG 75, 4:2:0", lambda image: jpeg(image, 75)),
        Channel(
            "half-and-back-jpeg90",
            "half the size and brought back (Lanczos), JPEG 90",
            lambda image: jpeg(resize_and_back(image, 50), 90),
        ),
        Channel(
            "half-jpeg90",
            "half the size (Lanczos, not brought back), JPEG 90",
            lambda image: jpeg(resize(image, 50), 90),
        ),
        Channel(
            "three-quarters-jpeg85",
            "three quarters of the size (Lanczos), JPEG 85",
            lambda image: jpeg(resize(image, 75), 85),
        ),
        Channel("jpeg70", "JPEG 70, 4:2:0", lambda image: jpeg(image, 70)),
        Channel("jpeg62", "JPEG 62, 4:2:0", lambda image: jpeg(image, 62)),
        Channel("webp80", "WebP 80", lambda image: coded(image, "WEBP", quality=80)),
        Channel("webp75", "WebP 75", lambda image: coded(image, "WEBP", quality=75)),
        Channel("avif65", "AVIF 65", lambda image: coded(image, "AVIF", quality=65)),
        Channel("next-image", f"at most {WEB_PAGE_WIDTH} pixels wide, WebP 75", web_page, 0, WEB_PAGE_WIDTH),
        Channel("painted", "4% painted over, in the middle", lambda image: paint_over(image, 4)),
        Channel(
            "painted-corner", "4% painted over, in a corner", lambda image: paint_over(image, 4, place=0)
        ),
        Channel("painted-spots", "4% painted over, in 25 spots", lambda image: paint_over(image, 4, 5)),
        Channel("chat", f"at most {CHAT_SIDE} pixels on the longest side, JPEG 80", chat, CHAT_SIDE),
    )
}
ATTACKS = {
    attack.name: attack
    for attack in (
        Attack("jpeg", "JPEG", "quality", 100, 30, 90, 1, jpeg),
        Attack("noise", "Noise", "standard deviation in levels of 255", 0, 20, 2, 0.5, noise),
        Attack("resize", "Resize there and back", "percent of its size", 99, 25, 50, 1, resize_and_back),
        Attack("crop", "Crop", "percent cut off right and below", 0, 80, 25, 1, crop, crops=True),
        Attack("scribble", "Scribble", "percent painted over", 0, 60, 15, 1, scribble),
        Attack("blur", "Blur", "radius in pixels", 0, 4, 0.5, 0.1, blur),
        Attack("brightness", "Brightness", "percent of what it was", 100, 70, 95, 1, brightness),
        Attack("screenshot", "Screenshot", "percent of its size on the screen", 150, 50, 80, 1, screenshot),
    )
}
