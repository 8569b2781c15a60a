"""The container: what goes in comes out, and what hostile senders write ends in a sentence."""

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.networks.restoration import RestorationConfig, RestorationNetwork
from steg.payload import container, pictures
from steg.payload.files import File, Text
from steg.payload.restoration import Restorer

LARGEST = 10**6  # pixels
ROOMS = [1500, 4000, 14000, 50000]


@pytest.fixture(scope="module")
def picture(photo) -> Image.Image:
    return photo("tulips.png", (256, 256))


@pytest.mark.parametrize(
    "content",
    [
        Text(""),
        Text("Meet me at nine. \u2603" * 50),
        File("notes.bin", bytes(range(256)) * 3),
        File("a.txt", b""),
    ],
    ids=["no text", "text", "file", "empty file"],
)
def test_texts_and_files_come_back(content):
    packed = container.exact(content, [9, 10**5])
    assert container.read(packed + b"\0" * 99, LARGEST) == (content, True, False)
    assert container.exact(content, [len(packed)]) == packed
    assert container.exact(content, [5, len(packed) - 6]) is None


def test_names_lose_their_folders_on_both_sides():
    packed = container.exact(File("/home/me/x.txt", b"1"), [100])
    assert container.read(packed, LARGEST)[0].name == "x.txt"
    hostile = packed.replace(b"\x05x.txt", b"\x05../.y")
    assert container.read(hostile, LARGEST)[0].name == "y"


def test_flat_pictures_come_back_exactly(picture):
    flat = picture.quantize(8).convert("RGB")
    content, whole, _ = container.read(container.exact(flat, ROOMS), LARGEST)
    assert whole and np.array_equal(content, flat)
    assert container.exact(picture, [30000]) is None


def test_the_end_of_a_picture_may_be_missing(picture):
    packed = container.filled(picture, ROOMS)
    assert b"".join(container.split(packed, ROOMS)) == packed
    found = []
    for end in (ROOMS[0], sum(ROOMS[:2]), sum(ROOMS[:3]), len(packed)):
        content, whole, _ = container.read(packed[:end], LARGEST)
        assert whole == (end == len(packed))
        found.append(psnr(np.asarray(content), np.asarray(picture)))
    assert found == sorted(set(found)) and found[0] > 24


def test_a_secret_with_too_few_bits_a_pixel_is_coded_smaller_and_comes_back_in_its_size(photo):
    large = photo("coffee.jpg", (1600, 1200))
    content = container.read(container.filled(large, [9000]), LARGEST).content
    assert content.size == large.size and psnr(np.asarray(content), np.asarray(large)) > 22


def test_pictures_beyond_what_memory_allows_are_coded_smaller():
    width, height = container._coded_size((7000, 7100), 10**8)
    assert 0.99 * container.LARGEST_CODED < width * height <= container.LARGEST_CODED
    assert container._coded_size((6000, 6000), 10**8) == (6000, 6000)
    hostile = container.VERSION << 4, pictures.Codec.JPEG_2000, *_numbers(9, 9, 7000, 7100, 1, 5), *b"12345"
    with pytest.raises(StegError, match="damaged"):
        container.read(bytes(hostile), 10**8)


def _no_network() -> RestorationNetwork:
    raise StegError("There are no weights.")


class _Fake(Restorer):
    """Finds these gains, and restores to the original."""

    def __init__(self, gains: bytes, original: Image.Image):
        self._gains, self._original = gains, original

    def fit(self, coded, original):
        return self._gains

    def restore(self, coded, gains):
        assert gains == self._gains and coded.codec == pictures.Codec.KLT
        return np.asarray(self._original)


