"""Many pictures at once: which goes with which, what is skipped, what fails, the table, processes, Ray."""

import csv
import json
import multiprocessing
import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import row_functions
from command_line import run
from PIL import Image

import steg
from steg import batch, processes


@pytest.fixture
def folders(tmp_path, photo) -> Path:
    """A folder with three small covers and a damaged one, a picture and a text as secrets."""
    for name in ("covers", "secrets"):
        (tmp_path / name).mkdir()
    cover = photo("coffee.jpg", (96, 64))
    for name in ("b.png", "A.jpg", "a.png"):
        cover.save(tmp_path / "covers" / name)
    (tmp_path / "covers" / "damaged.png").write_bytes(b"\x89PNG")
    photo("cat.png", (40, 30)).save(tmp_path / "secrets" / "1.png")
    (tmp_path / "secrets" / "2.txt").write_bytes(b"nine")
    (tmp_path / "secrets" / ".hidden").touch()
    return tmp_path


@pytest.fixture
def one_process(monkeypatch):
    monkeypatch.setattr(processes, "run", lambda function, rows, _: (function(row) for row in rows))


def table(path: Path) -> list[dict]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def test_covers_and_secrets_go_together_by_their_names_and_no_two_outputs_are_alike(folders):
    rows = batch.pairs(folders / "covers", folders / "secrets", folders / "out")
    assert [[Path(path).name for path in row.values()] for row in rows] == [
        ["A.jpg", "1.png", "A.jpg.png"],
        ["a.png", "2.txt", "a.png.png"],
        ["b.png", "1.png", "b.png"],
        ["damaged.png", "2.txt", "damaged.png"],
    ]


def test_two_processes_hide_and_reveal_and_one_bad_file_does_not_stop_the_rest(folders):
    hide = "hide", "--batch", "covers", "secrets", "-o", "out", "--processes", 2
    done = run(*hide, cwd=folders)
    said = done.stdout + done.stderr
    assert done.returncode == 2 and "hidden: 3" in said and "failed: 1" in said, said
    assert done.stderr.startswith("steg: covers/damaged.png: The cover is") and done.stderr.count("\n") == 1
    rows = table(folders / "out" / "results.csv")
    assert [row["status"] for row in rows] == ["hidden", "hidden", "hidden", "failed"]
    assert [bool(row["secret_psnr"]) for row in rows] == [True, False, True, False]
    cover, stego = (np.asarray(Image.open(folders / rows[2][role])) for role in ("cover", "output"))
    mse = ((cover.astype(float) - stego) ** 2).mean()
    assert float(rows[2]["cover_psnr"]) == round(10 * np.log10(255**2 / mse), 2)
    assert steg.reveal(folders / "out" / "a.png.png").content == steg.File("2.txt", b"nine")


def test_what_is_done_is_skipped_and_keeps_its_figures(folders, one_process):
    hide = "hide", "--batch", "covers", "secrets", "-o", "out", "--json"
    assert json.loads(run(*hide, cwd=folders).stdout)["hidden"] == 3
    before = (folders / "out" / "results.csv").read_text()
    (folders / "out" / "b.png").unlink()
    again = json.loads(run(*hide, cwd=folders).stdout)
    assert (again["hidden"], again["skipped"], again["failed"]) == (1, 2, 1)
    assert (folders / "out" / "results.csv").read_text() == before
    assert json.loads(run(*hide, "--force", cwd=folders).stdout)["hidden"] == 3


