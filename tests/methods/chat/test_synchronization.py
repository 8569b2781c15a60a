"""Synchronisation: the blocks of pictures that were cropped or resized, and where they belong."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.coding import code_blocks
from steg.embedding import header, watermark
from steg.embedding.header import Header
from steg.embedding.watermark_fields import Watermark
from steg.methods.base import Status
from steg.methods.chat.synchronization import TRIED, Synchronised, synchronise


@pytest.fixture(scope="module")
def sent(photo) -> Image.Image:
    pixels = np.asarray(photo("flower_meadow.png", (480, 352)))
    return Image.fromarray(watermark.write(pixels, Watermark("5a", (480, 352))))


def test_a_picture_that_was_not_cropped_is_in_place(sent):
    found = synchronise(channels.jpeg(sent, 80))
    assert (found.row, found.column, found.cropped) == (0, 0, False)
    assert found.watermark == Watermark("5a", (480, 352))


@pytest.mark.parametrize(("left", "top"), [(0, 0), (8, 16), (5, 75), (130, 3)])
def test_a_crop_begins_at_a_whole_block_whose_place_is_known_modulo_a_square(sent, left, top):
    found = synchronise(sent.crop((left, top, 400, 330)))
    assert found.cropped
    first_row, first_column = -(-top // 8), -(-left // 8)
    assert (found.row, found.column) == (first_row % 16, first_column % 16)
    height, width = (side // 8 for side in found.pixels.shape[:2])
    assert (first_row, first_column) in found.places(height, width)
    blocks = np.asarray(sent)[8 * first_row :, 8 * first_column :][: 8 * height, : 8 * width]
    assert np.array_equal(found.pixels, blocks)


def test_scaling_by_a_chat_is_undone_to_the_very_pixel(photo):
    pixels = np.asarray(photo("flower_meadow.png", (1600, 1067)))
    sent = Image.fromarray(watermark.write(pixels, Watermark("5a", (1600, 1067))))
    found = synchronise(channels.chat(sent))
    assert found.pixels.shape == (1067, 1600, 3) and not found.cropped


def test_the_watermark_says_with_whose_weights_it_was_made(sent):
    found = synchronise(sent)
    assert found.status("5a000000") == (Status.MARKED, Status.MARKED.value)
    status, message = found.status("5b000000")
    assert status is Status.OTHER_WEIGHTS and "5a..." in message
    cropped = synchronise(sent.crop((0, 0, 300, 300)))
    assert "cut off" in cropped.status("5a000000")[1]


def test_nothing_is_found_in_a_photograph(photo):
    image = photo("coffee.jpg")
    found = synchronise(image)
    assert found.header is found.watermark is None and (found.row, found.column) == (0, 0)
    assert np.array_equal(found.pixels, np.asarray(image)) and not found.cropped
    assert found.status("5a000000") == (Status.NO_HEADER, Status.NO_HEADER.value)


def test_with_a_header_the_blocks_are_in_place(sent):
    pixels = header.write(np.asarray(sent), Header(6, "5a000000", (10, 20)))
    found = synchronise(Image.fromarray(pixels))
    assert found.header.size == (10, 20) and found.watermark and found.size == sent.size
    assert found.status("5a000000")[0] is Status.INTACT


def test_missing_blocks_have_the_values_that_are_given_for_them(sent):
    found = synchronise(sent.crop((0, 0, 400, 300)))
    received = np.full((2, 37, 50), 5, np.float32)
    for place in found.places(37, 50):
        whole = found.placed(received, place, np.float32([1, 2]))
        assert whole.shape == (2, 352 // 8, 480 // 8) == (2, *found.grid)
        assert np.argwhere(whole[0] == 5)[0].tolist() == list(place)
        assert (whole[:, whole[0] != 5].T == [1, 2]).all() and (whole == 5).sum() == 2 * 37 * 50


@pytest.mark.parametrize(
    ("width", "height", "first"), [(32, 24, (9, 11)), (20, 37, (1, 35)), (30, 34, (6, 0))]
)
def test_the_likeliest_place_of_a_part_is_where_it_was(width, height, first):
    (top, left), bit_levels, size = first, 16, (8 * 60, 8 * 60)
    coded = code_blocks.encode(b"", bit_levels * 60 * 60, 100).reshape(bit_levels, 60, 60)
    received = 2 - 4.0 * coded[:, top : top + height, left : left + width]
    noisy = received + np.random.RandomState(0).normal(0, 2, received.shape)
    found = Synchronised(np.empty((8 * height, 8 * width, 3)), size, top % 8, left % 8)
    places = found.likely_places(noisy.astype(np.float32))
    assert places[0] == first and len(places) <= TRIED < len(found.places(height, width))


def test_parts_of_which_too_little_is_left_are_put_nowhere():
    found = Synchronised(np.empty((64, 64, 3)), (1600, 1600))
    assert len(found.places(8, 8)) == 25**2 and not found.likely_places(np.ones((16, 8, 8), np.float32))


@pytest.mark.parametrize("size", [(4095, 8191), (1601, 1600), (64, 4000), (63, 1600), (1, 1), (7, 100)])
def test_a_watermark_that_claims_a_size_in_which_nothing_is_sent_is_none(photo, size):
    pixels = watermark.write(np.asarray(photo("flower_meadow.png", (136, 80))), Watermark("5a", size))
    assert watermark.read(pixels).watermark.size == size
    assert synchronise(Image.fromarray(pixels)).watermark is None
