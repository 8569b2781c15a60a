"""Synchronisation: the blocks of pictures that were cropped or resized, and where they belong."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.embedding import header, watermark
from steg.embedding.header import Header
from steg.embedding.watermark import Watermark
from steg.methods.base import Status
from steg.methods.chat.synchronization import synchronise
from steg.networks.robust import ALPHABET_SIZES


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
    assert (found.row, found.column) == (first_row % 8, first_column % 8)
    height, width = (side // 8 for side in found.pixels.shape[:2])
    posteriors = np.full((sum(ALPHABET_SIZES), height, width), -1.0, np.float32)
    places = [np.argwhere(whole[0] == -1)[0].tolist() for whole in found.placements(posteriors)]
    assert [first_row, first_column] in places
    assert np.array_equal(found.pixels, np.asarray(sent)[8 * first_row : 330, 8 * first_column : 400])


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
    assert found.header.size == (10, 20) and found.watermark is None and found.size == sent.size
    assert found.status("5a000000")[0] is Status.INTACT


def test_blocks_that_are_missing_have_uniform_posteriors(sent):
    found = synchronise(sent.crop((0, 0, 400, 300)))
    sizes = np.array(ALPHABET_SIZES)
    received = np.zeros((sizes.sum(), 37, 50), np.float32)
    for whole in found.placements(received):
        assert whole.shape == (sizes.sum(), 352 // 8, 480 // 8) == (sizes.sum(), *found.grid)
        missing = whole[:, whole[0] > 0]
        assert np.array_equal(missing[:, 0], (1 / sizes).repeat(sizes)) and (missing.T == missing[:, 0]).all()
        assert missing.shape[1] == 44 * 60 - 37 * 50
