"""The time that a live training takes, by a clock of our own."""

import itertools

from train.evaluate import live_training


def test_the_time_until_both_pictures_are_recognisable_is_printed(photo, tmp_path, capsys, monkeypatch):
    for name in ("cat.png", "tulips.png"):
        photo(name, (64, 64)).save(tmp_path / name)
    clock = itertools.count(0, 0.5)
    monkeypatch.setattr(live_training, "monotonic", lambda: next(clock))
    monkeypatch.setattr(live_training, "RECOGNISABLE", 5.0)
    assert live_training.main([str(tmp_path / "cat.png"), str(tmp_path / "tulips.png")]) == 0
    said = capsys.readouterr().out
    assert " steps (" in said and said.startswith(
        tuple(f"{seconds} s, {2 * seconds} " for seconds in range(1, 30))
    )
    assert live_training.main([str(tmp_path / "none.png"), str(tmp_path / "tulips.png")]) == 2
