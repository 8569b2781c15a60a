"""Pictures above the limits: made smaller with a notice, or refused before they are decoded."""

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images import reading
from steg.images.reading import read_photo, read_stego


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "LA", "RGBA", "CMYK", "I;16"])
def test_photos_above_the_limit_are_made_smaller_with_a_notice(tmp_path, mode):
    name = "large.jpg" if mode == "CMYK" else "large.png"
    colours = Image.radial_gradient("L").resize((600, 400))
    colours = colours.convert("I").convert("I;16") if mode == "I;16" else colours.convert(mode)
    colours.save(tmp_path / name, quality=95)
    picture = read_photo(tmp_path / name, "cover", max_megapixels=0.06)
    assert picture.image.size == (300, 200)
    assert picture.notices[0].startswith(
        "The cover has 0.2 megapixels (600x400); it is used at 0.1 megapixels (300x200)"
    )
    middle = Image.open(tmp_path / name).convert("RGB").crop((100, 100, 500, 300)).resize((200, 100))
    assert (
        mode in ("1", "I;16")
        or np.abs(np.asarray(picture.image.crop((50, 50, 250, 150)), float) - np.asarray(middle)).mean() < 3
    )


def test_a_large_jpeg_is_decoded_smaller_and_then_turned(tmp_path, monkeypatch):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.radial_gradient("L").convert("RGB").resize((1600, 1200)).save(tmp_path / "a.jpg", exif=exif)
    decoded = []
    original = reading._decoded
    monkeypatch.setattr(reading, "_decoded", lambda image: decoded.append(image.size) or original(image))
    assert read_photo(tmp_path / "a.jpg", max_megapixels=0.1).image.size == (273, 365)
    assert decoded == [(400, 300)]


def test_a_side_that_no_header_can_hold_is_made_shorter(tmp_path):
    Image.new("L", (70000, 20)).save(tmp_path / "long.png")
    assert read_photo(tmp_path / "long.png").image.size == (65535, 18)
    with pytest.raises(StegError, match="65535 pixels a side"):
        read_stego(tmp_path / "long.png")


def test_what_would_exhaust_the_machine_is_refused_before_it_is_decoded(tmp_path):
    Image.new("1", (12000, 9000)).save(tmp_path / "large.png")
    data = (tmp_path / "large.png").read_bytes()
    (tmp_path / "large.png").write_bytes(data[:-40])  # decoding it would end in "damaged"
    with pytest.raises(StegError, match=r"108.0 megapixels \(12000x9000\); files of this kind"):
        read_photo(tmp_path / "large.png", "cover")
    with pytest.raises(StegError, match="the limit is 64"):
        read_stego(tmp_path / "large.png")
