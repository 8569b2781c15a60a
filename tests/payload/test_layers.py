"""What the layers of a robust picture hold: the secret's size, and the secret in layers."""

import numpy as np
import pytest

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload import layers as payload

STEGO = 320, 240


def unpacked(layers: list[bytes], arrived: int):
    return payload.head_of(layers[0], len(layers)), payload.unpack(layers[:arrived], len(layers), STEGO)


def test_a_secret_comes_back_from_the_layers_that_arrived(photo):
    secret = photo("cat.png", (200, 150))
    layers = payload.pack(secret, STEGO, [900, 1500, 4000])
    layers[-1] = layers[-1].ljust(4000, b"\0")
    levels = []
    for arrived in (1, 2, 3):
        head, image = unpacked(layers, arrived)
        assert head[:2] == ((200, 150), 0) and image.size == (200, 150)
        levels.append(psnr(np.asarray(image), np.asarray(secret)))
    assert levels == sorted(levels) and levels[2] > levels[0] + 3


def test_layers_have_no_more_bytes_than_there_is_room(photo):
    rooms = [700, 30, 900]
    layers = payload.pack(photo("cat.png"), STEGO, rooms)
    assert all(len(layer) <= room for layer, room in zip(layers, rooms, strict=True))


def test_a_layer_without_room_is_left_out(photo):
    layers = payload.pack(photo("cat.png", (200, 150)), STEGO, [900, 0, 4000])
    assert layers[1] == b""
    few, many = (unpacked(layers, arrived)[1] for arrived in (2, 3))
    assert few.tobytes() != many.tobytes()


def test_a_large_secret_is_packed_at_the_pixel_count_of_the_cover(photo):
    layers = payload.pack(photo("flower_meadow.png", (1000, 500)), STEGO, [3000])
    head, image = unpacked(layers, 1)
    assert head.size == (1000, 500) and image.size == (392, 196)


def test_a_secret_for_which_there_is_too_little_room_is_halved(photo):
    layers = payload.pack(photo("cat.png", (320, 240)), STEGO, [50])
    head, image = unpacked(layers, 1)
    assert head.halved > 0 and image.size == (320 >> head.halved, 240 >> head.halved)


@pytest.mark.parametrize("rooms", [[0, 5000], [8, 5000], [12]])
def test_without_room_in_the_first_layer_there_is_nothing(photo, rooms):
    assert payload.pack(photo("cat.png", (320, 240)), STEGO, rooms) is None


@pytest.mark.parametrize(("place", "value"), [(0, b"\0\0"), (4, b"\7")])
def test_a_head_that_nobody_writes_is_refused(photo, place, value):
    first = bytearray(payload.pack(photo("cat.png", (200, 150)), STEGO, [900, 900])[0])
    first[place : place + len(value)] = value
    with pytest.raises(StegError, match="damaged"):
        payload.head_of(bytes(first), 2)
