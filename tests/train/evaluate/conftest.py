"""What the tests of measuring share: a folder of pictures."""

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path, photo) -> Path:
    """Two photographs of 160x128 pixels, and a file that is no picture."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("coffee.jpg", "tulips.png"):
        photo(name).crop((100, 100, 260, 228)).save(folder / f"{name}.png")
    (folder / "notes.txt").write_text("not a picture")
    return folder
