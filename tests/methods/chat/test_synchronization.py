"""Marked pictures that arrive cropped or resized: their blocks, and where in the picture these were."""

import numpy as np
import pytest
from PIL import Image

from steg import channels
from steg.embedding import watermark as mark
from steg.methods.base import Status
from steg.methods.chat.synchronization import find


@pytest.fixture(scope="module")
def sent(photo) -> Image.Image:
    pixels = np.asarray(photo("flower_meadow.png", (480, 352)))
    return Image.fromarray(mark.write(pixels, mark.Mark("5a", (480, 352))))


def test_as_it_was_sent(sent):
    found = find(channels.jpeg(sent, 80))
    assert (found.row, found.column, found.cropped) == (0, 0, False)
    assert found.mark == mark.Mark("5a", (480, 352))


@pytest.mark.parametrize(("left", "top"), [(0, 0), (8, 16), (5, 75), (130, 3)])
def test_a_crop_begins_at_a_whole_block_that_is_known_but_for_squares(sent, left, top):
    found = find(sent.crop((left, top, 400, 330)))
    assert found.cropped
    first_row, first_column = -(-top // 8), -(-left // 8)
    assert (found.row, found.column) == (first_row % 8, first_column % 8)
    assert (first_row, first_column) in found.places(*(side // 8 for side in found.pixels.shape[:2]))
    assert np.array_equal(found.pixels, np.asarray(sent)[8 * first_row : 330, 8 * first_column : 400])


def test_what_a_chat_made_smaller_is_brought_back_to_its_very_size(photo):
    pixels = np.asarray(photo("flower_meadow.png", (1600, 1067)))
    sent = Image.fromarray(mark.write(pixels, mark.Mark("5a", (1600, 1067))))
    found = find(channels.chat(sent))
    assert found.pixels.shape == (1067, 1600, 3) and not found.cropped


def test_the_mark_tells_whose_picture_it_is(sent):
    found = find(sent)
    assert found.status("5a000000") == (Status.MARKED, Status.MARKED.value)
    status, message = found.status("5b000000")
    assert status is Status.OTHER_WEIGHTS and "5a..." in message
    cropped = find(sent.crop((0, 0, 300, 300)))
    assert "cut off" in cropped.status("5a000000")[1]


def test_nothing_is_found_in_a_photograph(photo):
    assert find(photo("coffee.jpg")) is None
