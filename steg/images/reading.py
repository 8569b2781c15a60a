"""Reading pictures: a file, PIL image or array to 8-bit RGB, or to a `StegError` that says why not.

`read_photo` returns a cover or secret as a viewer shows it: turned upright, converted to sRGB, on white.
`read_stego` returns the stored samples, because the payload is in them and not in their appearance.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import numpy as np
from PIL import Image, ImageCms, ImageOps

from steg.errors import StegError
from steg.images.sources import FileSource, Source, read_bytes

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "AVIF", "GIF")
FORMATS_TEXT = "PNG, JPEG, WebP, BMP, TIFF, AVIF or GIF"
MAX_MEGAPIXELS = 50.0
LARGEST_SIDE = 2**16 - 1  # what the header can hold


@dataclass(frozen=True)
class Picture:
    """An 8-bit RGB picture, and a sentence for the user on each conversion that lost something."""

    image: Image.Image
    notices: tuple[str, ...] = ()


def read_photo(source: Source, role: str = "picture", max_megapixels: float = MAX_MEGAPIXELS) -> Picture:
    """Reads a cover or a secret.

    Args:
        source: path, bytes, binary file object, PIL image, or uint8 array of shape (H, W), (H, W, 3) or
            (H, W, 4).
        role: what error sentences call it: "cover", "secret".
        max_megapixels: files of larger pictures are refused before any pixel is decoded.

    Raises:
        StegError: if it is no picture of a known format, damaged, or too large.
    """
    notices = []
    with _errors_as_sentences(role):
        image = _open(source, role, max_megapixels)
        if getattr(image, "is_animated", False):
            notices.append(f"The {role} has more than one frame or page; only the first is used.")
        if _is_transparent(image):
            notices.append(f"The {role} is partly transparent; it is laid on white.")
        return Picture(_to_srgb(_to_8_bit(ImageOps.exif_transpose(image), role)), tuple(notices))


def read_stego(source: Source, max_megapixels: float = MAX_MEGAPIXELS) -> Image.Image:
    """Reads a picture to reveal from: its stored samples as RGB; arguments and errors as in `read_photo`.

    EXIF orientation and colour profile, which other programs may have added, are ignored.
    """
    with _errors_as_sentences("file"):
        return _to_8_bit(_open(source, "file", max_megapixels), "file").convert("RGB")


def is_picture(source: FileSource) -> bool:
    """Whether a file begins like a picture of a known format, damaged though it may be.

    Raises:
        StegError: if it cannot be opened.
    """
    data = read_bytes(source, "secret", empty=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError:
        return True
    except Exception:  # decoders raise whatever they like
        return False
    return True


@contextmanager
def _errors_as_sentences(role: str) -> Iterator[None]:
    """Turns whatever a decoder raises into a `StegError`: hostile files make decoders fail in many ways."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of large sizes and broken metadata: both handled here
            yield
    except StegError:
        raise
    except Image.DecompressionBombError as error:
        raise StegError(f"The {role} has hundreds of megapixels; make it smaller first.") from error
    except Image.UnidentifiedImageError as error:
        raise StegError(
            f"The {role} is not a picture that Steg can read; use {FORMATS_TEXT} "
            "(save HEIC and other kinds as JPEG first)."
        ) from error
    except Exception as error:
        raise StegError(
            f"The {role} is damaged or cut short and cannot be decoded; try the original file."
        ) from error


def _open(source: Source, role: str, max_megapixels: float) -> Image.Image:
    """Opens without decoding pixels, and checks the size; a file is read into memory first."""
    if isinstance(source, np.ndarray):
        image = _from_array(source, role)
    elif isinstance(source, Image.Image):
        image = source
    else:
        image = Image.open(io.BytesIO(read_bytes(source, role)), formats=FORMATS)
        _check_megapixels(image.size, role, max_megapixels)
    if max(image.size) > LARGEST_SIDE:
        raise StegError(f"The {role} has a side of {max(image.size)} pixels; the limit is {LARGEST_SIDE}.")
    return image


def _from_array(array: np.ndarray, role: str) -> Image.Image:
    shape_fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not shape_fits or 0 in array.shape:
        raise StegError(f"The {role} array must be uint8 of shape (H, W), (H, W, 3) or (H, W, 4).")
    return Image.fromarray(array)


def _check_megapixels(size: tuple[int, int], role: str, limit: float) -> None:
    width, height = size
    if width * height > limit * 1e6:
        raise StegError(
            f"The {role} has {width * height / 1e6:.1f} megapixels ({width}x{height}); "
            f"the limit is {limit:g}, make it smaller first."
        )


def _is_transparent(image: Image.Image) -> bool:
    """Whether any pixel is not fully opaque (decodes the picture)."""
    return image.has_transparency_data and any(image.convert("RGBA").getchannel("A").histogram()[:255])


def _to_8_bit(image: Image.Image, role: str) -> Image.Image:
    """16-bit grey to 8 bits, and transparent pictures laid on white; other modes stay."""
    if image.mode == "F":
        raise StegError(
            f"The {role} holds floating-point samples; save it with 8 or 16 bits per channel first."
        )
    if image.mode.startswith("I"):  # 16-bit grey, also where Pillow keeps it in 32 bits
        return Image.fromarray((np.asarray(image).clip(0, 2**16 - 1) / 257).round().astype(np.uint8))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        flat = Image.alpha_composite(white, rgba).convert("RGB")
        flat.info = {"icc_profile": image.info.get("icc_profile")}
        return flat
    return image


def _to_srgb(image: Image.Image) -> Image.Image:
    """Converts to RGB, with the ICC profile where there is a usable one; drops all metadata."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "L", "CMYK", "LAB"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            return _without_metadata(cast(Image.Image, converted))  # None only where it converts in place
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile, or one for another mode: show the picture without it, as viewers do
    return _without_metadata(image.convert("RGB"))


def _without_metadata(image: Image.Image) -> Image.Image:
    """The pixels alone: Pillow would write the metadata into a saved file."""
    return Image.frombytes("RGB", image.size, image.tobytes())
