"""Colours as a browser shows them: ICC profiles, transparency and samples of 16 bits to 8-bit sRGB."""

import io
from typing import cast

import numpy as np
from PIL import Image, ImageCms

from steg.images import profiles


def to_srgb(image: Image.Image) -> Image.Image:
    """A picture of any of Pillow's modes but F as RGB, converted by its profile and laid on white."""
    colours, alpha = _split(image)
    converted = _converted(colours, image.info.get("icc_profile"))
    if alpha is None:
        return converted
    return Image.composite(converted, Image.new("RGB", image.size, "white"), alpha)


def is_transparent(image: Image.Image) -> bool:
    """Whether any pixel is not fully opaque (decodes the picture)."""
    return image.has_transparency_data and any(image.convert("RGBA").getchannel("A").histogram()[:255])


def in_8_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits in 8; other pictures as they are."""
    if not image.mode.startswith("I"):  # also where Pillow keeps 16 bits in 32
        return image
    return Image.fromarray((np.asarray(image).clip(0, 2**16 - 1) / 257).round().astype(np.uint8))


def _split(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Colours, in a mode that profiles are made for, and transparency where there is any."""
    image = in_8_bits(image)
    if image.has_transparency_data:
        grey = image.mode in ("L", "LA", "La") or bool(image.info.get("grey"))
        both = image.convert("LA" if grey else "RGBA")
        return both.convert("L" if grey else "RGB"), both.getchannel("A")
    if image.mode in ("1", "L"):
        return image.convert("L"), None
    return image if image.mode in ("RGB", "CMYK", "LAB") else image.convert("RGB"), None


def _converted(image: Image.Image, profile: bytes | None) -> Image.Image:
    """RGB by the profile, if there is a usable one."""
    if profile and profiles.fits(profile, image.mode):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            return cast(Image.Image, converted)  # None only where it converts in place
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: show the picture without it, as browsers do
    return image.convert("RGB")
