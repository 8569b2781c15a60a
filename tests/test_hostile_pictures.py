"""Hostile pictures with valid checksums: each ends in a secret or in a sentence, whoever made it."""

import io
import zlib
from unittest import mock

import numpy as np
import png_files
from hostile import examples
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import steg
from steg.embedding import header, watermark
from steg.embedding.header import Header
from steg.embedding.watermark_fields import SCALES, VERSION, Watermark
from steg.errors import StegError
from steg.images.reading import MAX_MEGAPIXELS, read_photo, read_stego
from steg.methods import sealed
from steg.payload import kinds, lock

BESIDE = b"iCCP", b"cICP", b"gAMA", b"cHRM", b"sRGB", b"tRNS", b"eXIf", b"acTL", b"PLTE"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the colour type of PNG
SIDES = st.integers(16, 40)
NUMBERS = st.sampled_from((0, 1, 2, 255, 2**12, 2**13 - 1, 2**15, 2**16 - 1)) | st.integers(0, 300)
WHOLE_PICTURES = [
    (name, options)
    for name, options in (
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("GIF", {}),
        ("BMP", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "raw"}),
        ("AVIF", {}),
        ("JPEG2000", {}),
        ("PPM", {}),
        ("TGA", {}),
    )
]


def noise(size: tuple[int, int], seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randint(0, 256, (size[1], size[0], 3)).astype(np.uint8)


def check(call) -> object:
    """What a call gives; a `StegError` has to be a sentence."""
    try:
        return call()
    except StegError as error:
        assert str(error)[0].isupper() and str(error).endswith(".") and "\n" not in str(error)
        return None


@st.composite
def headers(draw: st.DrawFn) -> Header:
    method_id = draw(st.sampled_from((1, 2, 3, 5, 7)) | st.integers(1, 15).filter(lambda number: number != 6))
    size = draw(NUMBERS.filter(bool)), draw(NUMBERS.filter(bool))
    digits = draw(
        st.just({})
        | st.integers(0, 7).map(lambda half: {"base": 2 * half + 1} if half else {})
        | st.integers(1, 7).map(lambda bits: {"bits": bits})
    )
    weights = draw(st.just(header.NO_WEIGHTS) | st.binary(min_size=4, max_size=4).map(bytes.hex))
    return Header(method_id, weights, size, version=draw(st.integers(0, 4)), **digits)


@examples(25)
@given(fields=headers(), size=st.tuples(SIDES, SIDES), passphrase=st.sampled_from((None, "x")))
def test_hostile_headers(fields, size, passphrase):
    stego = header.write(noise(size), fields)
    with mock.patch.object(sealed, "SCRYPT_COST", 2), mock.patch.object(lock, "SCRYPT_COST", 2):
        revealed = check(lambda: steg.reveal(stego, passphrase=passphrase))
    if revealed is not None and isinstance(revealed.content, Image.Image):
        assert revealed.image.width * revealed.image.height <= MAX_MEGAPIXELS * 1e6


@examples(2)
@given(
    size=st.tuples(NUMBERS.map(lambda side: side % 2**12), NUMBERS.map(lambda side: side % 2**13)),
    version=st.integers(0, 3),
    locked=st.booleans(),
    side=st.sampled_from((72, 64, 90)),
    scale=st.sampled_from(SCALES),
)
def test_hostile_watermarks(size, version, locked, side, scale):
    if version == VERSION:
        mark = Watermark("0", (size[0] % 2**11, size[1] % 2**11), version, locked, scale)
    else:
        mark = Watermark("00", size, version, locked)
    stego = watermark.write(noise((side, side)) // 4 + 90, mark, coarse=False)
    check(lambda: steg.reveal(stego))


@examples(100)
@given(
    first=st.binary(max_size=80) | st.binary(max_size=80).map(lambda data: kinds.MARK + data),
    others=st.lists(st.binary(max_size=60), max_size=4),
    passphrase=st.sampled_from((None, "x")),
    stego=st.tuples(SIDES, SIDES),
)
def test_hostile_layers(first, others, passphrase, stego):
    def opened() -> object:
        layers = kinds.open_([first, *others], passphrase)
        if kinds.is_file(layers[0]):
            return kinds.read_file(layers)
        return kinds.read_picture(layers, 5, stego)

    with mock.patch.object(lock, "SCRYPT_COST", 2):
        check(opened)


def encoded(name: str, **options) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(noise((24, 18)) // 8).save(buffer, name, **options)
    return buffer.getvalue()


FILES = [encoded(name, **options) for name, options in WHOLE_PICTURES]


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    """A picture file with other bytes in a few places, and perhaps without its end."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, min(len(data) - 1, 120)) | st.integers(0, len(data) - 1))
        data[at] = draw(st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)) | st.integers(0, 255))
    return bytes(data[: draw(st.just(len(data)) | st.integers(0, len(data)))])


@examples(20)
@given(data=damaged_files() | st.binary(max_size=60))
def test_hostile_files_in_sealed_pictures(data):
    with mock.patch.object(sealed, "SCRYPT_COST", 2), mock.patch.object(sealed, "_file", lambda *_: data):
        method = sealed.Sealed("x")
        cover, secret = Image.fromarray(noise((96, 96))), Image.new("RGB", (9, 9))
        stego = check(lambda: method.hide(cover, secret, strength=1))
        if stego is not None and len(data) < 2000:
            check(lambda: method.reveal(stego))


@examples(150)
@given(data=damaged_files())
def test_hostile_picture_files(data):
    check(lambda: read_photo(data, "cover"))
    check(lambda: read_stego(data))


@st.composite
def chunks(draw: st.DrawFn) -> bytes:
    name = draw(st.sampled_from(BESIDE))
    content = draw(st.binary(max_size=48))
    if name == b"iCCP":
        profile = bytearray(png_files.swapped_profile())
        for _ in range(draw(st.integers(0, 6))):
            profile[draw(st.integers(0, len(profile) - 1))] = draw(st.integers(0, 255))
        content = b"x\0\0" + zlib.compress(bytes(profile))
    return png_files.chunk(name, content)


@examples(60)
@given(st.sampled_from(sorted(CHANNELS)), st.sampled_from((1, 8, 16)), st.lists(chunks(), max_size=4))
def test_hostile_chunks_with_valid_checksums(kind, depth, beside):
    pixel = bytes(max(1, CHANNELS[kind] * depth // 8))
    data = png_files.flat(kind, pixel, *beside, depth=depth)
    check(lambda: read_photo(data, "cover"))
    check(lambda: read_stego(data))
