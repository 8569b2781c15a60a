"""Pictures as bytes: exact where they fit, filled to the room where they do not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload import pictures
from steg.payload.pictures import Codec, Coded

ROOMS = [700, 2000, 7000, 22000]


def _drawing(size: tuple[int, int] = (320, 240)) -> Image.Image:
    image = Image.new("RGB", size, (250, 250, 245))
    pen = ImageDraw.Draw(image)
    for n in range(12):
        pen.line((n * 25, 5, size[0] - n * 20, size[1] - 5), fill=(n * 20, 40, 255 - n * 20))
        pen.text((10, n * 18), f"line {n} of the drawing", fill=(0, 0, 0))
    return image


def _db(a: Image.Image, b: Image.Image) -> float:
    return psnr(np.asarray(a), np.asarray(b))


def test_a_drawing_comes_back_exactly_and_coarsely_from_its_beginning():
    drawing = _drawing()
    coded = pictures.lossless(drawing, [9000, 50000])
    assert coded.codec == Codec.LOSSLESS and np.array_equal(pictures.decode(coded), drawing)
    assert _db(pictures.decode(coded._replace(parts=coded.parts[:1])), drawing) > 12


def test_a_photograph_does_not_fit_exactly(photo):
    assert pictures.lossless(photo("tulips.png", (256, 256)), [30000]) is None


def test_a_photograph_fills_its_room_and_each_layer_makes_it_better(photo):
    picture = photo("tulips.png", (300, 257))
    coded = pictures.fill(picture, ROOMS)
    assert coded.codec == Codec.KLT and len(coded.parts) == 4
    assert 0.98 * sum(ROOMS) < sum(map(len, coded.parts)) <= sum(ROOMS)
    found = [_db(pictures.decode(coded._replace(parts=coded.parts[:n])), picture) for n in range(1, 5)]
    assert found == sorted(found) and found[0] > 22 and found[3] > 42


@pytest.mark.parametrize("size", [(64, 64), (50, 31), (9, 70)])
def test_small_pictures_take_the_better_codec_without_its_headers(photo, size):
    picture = photo("cat.png", size)
    room = size[0] * size[1] * 5 // 8
    coded = pictures.fill(picture, [room])
    assert sum(map(len, coded.parts)) <= room
    assert _db(pictures.decode(coded), picture) >= _db(
        pictures.decode(pictures._filled_to_the_byte(picture, room)), picture
    )


def test_small_pictures_have_a_preview_where_the_first_layer_is_safer(photo):
    picture = photo("cat.png", (100, 80))
    coded = pictures._avif(picture, [300, 700, 4000])
    assert coded.codec == Codec.AVIF and _db(pictures.decode(coded), picture) > 38
    assert _db(pictures.decode(coded._replace(parts=coded.parts[:1])), picture) > 22
    exact = pictures.lossless(picture, [30000])
    assert exact.parts[0] == b"" and np.array_equal(pictures.decode(exact), picture)


def test_without_avif_small_pictures_are_jpeg_2000(photo, monkeypatch):
    monkeypatch.setattr(pictures.features, "check", lambda name: False)
    assert pictures.fill(photo("cat.png", (64, 64)), [2500]).codec == Codec.KLT


def test_layers_without_room_are_merged_with_the_next(photo):
    coded = pictures.fill(photo("cat.png", (200, 200)), [0, 3, 8, 9000])
    assert coded.parts[0] and _db(pictures.decode(coded), photo("cat.png", (200, 200))) > 30
    assert pictures.fill(photo("cat.png", (200, 200)), [0, 1]) is None


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("parts", [[], [b""], [b"", b""], [b"x" * 50], [b"x" * 50, b"y" * 700]])
def test_damaged_parts_end_in_a_sentence_or_a_picture_of_the_right_size(codec, parts):
    try:
        assert pictures.decode(Coded(codec, (60, 40), parts)).size == (60, 40)
    except StegError as error:
        assert "damaged" in str(error)


def test_a_lossless_file_of_another_size_is_refused():
    coded = pictures.lossless(_drawing(), [60000])
    with pytest.raises(StegError, match="damaged"):
        pictures.decode(coded._replace(size=(320, 241)))
