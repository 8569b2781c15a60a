"""The lock: only the passphrase opens it, layer by layer; without one, checksums tell what is damaged."""

import pytest

from steg.errors import StegError
from steg.payload import lock

CAPACITIES = [120, 300, 0, 7, 64]
PHRASES = pytest.mark.parametrize("passphrase", [None, "correct horse"], ids=["open", "locked"])


def _closed(passphrase: str | None) -> tuple[list[bytes], list[bytes]]:
    rooms = lock.rooms(CAPACITIES, bool(passphrase))
    parts = [bytes([7]) * (room // 2) for room in rooms]
    return parts, lock.close(parts, CAPACITIES, passphrase)


@PHRASES
def test_layers_fill_their_capacity_and_come_back(passphrase):
    parts, layers = _closed(passphrase)
    assert [len(layer) for layer in layers] == CAPACITIES and lock.is_locked(layers) == bool(passphrase)
    opened = lock.open_(layers, passphrase)
    for part, data, room in zip(parts, opened, lock.rooms(CAPACITIES, bool(passphrase)), strict=True):
        assert data == part.ljust(room, b"\0")


@PHRASES
def test_a_damaged_layer_is_known_and_the_others_are_opened(passphrase):
    _, layers = _closed(passphrase)
    layers[1] = layers[1][:50] + b"?" + layers[1][51:]
    opened = lock.open_(layers, passphrase)
    assert opened[1] is None and opened[0] is not None and opened[4] is not None


def test_the_same_data_are_locked_differently_each_time_and_never_readable():
    (parts, layers), (_, again) = _closed("correct horse"), _closed("correct horse")
    assert layers[0] != again[0] and layers[1] != again[1] and parts[1][:8] not in layers[1]


def test_another_passphrase_opens_nothing():
    _, layers = _closed("correct horse")
    assert set(lock.open_(layers, "Correct horse")[:2]) == {None}
    with pytest.raises(StegError, match="is locked: type the passphrase"):
        lock.open_(layers, None)


def test_a_passphrase_is_not_ignored_where_there_is_no_lock():
    with pytest.raises(StegError, match="not locked: reveal it without"):
        lock.open_(_closed(None)[1], "correct horse")


def test_layers_cannot_change_places():
    _, layers = _closed("correct horse")
    layers[0], layers[4] = layers[0], layers[1][:64]
    assert lock.open_(layers, "correct horse")[4] is None


def test_two_ways_of_typing_an_accent_are_one_passphrase():
    _, layers = _closed("caf\u00e9")
    assert lock.open_(layers, "cafe\u0301")[0] is not None
