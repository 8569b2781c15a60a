"""Writing files: whole or not at all."""

import pytest
from PIL import Image

from steg.errors import StegError
from steg.files import save_picture


def test_a_picture_is_written_losslessly_and_alone(tmp_path):
    image = Image.effect_noise((40, 30), 50).convert("RGB")
    save_picture(image, tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").tobytes() == image.tobytes()
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_failure_leaves_the_old_file_and_no_part(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"old")

    def disk_full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", disk_full)
    with pytest.raises(StegError, match="No space left"):
        save_picture(Image.new("RGB", (9, 9)), tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"old"