def test_the_receiver_restores_only_where_it_helped_the_sender(picture):
    plain = container.read(container.filled(picture, ROOMS), LARGEST).content
    for gains, expected in ((b"", plain), (b"\x12\x34", picture)):
        restorer = _Fake(gains, picture)
        filled = container.filled(picture, ROOMS, restorer)
        assert len(filled) <= sum(ROOMS)
        restored = container.read(filled, LARGEST, restorer)
        assert np.array_equal(restored.content, expected) and not restored.unrestored
        for lacking in (None, Restorer(_no_network)):
            opened = container.read(filled, LARGEST, lacking)
            assert np.array_equal(opened.content, plain)
            assert opened.whole and opened.unrestored == bool(gains)


def test_a_sender_without_the_network_asks_for_no_restoration(picture):
    assert container.filled(picture, ROOMS, Restorer(_no_network)) == container.filled(picture, ROOMS)


def test_what_is_lost_in_part_is_not_restored(picture):
    restorer = _Fake(b"\x12\x34", picture)
    filled = container.filled(picture, ROOMS, restorer)
    content, whole, unrestored = container.read(filled[:-1], LARGEST, restorer)
    assert not np.array_equal(content, picture) and not whole and not unrestored


def test_a_picture_of_a_codec_that_is_not_restored_is_refused(picture):
    restorer = Restorer(lambda: RestorationNetwork(RestorationConfig(width=8, blocks=1)))
    filled = bytearray(container.filled(picture, ROOMS, _Fake(b"\x12\x34", picture)))
    filled[1] = pictures.Codec.JPEG_2000 | 1 << 4
    with pytest.raises(StegError, match="damaged"):
        container.read(bytes(filled), LARGEST, restorer)


def test_a_newer_container_asks_for_an_update():
    with pytest.raises(StegError, match="newer version"):
        container.read(bytes([container.VERSION + 1 << 4]), LARGEST)


def _numbers(*values: int) -> bytes:
    return b"".join(container._number(value) for value in values)


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x10",
        b"\x13\x00",
        b"\x10\x07" + _numbers(9, 9, 9, 9, 1, 5) + b"12345",
        b"\x10\x00" + _numbers(0, 9, 0, 9, 1, 5) + b"12345",
        b"\x10\x00" + _numbers(9, 9, 1001, 1000, 1, 5) + b"12345",
        b"\x10\x00" + _numbers(65535, 65535, 9, 9, 1, 5) + b"12345",
        b"\x10\x00" + _numbers(9, 9, 9, 9, 10**6, 5) + b"12345",
        b"\x10\x01" + _numbers(9, 9, 9, 9, 2, 0, 5) + b"12345",
        b"\x10\x02" + _numbers(900, 900, 900, 900, 2, 0, 5) + b"12345",
        b"\x10\x00" + b"\xff" * 40,
        b"\x11\x01" + _numbers(2**30, 1, 3) + b"\x4b\x04\x00",
        b"\x11\x00" + _numbers(4, 1, 2**30) + b"1234",
        b"\x11\x00" + _numbers(2, 1, 2) + b"\xff\xfe",
        b"\x11\x00" + _numbers(2, 2, 1, 1) + b"ab",
        b"\x12\x00" + _numbers(2**20) + b"name",
        b"\x12\x01" + _numbers(0, 10**6, 1, 4) + b"\x00\x00\x00\x00",
    ],
)
def test_hostile_containers_end_in_a_sentence(hostile):
    with pytest.raises(StegError):
        container.read(hostile, LARGEST)


def test_random_damage_ends_in_a_sentence_or_a_secret(picture):
    random = np.random.RandomState(0)
    small = picture.resize((48, 40))
    contents = [small, Text("abc" * 99), File("x.bin", random.bytes(300))]
    packed = [container.filled(small, [300, 900]), *(container.exact(each, [9999]) for each in contents)]
    for data in [each for each in packed if each] * 60:
        damaged = bytearray(data)
        for at in random.randint(0, min(len(damaged), random.choice([12, 4000])), 3):
            damaged[at] = random.randint(256)
        try:
            content = container.read(bytes(damaged), LARGEST).content
        except StegError:
            continue
        assert isinstance(content, Image.Image | Text | File)