def test_a_folder_is_revealed_each_secret_with_its_ending_and_locks_opened_where_there_are_some(
    folders, one_process
):
    (folders / "covers" / "damaged.png").unlink()
    hide = "hide", "--batch", "covers", "secrets", "-o", "out", "--lock"
    assert run(*hide, cwd=folders, STEG_PASSPHRASE="open sesame").returncode == 0
    steg.hide(folders / "covers" / "b.png", steg.Text("nine")).save(folders / "out" / "b.png")
    reveal = "reveal", "--batch", "out", "-o", "secrets again", "--json"
    closed = run(*reveal, cwd=folders)
    assert closed.returncode == 2 and closed.stderr.count("is locked: type the passphrase") == 2
    done = json.loads(run(*reveal, cwd=folders, STEG_PASSPHRASE="open sesame").stdout)
    assert (done["intact"], done["skipped"]) == (2, 1)
    names = sorted(path.name for path in (folders / "secrets again").iterdir())
    assert names == ["A.jpg-secret.png", "a.png-secret.txt", "b-secret.txt", "results.csv"]
    kinds = [row["kind"] for row in table(folders / "secrets again" / "results.csv")]
    assert kinds == ["picture", "file", "text"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("hide", "covers", "-o", "out"), "takes two folders"),
        (("hide", "-", "secrets", "-o", "out"), "takes two folders"),
        (("hide", "covers", "secrets", "--text", "x", "-o", "out"), "leave --text out"),
        (("hide", "covers", "missing", "-o", "out"), "The folder missing cannot be read"),
        (("hide", "covers", "empty", "-o", "out"), "has no files in it"),
        (("hide", "covers", "secrets", "-o", "covers"), "The output is the folder covers itself"),
        (("hide", "covers", "secrets", "-o", "no/where"), "cannot be made"),
        (("hide", "covers", "secrets", "-o", "-"), "name a folder"),
        (("hide", "covers", "secrets", "-o", "empty", "--device", "hpu"), "not available"),
        (("hide", "covers", "secrets", "-o", "other"), "is not the table of an earlier run"),
        (("reveal", "covers"), "add -o FOLDER"),
        (("reveal", "covers", "-o", "covers"), "The output is the folder covers itself"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_wrong_with_all_is_said_once_before_the_work(folders, one_process, arguments, sentence):
    (folders / "empty").mkdir()
    (folders / "other").mkdir()
    (folders / "other" / "results.csv").write_bytes(b"my,own\r\ntable,\xff\r\n")
    done = run(*arguments, "--batch", cwd=folders)
    assert done.returncode == 2 and done.stdout == ""
    assert sentence in done.stderr and done.stderr.count("\n") == 1
    assert not (folders / "out").exists() and len(list((folders / "covers").iterdir())) == 4


def test_for_an_app_all_files_have_its_form(tmp_path, photo, one_process):
    for name, size in (("covers", (160, 120)), ("secrets", (40, 30))):
        (tmp_path / name).mkdir()
        photo("coffee.jpg", size).save(tmp_path / name / "a.png")
    run("hide", "--batch", "covers", "secrets", "-o", "out", "--app", "telegram-desktop", cwd=tmp_path)
    (row,) = table(tmp_path / "out" / "results.csv")
    assert row["status"] == "hidden" and Image.open(tmp_path / row["output"]).format == "JPEG"
    assert float(row["secret_psnr"]) > 15
    row = batch.hide(row | {"output": str(tmp_path / "b.png")}, method="file", app="signal")
    assert row["status"] == "failed" and "The app signal is for the method robust" in row["message"]


def test_an_interruption_keeps_the_table_of_what_was_done(folders, monkeypatch):
    def interrupted(function, rows, _):
        yield function(rows[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(processes, "run", interrupted)
    done = run("hide", "--batch", "covers", "secrets", "-o", "out", cwd=folders)
    assert done.returncode == 2 and "interrupted" in done.stderr
    assert [row["status"] for row in table(folders / "out" / "results.csv")] == ["hidden"]


@pytest.fixture
def forked(monkeypatch):
    """Processes that start at once, for functions without torch."""
    context = multiprocessing.get_context("fork")
    monkeypatch.setattr(processes, "get_context", lambda _: context)


def test_a_row_on_which_its_process_is_killed_has_failed_and_the_others_are_done(forked):
    rows = [{"number": number} for number in range(5)]
    done = sorted(processes.run(row_functions.killed_at_two, rows, 2), key=lambda row: row["number"])
    assert [row["status"] for row in done] == ["done", "done", "failed", "done", "done"]
    assert "for want of memory perhaps" in done[2]["message"]


def test_processes_end_at_once_and_clean_up_where_the_run_is_interrupted(forked, tmp_path):
    rows = [{"number": number, "part": str(tmp_path / ".part")} for number in range(3)]
    results = processes.run(row_functions.pauses_at_one, rows, 2)
    assert next(results)["number"] == 0
    results.close()
    for process in multiprocessing.active_children():
        process.join()
    assert list(tmp_path.iterdir()) == []


def test_ray_data_maps_the_same_functions(folders, monkeypatch):
    ray = pytest.importorskip("ray")
    monkeypatch.setenv("PYTHONPATH", str(Path(steg.__file__).parents[1]), prepend=os.pathsep)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        (folders / "out").mkdir()
        rows = batch.pairs(folders / "covers", folders / "secrets", folders / "out")
        hide = partial(batch.hide, strength=1.0)
        done = ray.data.from_items(rows, override_num_blocks=2).map(hide).to_pandas().sort_values("cover")
        assert list(done["status"]) == ["hidden", "hidden", "hidden", "failed"]
        rows = batch.stego_pictures(folders / "out", folders / "again")
        (folders / "again").mkdir()
        done = ray.data.from_items(rows).map(batch.reveal).to_pandas()
        assert set(done["status"]) == {"intact"} and set(done["kind"]) == {"picture", "file"}
    finally:
        ray.shutdown()
