"""Writing files: whole or not at all."""

import os

import pytest
from PIL import Image, JpegImagePlugin

from steg.errors import StegError
from steg.images.writing import LOSSLESS_SUFFIXES, ROBUST_SUFFIXES, check_output, save_picture


def test_a_picture_is_written_losslessly_and_alone(tmp_path):
    image = Image.effect_noise((40, 30), 50).convert("RGB")
    save_picture(image, tmp_path / "a.png")
    assert Image.open(tmp_path / "a.png").tobytes() == image.tobytes()
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]


def test_a_failure_leaves_the_old_file_and_no_part(tmp_path, monkeypatch):
    (tmp_path / "a.png").write_bytes(b"old")

    def disk_full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", disk_full)
    with pytest.raises(StegError, match="No space left"):
        save_picture(Image.new("RGB", (9, 9)), tmp_path / "a.png")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"old"


def test_jpeg_keeps_colours_at_full_resolution(tmp_path):
    save_picture(Image.effect_noise((48, 32), 50).convert("RGB"), tmp_path / "a.jpg")
    saved = Image.open(tmp_path / "a.jpg")
    assert JpegImagePlugin.get_sampling(saved) == 0  # 4:4:4
    assert max(saved.quantization[0]) == 12  # of quality 95
    saved.close()


@pytest.mark.parametrize(
    ("name", "endings"), [("a.jpg", LOSSLESS_SUFFIXES), ("a.webp", ROBUST_SUFFIXES), ("a", ROBUST_SUFFIXES)]
)
def test_a_stego_picture_that_would_lose_its_secret_is_refused(tmp_path, name, endings):
    with pytest.raises(StegError, match="destroy the hidden picture; only the method robust"):
        check_output(tmp_path / name, stego=endings, force=False)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.JPEG"])
def test_the_endings_of_robust_pictures_are_taken(tmp_path, name):
    check_output(tmp_path / name, stego=ROBUST_SUFFIXES, force=False)
