"""PNG chunks: whole pictures are read whatever stands beside them, and colours are those of a browser."""

import io
import zlib

import numpy as np
import png_files
import pytest
from PIL import Image
from png_files import GREY, GREY_ALPHA, PALETTE, RGB, chunk

from steg.errors import StegError
from steg.images import profiles
from steg.images.reading import read_photo, read_stego

PIXELS = np.random.RandomState(0).randint(0, 256, (20, 30, 3)).astype(np.uint8)
LINEAR = profiles.from_gamma(1.0, None, grey=True)
P3 = 0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060
SRGB_POINTS = 0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06
SWAP = png_files.profile_chunk(png_files.swapped_profile())
COLOUR = bytes([200, 100, 30])
LONG = b"comment\0" + bytes(3 * 2**20)


@pytest.fixture
def stored(tmp_path):
    """A function: bytes of a file -> its stored samples."""

    def read(data: bytes) -> np.ndarray:
        (tmp_path / "a.png").write_bytes(data)
        return np.asarray(read_stego(tmp_path / "a.png"))

    return read


@pytest.fixture
def shown(tmp_path):
    """A function: bytes of a file -> the colour of its first pixel as it is shown."""

    def read(data: bytes) -> tuple[int, ...]:
        (tmp_path / "a.png").write_bytes(data)
        return read_photo(tmp_path / "a.png").image.getpixel((0, 0))

    return read


def noise() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(PIXELS).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "beside",
    [
        chunk(b"zTXt", b"comment\0\0" + zlib.compress(bytes(3 * 2**20))),
        chunk(b"iTXt", b"comment\0\1\0\0\0" + zlib.compress(bytes(3 * 2**20))),
        chunk(b"tEXt", LONG),
        chunk(b"iCCP", b"profile\0\0" + zlib.compress(bytes(3 * 2**20))),
        chunk(b"iCCP", b"profile\0\0" + b"not compressed"),
        chunk(b"iCCP", b"no separator"),
        chunk(b"eXIf", b"no exif"),
        chunk(b"pHYs", b"?"),
        chunk(b"gAMA", b"?"),
        chunk(b"cHRM", b"?"),
        chunk(b"tIME", b"?"),
        *(chunk(name, b"x\0y", broken=True) for name in (b"tEXt", b"iCCP", b"gAMA", b"eXIf", b"prVt")),
    ],
    ids=range(16),
)
def test_what_stands_beside_the_pixels_does_not_matter(stored, beside):
    png = noise()
    for data in (png_files.inserted(png, beside), png[:-12] + beside + png[-12:]):
        assert np.array_equal(stored(data), PIXELS)


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE"])
def test_a_wrong_checksum_in_a_chunk_that_matters_is_damage(stored, name):
    png = png_files.flat(PALETTE, b"\0", chunk(b"PLTE", COLOUR))
    at = png.index(name)
    length = int.from_bytes(png[at - 4 : at], "big")
    with pytest.raises(StegError, match=r"damaged or cut short|not a picture"):
        stored(png[: at + 4 + length] + b"\0\0\0\0" + png[at + 8 + length :])


@pytest.mark.parametrize(
    ("png", "colour"),
    [  # as Chromium 156 shows them
        (png_files.flat(RGB, COLOUR), (200, 100, 30)),
        (png_files.flat(RGB, COLOUR, png_files.gamma(1)), (229, 168, 96)),
        (png_files.flat(RGB, COLOUR, png_files.gamma(0.45455)), (200, 100, 30)),
        (png_files.flat(RGB, COLOUR, png_files.gamma(0)), (200, 100, 30)),
        (png_files.flat(RGB, COLOUR, png_files.chromaticities(*P3)), (200, 100, 30)),
        (png_files.flat(RGB, COLOUR, png_files.gamma(0.45455), png_files.chromaticities(*P3)), (216, 93, 0)),
        (
            png_files.flat(RGB, COLOUR, png_files.gamma(1), png_files.chromaticities(*SRGB_POINTS)),
            (229, 168, 96),
        ),
        (png_files.flat(RGB, COLOUR, png_files.gamma(1), png_files.chromaticities(*[0] * 8)), (200, 100, 30)),
        (png_files.flat(RGB, COLOUR, chunk(b"sRGB", b"\0"), png_files.gamma(1)), (200, 100, 30)),
        (png_files.flat(RGB, COLOUR, chunk(b"sRGB", b"\0"), SWAP), (30, 100, 200)),
        (png_files.flat(RGB, COLOUR, SWAP, png_files.gamma(1)), (30, 100, 200)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(12, 13), SWAP), (215, 93, 0)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(2, 2), SWAP), (30, 100, 200)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(12, 13, full=0), png_files.gamma(1)), (229, 168, 96)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(1, 1)), (197, 91, 18)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(1, 4)), (201, 100, 24)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(1, 7)), (206, 115, 48)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(1, 17)), (200, 87, 13)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(9, 13)), (241, 76, 0)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(4, 13)), (232, 92, 0)),
        (png_files.flat(RGB, COLOUR, png_files.cicp(22, 13)), (202, 102, 28)),
        (png_files.flat(RGB, COLOUR, png_files.profile_chunk(b"abc"), png_files.gamma(1)), (229, 168, 96)),
        (png_files.flat(RGB, COLOUR, png_files.profile_chunk(LINEAR)), (200, 100, 30)),
        (png_files.flat(PALETTE, b"\0", SWAP, chunk(b"PLTE", COLOUR)), (30, 100, 200)),
        (png_files.flat(PALETTE, b"\0", png_files.gamma(1), chunk(b"PLTE", COLOUR)), (229, 168, 96)),
        (png_files.flat(GREY, b"v", png_files.gamma(1)), (181, 181, 181)),
        (png_files.flat(GREY, b"v", png_files.profile_chunk(LINEAR)), (181, 181, 181)),
        (png_files.flat(GREY, b"v", SWAP), (118, 118, 118)),
        (png_files.flat(GREY, b"vv", png_files.profile_chunk(LINEAR), depth=16), (181, 181, 181)),
        (png_files.flat(GREY, b"vv", png_files.gamma(1), depth=16), (181, 181, 181)),
        (png_files.flat(GREY_ALPHA, b"v\xff", png_files.profile_chunk(LINEAR)), (181, 181, 181)),
        (png_files.flat(GREY_ALPHA, b"v\x80", png_files.profile_chunk(LINEAR)), (218, 218, 218)),
        (
            png_files.flat(GREY_ALPHA, b"vv\xff\xff", png_files.profile_chunk(LINEAR), depth=16),
            (181, 181, 181),
        ),
        (png_files.flat(png_files.RGBA, COLOUR + b"\x80", png_files.gamma(1)), (242, 211, 175)),
    ],
)
def test_colours_are_those_of_a_browser(shown, png, colour):
    if colour:
        assert np.abs(np.subtract(shown(png), colour)).max() <= 2


def test_samples_to_reveal_from_are_those_that_are_stored(stored):
    for beside in (png_files.gamma(1), SWAP, png_files.cicp(9, 8)):
        assert np.array_equal(stored(png_files.inserted(noise(), beside)), PIXELS)
