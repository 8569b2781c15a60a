"""Opening: what decoding would cost is looked at first, and HEIC is read or explained."""

import importlib.metadata
import io
import struct

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images import opening, profiles
from steg.images.reading import is_picture, read_photo, read_stego

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(99)


def saved(image: Image.Image, name: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, name, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("version", [None, "1.6.9", "0.22.0"])
def test_without_a_safe_decoder_heic_is_explained(monkeypatch, version):
    def of(name: str) -> str:
        if version is None:
            raise importlib.metadata.PackageNotFoundError
        return version

    monkeypatch.setattr(opening.importlib.metadata, "version", of)
    with pytest.raises(StegError, match=r"The cover is a HEIC photo.* iPhone.* Mac.* Windows"):
        read_photo(HEIC, "cover")
    assert not is_picture(HEIC)  # as a secret it is hidden as a file


def test_heic_is_read_where_there_is_a_decoder():
    pillow_heif = pytest.importorskip("pillow_heif", minversion="1.7")
    pillow_heif.register_heif_opener()
    image = Image.new("RGB", (64, 48), (200, 100, 30))
    image.paste((20, 20, 200), (0, 0, 32, 48))
    data = saved(image, "HEIF", quality=95)
    assert np.abs(np.subtract(read_photo(data).image, np.asarray(image, int))).mean() < 3
    with pytest.raises(StegError, match=r"damaged or cut short|not a picture"):
        read_photo(data[:-60])


def test_tiles_of_gigabytes_are_not_decoded():
    data = bytearray(saved(Image.new("RGB", (64, 64)), "TIFF"))
    count = struct.unpack_from("<H", data, struct.unpack_from("<I", data, 4)[0])[0]
    at = struct.unpack_from("<I", data, 4)[0] + 2
    entries = [bytes(data[at + 12 * i : at + 12 * i + 12]) for i in range(count)]
    entries = [e for e in entries if struct.unpack_from("<H", e)[0] not in (273, 278, 279)]
    tiles = (322, 40000), (323, 40000), (324, 8), (325, 99)
    entries += [struct.pack("<HHII", tag, 4, 1, value) for tag, value in tiles]
    entries.sort(key=lambda entry: struct.unpack_from("<H", entry))
    table = struct.pack("<H", len(entries)) + b"".join(entries)
    tiled = b"II*\0" + struct.pack("<I", len(data)) + data[8:] + table + bytes(4)
    for read in (read_photo, read_stego):
        with pytest.raises(StegError, match="damaged"):
            read(bytes(tiled))


def test_profiles_that_claim_more_than_they_hold_are_not_used():
    genuine = profiles.from_gamma(1.0, None, grey=False)
    assert profiles.fits(genuine, "RGB") and not profiles.fits(genuine, "L")
    offsets = struct.pack(">II", 32, 0)
    table = b"mAB \0\0\0\0\x03\x03\0\0" + bytes(12) + offsets + b"\xff\xff\xff" + bytes(40)
    lut = b"mft2\0\0\0\0\x04\x03\xff\0" + bytes(36) + struct.pack(">HH", 4096, 4096) + bytes(40)
    curve = b"curv\0\0\0\0" + struct.pack(">I", 2**30) + bytes(40)
    for tag in (table, lut, curve, b"mpet" + bytes(60), b"ncl2" + bytes(60)):
        head = genuine[:128] + struct.pack(">I", 1) + b"A2B0" + struct.pack(">II", 144, len(tag))
        assert not profiles.fits(head + tag, "RGB")
    assert not profiles.fits(genuine[:128] + struct.pack(">I", 2**31), "RGB")
    assert not profiles.fits(genuine[:200], "RGB") and not profiles.fits(b"", "RGB")
    assert not profiles.fits(genuine + bytes(profiles.LARGEST_PROFILE), "RGB")
    assert profiles.from_gamma(0.6, [0.3] * 8, grey=False) is None
