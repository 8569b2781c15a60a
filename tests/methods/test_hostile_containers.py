"""Hostile containers where blocks, lock and checksums are valid: each ends in a secret or in a sentence."""

import zlib
from unittest import mock

import numpy as np
import pytest
from hostile import examples
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from steg.errors import StegError
from steg.images.reading import LARGEST_SIDE, MAX_MEGAPIXELS
from steg.methods.file import LosslessFile
from steg.payload import av1, container, jpeg2000, klt, lock, pictures
from steg.payload.files import LARGEST_FILE, File, Text, safe_name

COVER = Image.fromarray(np.random.RandomState(0).randint(90, 160, (128, 128, 3)).astype(np.uint8))
LIMITS = 0, 1, 127, 128, LARGEST_SIDE, LARGEST_SIDE + 1, LARGEST_FILE, LARGEST_FILE + 1, 2**31, 2**35 - 1
PICTURE, TEXT, FILE = container.PICTURE, container.TEXT, container.FILE
SIZES = (48, 40), (64, 64), (150, 90)


def carried(data: bytes, passphrase: str | None = None, cover: Image.Image = COVER) -> Image.Image:
    """A stego picture that carries these bytes in place of a container, and is valid in all else."""
    with mock.patch.object(container, "exact", lambda content, rooms: data):
        return LosslessFile(passphrase).hide(cover, Text(""))


def outcome(stego: Image.Image, passphrase: str | None = None) -> Image.Image | Text | File | StegError:
    """What the receiver gets: a safe content, or a sentence."""
    try:
        content = LosslessFile(passphrase).reveal(stego).content
    except StegError as error:
        assert str(error)[0].isupper() and str(error).endswith(".")
        return error
    if isinstance(content, Image.Image):
        assert content.mode == "RGB" and content.width * content.height <= MAX_MEGAPIXELS * 1e6
    elif isinstance(content, File):
        assert content.name == safe_name(content.name) and len(content.data) <= LARGEST_FILE
    else:
        assert isinstance(content, Text) and len(content.text.encode()) <= LARGEST_FILE
    return content


def kind(number: int, version: int = container.VERSION) -> bytes:
    return bytes([version << 4 | number])


def numbers(*values: int) -> bytes:
    return b"".join(container._number(value) for value in values)


def parts_of(parts: list[bytes]) -> bytes:
    return numbers(len(parts), *map(len, parts)) + b"".join(parts)


def picture_of(codec: int, size: tuple[int, int], coded: tuple[int, int], parts: list[bytes]) -> bytes:
    return kind(PICTURE) + bytes([codec]) + numbers(*size, *coded) + parts_of(parts)


def deflated(data: bytes) -> bytes:
    return zlib.compress(data, 9, wbits=-zlib.MAX_WBITS)


