"""How long hiding will take, from what was measured."""

import pytest

from steg.ui import hide, times


@pytest.fixture(autouse=True)
def nothing_measured(monkeypatch):
    monkeypatch.setattr(times, "_runs", times.defaultdict(lambda: times.deque(maxlen=times.LAST)))


def test_a_constant_and_a_part_for_each_megapixel_are_fitted():
    for megapixels in (0.1, 1, 4):
        times.add(("file", megapixels, 1.5 + 2 * megapixels))
    assert times.seconds("file", 24) == pytest.approx(49.5)
    assert times.seconds("robust", 24) is None


def test_runs_of_one_size_scale_with_it_and_old_ones_are_forgotten():
    for took in (100, *[4] * times.LAST):
        times.add(("file", 2, took))
    assert times.seconds("file", 6) == pytest.approx(12)


def test_a_larger_pair_never_takes_less():
    times.add(("file", 1, 9))
    times.add(("file", 4, 3))
    assert times.seconds("file", 8) == pytest.approx(6)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.2, "1 s"), (7.4, "7 s"), (23, "25 s"), (89, "90 s"), (130, "2 minutes")]
)
def test_times_are_said_as_one_says_them(seconds, said):
    assert times.words(seconds) == f"about {said}"


def test_the_page_says_it_where_it_is_worth_mentioning():
    times.add(("file", 1, 1))
    assert hide.estimate("file", 25) == "- Hiding takes about 25 s for pictures of this size here."
    assert hide.estimate("file", 1) == hide.estimate("file", None) == hide.estimate("lsb", 99) == ""
