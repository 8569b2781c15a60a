"""Colours and orientation as the real Chromium shows them; file fields name their types."""

import base64
import io

import numpy as np
import png_files
import pytest
from PIL import Image
from png_files import GREY, GREY_ALPHA, PALETTE, RGB, chunk

from steg.images import profiles
from steg.images.reading import read_photo

pytestmark = pytest.mark.browser

SIDE = 16
COLOURS = [bytes(colour) for colour in ((200, 100, 30), (16, 16, 16), (250, 3, 128))]
P3 = 0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060
SWAP = png_files.swapped_profile()
LINEAR = profiles.from_gamma(1.0, None, grey=True)
WIDE = profiles.from_cicp(12, 13, grey=False)
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    b'><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF>'
    b"</x:xmpmeta>"
)


def saved(image: Image.Image, name: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


def colour_files() -> dict[str, bytes]:
    """Files of one colour, by what is particular about them."""
    beside = {
        "nothing": [],
        "profile": [png_files.profile_chunk(SWAP)],
        "grey profile": [png_files.profile_chunk(LINEAR)],
        "broken profile": [png_files.profile_chunk(SWAP[:100])],
        "cut profile": [png_files.profile_chunk(SWAP[:300])],
        "primaries": [png_files.chromaticities(*P3)],
        "sRGB and gamma": [chunk(b"sRGB", b"\0"), png_files.gamma(1)],
        "sRGB and profile": [chunk(b"sRGB", b"\0"), png_files.profile_chunk(SWAP)],
        "gamma and primaries": [png_files.gamma(0.6), png_files.chromaticities(*P3)],
        "broken gamma": [chunk(b"gAMA", b"\0\1\x86\xa0", broken=True)],
        "cICP and all": [
            png_files.cicp(9, 13),
            png_files.profile_chunk(SWAP),
            chunk(b"sRGB", b"\0"),
            png_files.gamma(1),
        ],
        "unknown cICP": [png_files.cicp(2, 2), png_files.gamma(1)],
        **{
            f"gamma {value}": [png_files.gamma(value)]
            for value in (0.3, 0.42, 0.45, 0.4545, 0.48, 0.6, 1, 2.2)
        },
        **{f"transfer {n}": [png_files.cicp(1, n)] for n in (1, 4, 5, 6, 7, 8, 11, 13, 14, 15, 17)},
        **{f"primaries {n}": [png_files.cicp(n, 13)] for n in (1, 4, 5, 6, 7, 8, 9, 11, 12, 22)},
    }
    files = {}
    for name, chunks in beside.items():
        for number, colour in enumerate(COLOURS):
            files[f"{name} {number}"] = png_files.flat(RGB, colour, *chunks, side=SIDE)
        files[f"{name}, palette"] = png_files.flat(
            PALETTE, b"\0", *chunks, chunk(b"PLTE", COLOURS[0]), side=SIDE
        )
        files[f"{name}, grey"] = png_files.flat(GREY, b"v", *chunks, side=SIDE)
        files[f"{name}, grey 16"] = png_files.flat(GREY, b"vv", *chunks, depth=16, side=SIDE)
        files[f"{name}, RGB 16"] = png_files.flat(
            RGB, bytes(np.repeat(list(COLOURS[0]), 2).tolist()), *chunks, depth=16, side=SIDE
        )
        for depth in (1, 2):
            pixel = b"v" * depth + b"\x90" * depth
            files[f"{name}, grey with alpha {8 * depth}"] = png_files.flat(
                GREY_ALPHA, pixel, *chunks, depth=8 * depth, side=SIDE
            )
    flat, grey = Image.new("RGB", (SIDE, SIDE), tuple(COLOURS[0])), Image.new("L", (SIDE, SIDE), 118)
    for name, options in {
        "JPEG": {"quality": 100},
        "WEBP": {"lossless": True},
        "AVIF": {"quality": 100},
    }.items():
        for kind, profile in {"swap": SWAP, "wide": WIDE}.items():
            files[f"{name} {kind}"] = saved(flat, name, icc_profile=profile, **options)
    files["grey JPEG"] = saved(grey, "JPEG", icc_profile=LINEAR)
    files["grey JPEG with a colour profile"] = saved(grey, "JPEG", icc_profile=SWAP)
    files["JPEG with a grey profile"] = saved(flat, "JPEG", icc_profile=LINEAR)
    return files


def turned_files() -> dict[str, bytes]:
    """Files that say how they are to be turned."""
    image = Image.new("RGB", (SIDE, SIDE), "white")
    image.paste("red", (0, 0, SIDE // 2, SIDE // 2))
    image.paste("blue", (SIDE // 2, 0, SIDE, SIDE // 2))
    files = {}
    for name in ("JPEG", "PNG", "WEBP", "AVIF"):
        files[f"{name} by XMP"] = saved(image, name, xmp=XMP, quality=100)
        for orientation in range(1, 9):
            exif = Image.Exif()
            exif[0x0112] = orientation
            files[f"{name} {orientation}"] = saved(image, name, exif=exif, quality=100)
    return files


def test_pictures_are_read_as_chromium_shows_them(browser):
    files = colour_files() | turned_files()
    across = 40
    page = browser.new_page(viewport={"width": SIDE * across, "height": SIDE * (len(files) // across + 1)})
    page.set_content(
        "<body style='margin:0;background:white'>"
        + "".join(
            f"<img style='position:absolute;left:{SIDE * (n % across)}px;top:{SIDE * (n // across)}px' "
            f"src='data:image/png;base64,{base64.b64encode(data).decode()}'>"
            for n, data in enumerate(files.values())
        )
    )
    page.wait_for_function("[...document.images].every(image => image.complete)")
    screen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    wrong = {}
    for number, (name, data) in enumerate(files.items()):
        left, top = SIDE * (number % across), SIDE * (number // across)
        shown = np.asarray(screen.crop((left, top, left + SIDE, top + SIDE)), int)
        read = np.asarray(read_photo(data).image, int)
        points = slice(3, None, 9), slice(3, None, 9)  # one in each quarter
        difference = np.abs(shown[points] - read[points]).max()
        if difference > 4:
            wrong[name] = shown[3, 3].tolist(), read[3, 3].tolist()
    assert wrong == {}


def test_file_fields_name_their_types(open_page):
    page = open_page()
    for name in ("#cover", "#secret"):
        field = page.locator(f"{name} input[type=file]").first
        page.wait_for_function("f => f.accept.includes('image/jpeg')", arg=field.element_handle())
        assert "*" not in field.get_attribute("accept") and "heic" not in field.get_attribute("accept")
