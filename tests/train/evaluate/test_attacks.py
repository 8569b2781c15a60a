"""Counting alarms: on every method's pictures, and on clean ones."""

from steg.methods import OFFERED
from train.evaluate import attacks


def test_alarms_are_counted_for_every_method(photo, tmp_path, capsys):
    for name in ("tulips.png", "rock_and_lake.png"):
        photo(name).save(tmp_path / name)
    assert attacks.main([str(tmp_path), "--crop", "300"]) == 0
    rows = {line.split("|")[1].strip(): line.split("|")[2:5] for line in capsys.readouterr().out.splitlines()}
    alarms = {name: [cell.split()[0] for cell in cells] for name, cells in rows.items() if "(" in name}
    assert alarms["clean (2)"] == ["0", "0", "0"]
    assert alarms["lsb, strength 0.5 (2)"][2] == "2"
    assert all(any(name.startswith(method) for name in alarms) for method in OFFERED)


def test_an_empty_folder_ends_in_a_sentence(tmp_path, capsys):
    assert attacks.main([str(tmp_path)]) == 2
    assert "at least two pictures" in capsys.readouterr().err
