"""Values that outlive a reload: found by their token alone, few, and not for long."""

from steg.ui import kept


def test_a_value_is_found_by_its_token_until_another_takes_its_place():
    first = kept.remember("first")
    assert kept.recall(first) == "first" and kept.recall(None) is None and kept.recall("x") is None
    second = kept.remember("second", first)
    assert kept.recall(second) == "second" and kept.recall(first) is None


def test_only_the_last_values_are_kept_and_old_ones_are_not(monkeypatch):
    tokens = [kept.remember(number) for number in range(kept.MOST + 1)]
    assert [kept.recall(token) for token in tokens] == [None, *range(1, kept.MOST + 1)]
    monkeypatch.setattr(kept, "KEEP_FOR", 0)
    assert kept.recall(tokens[-1]) is None
    kept.remember("new")
    assert len(kept._kept) == 1
