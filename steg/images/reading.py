"""Reading pictures: a file, PIL image or array to 8-bit RGB, or to a `StegError` that says why not.

`read_photo` returns a cover or secret as a browser shows it: turned upright, converted to sRGB, on white, and
made smaller where it is too large. `read_stego` returns the stored samples, because the payload is in them
and not in their appearance.
"""

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import Image, JpegImagePlugin

from steg.errors import StegError
from steg.images import colours, jpeg
from steg.images.opening import FORMATS_TEXT, check_decodable, is_heic, open_image, suffix_of
from steg.images.sources import FileSource, Source, read_bytes

MAX_MEGAPIXELS = 50.0  # of covers and secrets; larger ones are made smaller
MAX_STEGO_MEGAPIXELS = 64.0  # of pictures to reveal from, in which every sample counts
LARGEST_SIDE = 2**16 - 1  # what the header can hold
STEGO = "file"  # what error sentences call a picture to reveal from
ORIENTATION = 0x0112  # tag of EXIF and TIFF
TRANSPOSED = {  # how a picture is turned to view it, by its orientation tag
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
STORED_AGAIN = TRANSPOSED | {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
UNREADABLE = (
    f"The {{role}} is not a picture that Steg can read; use {FORMATS_TEXT} (save other kinds as JPEG first)."
)
UNREADABLE_STEGO = (
    f"The file is not a picture that Steg can read; it reads {FORMATS_TEXT}. Do not convert it, which could "
    "destroy what is hidden: ask for the very file that was saved."
)
CUT_SHORT = "The {role} lacks its end marker, so it may have been cut short; all of its pixels are there."
SHRUNK = "The {role} has {before}; it is used at {after}, as more than {limit:g} megapixels take too long."


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
        max_megapixels: larger pictures are made smaller.

    Raises:
        StegError: if it is no picture of a known format, damaged, or too large to be decoded.
    """
    notices = []
    with _errors_as_sentences(role):
        image = _open(source, role)
        before = image.size
        size = _limited(before, max_megapixels)
        check_decodable(image, role, shrinks=size != before)
        if size != before and isinstance(image, JpegImagePlugin.JpegImageFile):
            image.draft(None, size)  # decodes at 1/2, 1/4 or 1/8 of its size, as long as it is larger
        image, whole = _decoded(image)
        if not whole:
            notices.append(CUT_SHORT.format(role=role))
        if getattr(image, "is_animated", False):
            notices.append(f"The {role} has more than one frame or page; only the first is used.")
        if image.mode == "F":
            raise StegError(
                f"The {role} holds floating-point samples; save it with 8 or 16 bits per channel first."
            )
        if size != before:
            image = _smaller(image, size)
            shown = [f"{math.prod(s) / 1e6:.1f} megapixels ({s[0]}x{s[1]})" for s in (before, size)]
            notices.append(SHRUNK.format(role=role, before=shown[0], after=shown[1], limit=max_megapixels))
        if colours.is_transparent(image):
            notices.append(f"The {role} is partly transparent; it is laid on white.")
        return Picture(_without_metadata(colours.to_srgb(_upright(image))), tuple(notices))


def read_stego(source: Source, max_megapixels: float = MAX_STEGO_MEGAPIXELS) -> Image.Image:
    """Reads a picture to reveal from: its stored samples as RGB; arguments as in `read_photo`.

    Transparency, orientation and colour profile, which other programs may have added, are ignored.

    Raises:
        StegError: if it is no picture of a known format, damaged, or has more than `max_megapixels`.
    """
    with _errors_as_sentences(STEGO):
        image = _open(source, STEGO)
        width, height = image.size
        if max(width, height) > LARGEST_SIDE or width * height > max_megapixels * 1e6:
            raise StegError(
                f"The file has {width * height / 1e6:.1f} megapixels ({width}x{height}); the limit is "
                f"{max_megapixels:g}, and {LARGEST_SIDE} pixels a side."
            )
        check_decodable(image, STEGO)
        orientation = getattr(image, "tag_v2", {}).get(ORIENTATION)
        image = colours.in_8_bits(_decoded(image)[0])
        if orientation in STORED_AGAIN:  # Pillow turns TIFF upright when it decodes
            image = image.transpose(STORED_AGAIN[orientation])
        return image.convert("RGB")


def is_picture(source: FileSource) -> bool:
    """Whether a file begins like a picture of a known format, damaged though it may be.

    Raises:
        StegError: if it cannot be opened.
    """
    data = read_bytes(source, "secret", empty=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            open_image(data, "secret", suffix_of(source))
    except Image.DecompressionBombError:
        return True
    except StegError:
        return not is_heic(data)
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
        raise StegError(f"The {role} has hundreds of megapixels, which is more than can be read.") from error
    except Image.UnidentifiedImageError as error:
        raise StegError(UNREADABLE_STEGO if role == STEGO else UNREADABLE.format(role=role)) from error
    except Exception as error:
        raise StegError(
            f"The {role} is damaged or cut short and cannot be decoded; try the original file."
        ) from error


def _open(source: Source, role: str) -> Image.Image:
    """Opens without decoding pixels; a file is read into memory first."""
    if isinstance(source, np.ndarray):
        return _from_array(source, role)
    if isinstance(source, Image.Image):
        return source
    data = read_bytes(source, role)
    try:
        return open_image(data, role, suffix_of(source))
    except SyntaxError as error:  # what a format's own class raises where `Image.open` would go on
        raise Image.UnidentifiedImageError from error


def _decoded(image: Image.Image) -> tuple[Image.Image, bool]:
    """The decoded picture, and whether its file ends as it should."""
    try:
        image.load()
        return image, True
    except OSError:
        if not isinstance(image, JpegImagePlugin.JpegImageFile) or image.fp is None:
            raise
        image.fp.seek(0)
        data = jpeg.with_end_marker(image.fp.read())
        if data is None:
            raise
    again = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    again.draft(None, image.size)
    again.load()
    return again, False


def _limited(size: tuple[int, int], max_megapixels: float) -> tuple[int, int]:
    """The size of a picture that is not to have more than so many pixels, nor sides that are too long."""
    shrink = min(1.0, (max_megapixels * 1e6 / math.prod(size)) ** 0.5, LARGEST_SIDE / max(size))
    return (max(1, int(shrink * size[0])), max(1, int(shrink * size[1]))) if shrink < 1 else size


def _smaller(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A picture of any mode resampled to a size that is smaller."""
    if image.mode in ("1", "P", "PA") or "transparency" in image.info:
        profile = image.info.get("icc_profile")
        grey = image.mode in ("1", "L")
        image = image.convert(
            ("LA" if grey else "RGBA") if image.has_transparency_data else "L" if grey else "RGB"
        )
        image.info["icc_profile"] = profile
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _upright(image: Image.Image) -> Image.Image:
    """The picture turned as its EXIF says; XMP, which browsers do not heed either, is ignored."""
    exif = Image.Exif()
    try:
        exif.load(image.info.get("exif") or b"")
        transposition = TRANSPOSED.get(exif.get(ORIENTATION, 1))
    except Exception:  # damaged metadata
        transposition = None
    return image if transposition is None else image.transpose(transposition)


def _from_array(array: np.ndarray, role: str) -> Image.Image:
    shape_fits = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype != np.uint8 or not shape_fits or 0 in array.shape:
        raise StegError(f"The {role} array must be uint8 of shape (H, W), (H, W, 3) or (H, W, 4).")
    return Image.fromarray(array)


def _without_metadata(image: Image.Image) -> Image.Image:
    """The pixels alone: Pillow would write the metadata into a saved file."""
    return Image.frombytes("RGB", image.size, image.tobytes())
