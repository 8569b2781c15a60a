"""Opening: the bytes of a file to a PIL image that is safe to decode, whoever made the file.

What decoding costs is looked at before it begins: the size in pixels, the scans of a JPEG file, the tiles of
a TIFF file. What does not matter for the pixels, such as long texts in a PNG file, is left out.
"""

import importlib.metadata
import io
import os

from PIL import Image, JpegImagePlugin

from steg.errors import StegError
from steg.images import jpeg, png

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "AVIF", "GIF", "PPM", "JPEG2000")
FORMATS_TEXT = "PNG, JPEG, WebP, BMP, TIFF, AVIF, GIF, PPM, TGA or JPEG 2000"
TGA_SUFFIXES = (".tga", ".icb", ".vda", ".vst")
TGA_FOOTER = b"TRUEVISION-XFILE.\0"
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
HEIC_SINCE = (1, 7)  # the first version of pillow-heif without a known way to run the file's own code
# Megapixels that are decoded in less than 1 GiB, by the memory that a decoder takes for each pixel
MOST_DECODED = 90.0
MOST_DECODED_BY = {"JPEG2000": 36.0, "AVIF": 50.0, "HEIF": 50.0, "WEBP": 64.0}
MOST_DRAFTED = 300.0  # of a JPEG file that is decoded at a part of its size
LARGEST_TILE = 4096**2  # pixels of a tile in a TIFF file
NO_HEIC = (
    "The {role} is a HEIC photo, which is not read here. To get a JPEG: on an iPhone, set Settings > Camera "
    "> Formats to Most Compatible, or share the photo by mail; on a Mac, open it in Preview and choose "
    "File > Export; in Windows, open it in Photos and choose Save as."
)


def open_image(data: bytes, role: str, suffix: str = "") -> Image.Image:
    """Opens a file without decoding its pixels.

    Args:
        data: the file.
        role: what error sentences call it.
        suffix: the ending of its name, by which TGA is known.

    Returns:
        The picture; its colour profile, if it needs one, is in `info`.

    Raises:
        StegError: if decoding it would exhaust the machine, or it is HEIC and there is no decoder for that.
        Exception: whatever a decoder raises.
    """
    if data.startswith(png.SIGNATURE):
        return _open_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _open_jpeg(data, role)
    if is_heic(data):
        if not _reads_heic():
            raise StegError(NO_HEIC.format(role=role))
        return Image.open(io.BytesIO(data), formats=("HEIF",))
    is_tga = suffix.lower() in TGA_SUFFIXES or data.endswith(TGA_FOOTER)
    image = Image.open(io.BytesIO(data), formats=(*FORMATS, *(("TGA",) if is_tga else ())))
    if image.format == "TIFF":
        _check_tiles(image)
    if image.format == "WEBP":
        image.info.pop("exif", None)  # Chromium does not turn WebP pictures
    return image


def check_decodable(image: Image.Image, role: str, shrinks: bool = False) -> None:
    """Refuses a picture that would take more than about 1 GiB to decode.

    Args:
        image: as `open_image` gives it.
        role: what the error sentence calls it.
        shrinks: whether it is made smaller while it is decoded, where its format can do that.

    Raises:
        StegError: if it would.
    """
    limit = MOST_DECODED_BY.get(image.format or "", MOST_DECODED)
    if shrinks and image.format == "JPEG" and "progressive" not in image.info:
        limit = MOST_DRAFTED
    width, height = image.size
    if width * height > limit * 1e6:
        raise StegError(
            f"The {role} has {width * height / 1e6:.1f} megapixels ({width}x{height}); "
            f"files of this kind are read up to {limit:g}."
        )


def is_heic(data: bytes) -> bool:
    """Whether a file begins like HEIC."""
    return data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS and b"avif" not in data[:64]


def _reads_heic() -> bool:
    """Makes Pillow read HEIC, where there is a decoder that can be trusted with any file."""
    try:
        version = importlib.metadata.version("pillow-heif")
        if tuple(int(part) for part in version.split(".")[:2]) < HEIC_SINCE:
            return False
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False)
    except (ImportError, ValueError):
        return False
    return True


def _open_png(data: bytes) -> Image.Image:
    bare, profile = png.without_metadata(data)
    image = Image.open(io.BytesIO(bare), formats=("PNG",))
    if profile:
        image.info["icc_profile"] = profile
    image.info["grey"] = png.is_grey(data)  # 16 bits with transparency become RGBA
    return image


def _open_jpeg(data: bytes, role: str) -> Image.Image:
    """Opens the first picture in the file; others are its parts, such as a map of its depth."""
    image = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
    if jpeg.takes_too_long(data, image.size):
        raise StegError(f"The {role} is a JPEG file of {jpeg.scans(data)} scans, which no camera writes.")
    return image


def _check_tiles(image: Image.Image) -> None:
    tags = getattr(image, "tag_v2", {})
    if int(tags.get(322, 1)) * int(tags.get(323, 1)) > LARGEST_TILE:
        raise ValueError("tiles larger than any program writes")


def suffix_of(source: object) -> str:
    """The ending of a file's name, if it has one."""
    return os.path.splitext(source)[1] if isinstance(source, str | os.PathLike) else ""
