"""Payload of a robust picture: the secret's size, and the secret in layers."""

import numpy as np
import pytest

from steg.errors import StegError
from steg.images.metrics import psnr
from steg.payload.layers import pack, read_header, unpack

STEGO = 320, 240


def unpacked(layers: list[bytes], received: int):
    return read_header(layers[0], len(layers)), unpack(layers[:received], len(layers), STEGO).secret


def test_a_secret_comes_back_from_the_layers_that_were_received(photo):
    secret = photo("cat.png", (200, 150))
    layers = pack(secret, STEGO, [900, 1500, 4000])
    layers[-1] = layers[-1].ljust(4000, b"\0")
    levels = []
    for received in (1, 2, 3):
        header, image = unpacked(layers, received)
        assert header[:2] == ((200, 150), 0) and image.size == (200, 150)
        levels.append(psnr(np.asarray(image), np.asarray(secret)))
    assert levels == sorted(levels) and levels[2] > levels[0] + 3


def test_layers_have_no_more_bytes_than_their_capacity(photo):
    capacities = [700, 30, 900]
    layers = pack(photo("cat.png"), STEGO, capacities)
    assert all(len(layer) <= capacity for layer, capacity in zip(layers, capacities, strict=True))


def test_a_layer_without_room_is_left_out(photo):
    layers = pack(photo("cat.png", (200, 150)), STEGO, [900, 0, 4000])
    assert layers[1] == b""
    few, many = (unpacked(layers, received)[1] for received in (2, 3))
    assert few.tobytes() != many.tobytes()


def test_a_large_secret_is_packed_at_the_pixel_count_of_the_cover(photo):
    layers = pack(photo("flower_meadow.png", (1000, 500)), STEGO, [3000])
    header, image = unpacked(layers, 1)
    assert header.size == (1000, 500) and image.size == (392, 196)
    assert unpack(layers, 1, STEGO).size == (392, 196)


def test_a_secret_for_which_there_is_too_little_room_is_halved(photo):
    size = 1280, 960
    layers = pack(photo("cat.png", size), size, [200])
    assert read_header(layers[0], 1).halved == 1
    assert unpack(layers, 1, size).secret.size == (640, 480) and unpack(layers, 1, size).size == size


@pytest.mark.parametrize("capacities", [[0, 5000], [8, 5000], [12]])
def test_without_room_in_the_first_layer_there_is_nothing(photo, capacities):
    assert pack(photo("cat.png", (320, 240)), STEGO, capacities) is None


@pytest.mark.parametrize(("place", "value"), [(0, b"\0\0"), (4, b"\7")])
def test_a_header_that_nobody_writes_is_refused(photo, place, value):
    first = bytearray(pack(photo("cat.png", (200, 150)), STEGO, [900, 900])[0])
    first[place : place + len(value)] = value
    with pytest.raises(StegError, match="damaged"):
        read_header(bytes(first), 2)


@pytest.mark.parametrize("size", [0, 1, 4, 10])
def test_a_layer_shorter_than_the_header_is_refused(size):
    with pytest.raises(StegError, match="damaged"):
        unpack([b"\1" * size], 2, STEGO)