def photograph(size: tuple[int, int]) -> Image.Image:
    """Smooth, with noise: something to code."""
    random = np.random.RandomState(1)
    coarse = Image.fromarray(random.randint(0, 256, (6, 8, 3)).astype(np.uint8)).resize(size)
    return Image.fromarray(
        (np.asarray(coarse) // 2 + random.randint(0, 9, (*size[::-1], 3))).astype(np.uint8)
    )


def avif(image: Image.Image) -> bytes:
    """The AV1 bitstream of a picture."""
    return pictures._avif_file(image, 30).split(b"mdat", 1)[1]


def coded_parts() -> list[bytes]:
    """Genuine parts of pictures of some sizes, of every codec."""
    parts = [b""]
    for picture in map(photograph, SIZES):
        parts += jpeg2000.to_layers(picture, [300, 600, 900]) + klt.to_layers(picture, [300, 600, 900])
        parts += [avif(picture), pictures._webp(picture)]
    return parts


GENUINE = coded_parts()
NUMBERS = st.sampled_from(LIMITS) | st.integers(0, 300)
SIDES = st.sampled_from(SIZES) | st.tuples(NUMBERS, NUMBERS)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A genuine part that may be cut, or have other bytes in it; or any bytes."""
    part = draw(st.sampled_from(GENUINE) | st.binary(max_size=60))
    end = draw(st.just(len(part)) | st.integers(0, len(part)))
    inserted = draw(st.just(b"") | st.binary(max_size=6))
    at = draw(st.integers(0, end))
    return part[:at] + inserted + part[at + len(inserted) : end]


@st.composite
def fields(draw: st.DrawFn) -> bytes:
    """The fields of parts, whose lengths may be wrong, and the parts."""
    parts = draw(st.lists(damaged(), max_size=9))
    lengths = draw(st.just([len(part) for part in parts]) | st.lists(NUMBERS, max_size=9))
    return numbers(draw(st.just(len(lengths)) | NUMBERS), *lengths) + b"".join(parts)


@st.composite
def hostile_pictures(draw: st.DrawFn) -> bytes:
    codec = draw(st.sampled_from(list(pictures.Codec)) | st.integers(0, 15)) | draw(st.sampled_from((0, 16)))
    size, coded = draw(SIDES), draw(SIDES)
    return kind(PICTURE) + bytes([codec]) + numbers(*size, *coded) + draw(fields())


@st.composite
def hostile_files(draw: st.DrawFn) -> bytes:
    data = draw(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
    data = draw(st.sampled_from((data, deflated(data), deflated(deflated(data)), deflated(data * 999))))
    size = numbers(draw(st.just(len(data)) | NUMBERS))
    name = draw(st.text("./\\\x00\x1b\u202eaux:", max_size=200).map(str.encode) | st.binary(max_size=40))
    name = numbers(draw(st.just(len(name)) | NUMBERS)) + name
    number = draw(st.sampled_from((TEXT, FILE)))
    tail = draw(st.just(parts_of([data])) | fields())
    return kind(number) + draw(st.sampled_from((b"\0", b"\1", b"\2"))) + name * (number == FILE) + size + tail


CONTAINERS = hostile_pictures() | hostile_files() | st.binary(max_size=80)


@examples(60)
@given(data=CONTAINERS, end=st.none() | st.integers(0, 60))
def test_hostile_containers_end_in_a_secret_or_a_sentence(data, end):
    outcome(carried(data[:end]))


@examples(15)
@given(data=CONTAINERS)
def test_a_lock_does_not_make_them_trusted(data):
    with mock.patch.object(lock, "SCRYPT_COST", 2):
        outcome(carried(data, "x"), "x")


@given(st.binary(max_size=200) | hostile_pictures(), st.sampled_from(SIZES))
def test_the_size_of_an_av1_frame_is_read_from_whatever_bytes(data, size):
    assert av1.still_size(avif(photograph(size))) == size
    av1.still_size(data)


@pytest.mark.parametrize("version", range(16))
@pytest.mark.parametrize("number", [PICTURE, TEXT, FILE, 3, 15])
def test_kinds_and_versions_that_are_unknown_are_refused(version, number):
    data = kind(number, version) + container.exact(Text("Nine."), [99])[1:]
    found = outcome(carried(data))
    if version > container.VERSION:
        assert "newer version of Steg" in str(found)
    elif (version, number) == (container.VERSION, TEXT):
        assert found == Text("Nine.")
    else:
        assert isinstance(found, StegError)


@pytest.mark.parametrize("codec", list(pictures.Codec))
def test_parts_of_another_size_never_make_a_picture_of_that_size(codec):
    coded = {
        pictures.Codec.JPEG_2000: lambda image: jpeg2000.to_layers(image, [900, 2000]),
        pictures.Codec.KLT: lambda image: klt.to_layers(image, [900, 2000]),
        pictures.Codec.AVIF: lambda image: [b"", avif(image)],
        pictures.Codec.LOSSLESS: lambda image: [b"", pictures._webp(image)],
    }[codec]
    parts = coded(photograph((64, 64)))
    assert outcome(carried(picture_of(codec, (64, 64), (64, 64), parts))).size == (64, 64)
    for size in ((64, 63), (65, 64), (1, 1), (1000, 1000)):
        found = outcome(carried(picture_of(codec, size, size, parts)))
        if codec in (pictures.Codec.AVIF, pictures.Codec.LOSSLESS):
            assert isinstance(found, StegError)
        else:
            assert isinstance(found, StegError) or found.size == size


def test_a_frame_that_is_larger_than_it_says_is_not_decoded():
    stream = avif(Image.new("RGB", (2000, 1500), "teal"))
    with mock.patch.object(pictures, "_opened") as opened:
        found = outcome(carried(picture_of(pictures.Codec.AVIF, (64, 64), (64, 64), [b"", stream])))
    assert isinstance(found, StegError) and not opened.called
    twice = avif(photograph((64, 64))) + stream
    assert av1.still_size(stream) == (2000, 1500) and av1.still_size(twice) is None


def test_sizes_end_at_the_limits():
    part = klt.to_layers(photograph((30, 20)), [700])
    assert outcome(carried(picture_of(3, (7000, 7000), (30, 20), part))).size == (7000, 7000)
    for size, coded in (
        ((7100, 7100), (30, 20)),
        ((LARGEST_SIDE + 1, 1), (30, 20)),
        ((30, 20), (1300, 1300)),  # more than 100 times the cover's pixels
    ):
        assert isinstance(outcome(carried(picture_of(3, size, coded, part))), StegError)


@pytest.mark.parametrize("said", [LARGEST_FILE, LARGEST_FILE - 1, 10, 2**31])
def test_deflate_bombs_stop_at_the_size_that_was_said(said):
    bomb = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    data = b"".join(bomb.compress(bytes(2**20)) for _ in range(LARGEST_FILE >> 20)) + bomb.flush()
    cover = COVER.resize((640, 640))
    found = outcome(
        carried(kind(FILE) + b"\1" + numbers(1) + b"x" + numbers(said) + parts_of([data]), cover=cover)
    )
    assert isinstance(found, File if said == LARGEST_FILE else StegError)


def test_what_is_nested_is_not_unpacked():
    inner = deflated(bytes(10**6))
    found = outcome(
        carried(kind(FILE) + b"\1" + numbers(1) + b"x" + numbers(len(inner)) + parts_of([deflated(inner)]))
    )
    assert found == File("x", inner)


def test_a_name_as_long_as_the_room_is_cut():
    name = b"../" + b"\xc3\xa9" * 100_000 + b".exe"
    cover = COVER.resize((640, 640))
    found = outcome(
        carried(kind(FILE) + b"\0" + numbers(len(name)) + name + numbers(2) + parts_of([b"hi"]), cover=cover)
    )
    assert found.data == b"hi" and len(found.name.encode()) <= 100 and found.name.endswith("\u00e9.exe")


@pytest.mark.parametrize("passphrase", [None, "x"], ids=["open", "locked"])
def test_where_a_container_ends_too_early_no_secret_is_invented(passphrase):
    whole = container.exact(File("notes.txt", b"Meet me at nine."), [999])
    with mock.patch.object(lock, "SCRYPT_COST", 2):
        for end in range(len(whole)):
            # behind the end there are zeros, which fill the room
            found = outcome(carried(whole[:end], passphrase), passphrase)
            assert isinstance(found, StegError) or found.data != b"Meet me at nine."
        assert outcome(carried(whole, passphrase), passphrase).data == b"Meet me at nine."
