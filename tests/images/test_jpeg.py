"""JPEG markers: what a missing end marker means, and how many scans are too many."""

import io

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images import jpeg
from steg.images.reading import read_photo, read_stego


def coded(photo, **options) -> bytes:
    buffer = io.BytesIO()
    photo("coffee.jpg", (150, 100)).save(buffer, "JPEG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"quality": 20}])
def test_a_file_without_its_end_marker_is_used_with_a_notice(photo, tmp_path, options):
    data = coded(photo, **options)
    whole = np.asarray(Image.open(io.BytesIO(data)))
    for end in (-1, -2):
        (tmp_path / "a.jpg").write_bytes(data[:end])
        picture = read_photo(tmp_path / "a.jpg", "cover")
        assert np.array_equal(picture.image, whole)
        assert "lacks its end marker" in picture.notices[0]
        assert np.array_equal(read_stego(tmp_path / "a.jpg"), whole)
    (tmp_path / "a.jpg").write_bytes(data)
    assert read_photo(tmp_path / "a.jpg").notices == ()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
@pytest.mark.parametrize("missing", [20, 200, 1500])
def test_a_file_that_lacks_more_is_damaged(photo, tmp_path, options, missing):
    (tmp_path / "a.jpg").write_bytes(coded(photo, **options)[:-missing])
    for read in (read_photo, read_stego):
        with pytest.raises(StegError, match="damaged or cut short"):
            read(tmp_path / "a.jpg")


def test_scans_are_counted_and_thumbnails_are_not(photo):
    exif = Image.Exif()
    exif[0x010E] = "\xff\xda" * 50
    assert jpeg.scans(coded(photo, exif=exif)) == 1
    assert jpeg.scans(coded(photo, progressive=True)) == 10
    assert jpeg.scans(coded(photo, progressive=True) + coded(photo)) == 10
    assert jpeg.scans(b"\xff\xd8\xff") == jpeg.scans(b"\xff\xd8") == 0


def test_thousands_of_scans_and_segments_are_refused_at_once(photo, tmp_path, monkeypatch):
    data = coded(photo, progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    monkeypatch.setattr(jpeg, "SCANS_TIMES_MEGAPIXELS", 1)
    (tmp_path / "a.jpg").write_bytes(data[:-2] + last * 3000 + b"\xff\xd9")
    with pytest.raises(StegError, match="of 3010 scans, which no camera writes"):
        read_photo(tmp_path / "a.jpg")
    assert jpeg.takes_too_long(data[:-2] + last * 60 + b"\xff\xd9", (4000, 4000))
    assert not jpeg.takes_too_long(data, (8000, 8000))
    (tmp_path / "a.jpg").write_bytes(data[:2] + b"\xff\xfe\0\2" * 30_000 + data[2:])
    with pytest.raises(StegError, match="damaged"):
        read_stego(tmp_path / "a.jpg")
