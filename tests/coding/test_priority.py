"""Priority encoded transmission: the more is lost, the fewer layers arrive, and those unharmed."""

from dataclasses import replace

import numpy as np
import pytest

from steg.coding.priority import EVEN, GROUP, LEAST_BLOCKS, Code
from steg.embedding import blocks

SIZE = (512, 512)
LENGTH = 78


@pytest.fixture(scope="module")
def code() -> Code:
    return Code(blocks.groups(SIZE, GROUP), LENGTH)


@pytest.fixture(scope="module")
def payload(code) -> list[bytes]:
    random = np.random.RandomState(0)
    return [random.bytes(capacity) for capacity in code.capacities]


def _after_painting(code: Code, payload: list[bytes], share: float) -> list[bool]:
    """Which layers arrive when a square of this share of the picture is painted over."""
    places = blocks.places(np.zeros((*SIZE[::-1], 3), np.uint8))
    side = int(SIZE[0] * share**0.5)
    painted = np.zeros((*SIZE[::-1], 3), bool)
    painted[100 : 100 + side, 37 : 37 + side] = True
    hit = painted.reshape(-1)[places].any(0)
    message = code.encode(payload)
    message[hit] = np.random.RandomState(1).randint(0, 256, (hit.sum(), LENGTH))
    arrived, lost = code.decode(message, damaged=True)
    assert abs(lost - hit.mean()) < 0.002
    return [a == b for a, b in zip(arrived, payload, strict=True)]


def test_layers_come_back_and_use_nearly_all_of_the_blocks(code, payload):
    message = code.encode(payload)
    assert message.shape == (blocks.count(SIZE), LENGTH)
    for damaged in (False, True):
        assert code.decode(message, damaged) == (payload, 0)
    assert sum(code.capacities) > 0.955 * message.size


@pytest.mark.parametrize(("share", "layers"), [(0.0005, 4), (0.04, 3), (0.08, 2), (0.2, 1)])
def test_the_first_layers_outlive_the_most(code, payload, share, layers):
    assert _after_painting(code, payload, share) == [True] * layers + [False] * (4 - layers)


def test_even_protection_keeps_the_whole_where_graded_protection_keeps_its_beginning():
    code = Code(blocks.groups(SIZE, GROUP), LENGTH, EVEN)
    payload = [np.random.RandomState(0).bytes(capacity) for capacity in code.capacities]
    assert _after_painting(code, payload, 0.08) == [True] * 3
    assert _after_painting(code, payload, 0.15) == [True, True, False]


def test_the_last_layer_is_repaired_where_blocks_that_share_samples_are_known_to_be_lost():
    """Three lost blocks of one group are too many to be located by the last layer, whose parity is 3."""
    first, *members = Code(blocks.groups(SIZE, GROUP), LENGTH).groups[50:53, 0].tolist()
    code = Code(blocks.groups(SIZE, GROUP), LENGTH, shifts=(0, *(first - member for member in members)))
    payload = [np.random.RandomState(0).bytes(capacity) for capacity in code.capacities]
    message, random = code.encode(payload), np.random.RandomState(1)
    message[first] = random.randint(0, 256, LENGTH)
    message[members, code.fine :] = random.randint(0, 256, (2, LENGTH - code.fine))
    assert code.decode(message, damaged=True)[0] == payload
    assert replace(code, shifts=()).decode(message, damaged=True)[0][:3] == payload[:3]
    assert replace(code, shifts=()).decode(message, damaged=True)[0] != payload


@pytest.mark.parametrize("length", [1, 2, 7, 40, 124])
def test_blocks_may_have_any_length(length):
    code = Code(blocks.groups((200, 170), GROUP), length)
    random = np.random.RandomState(0)
    payload = [random.bytes(capacity) for capacity in code.capacities]
    assert code.decode(code.encode(payload), damaged=True) == (payload, 0)


def test_thumbnails_have_one_layer_and_spend_nothing():
    groups = blocks.groups((64, 64), GROUP)
    assert groups.size < LEAST_BLOCKS and Code(groups, LENGTH).capacities == [groups.size * LENGTH]
