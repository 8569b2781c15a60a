"""Image intake: real and hostile files end in a picture or in one sentence."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from steg.errors import StegError
from steg.images.reading import read_photo, read_stego

AWKWARD = Path(__file__).parents[1] / "awkward"
UNREADABLE = "is not a picture that Steg can read"
DAMAGED = "is damaged or cut short"
REFUSED = {
    "3x3.jxl": UNREADABLE,
    "MANIFEST.md": UNREADABLE,
    "bad_bit_depth.png": UNREADABLE,
    "bad_signature.png": UNREADABLE,
    "bomb.gif": "has hundreds of megapixels",
    "bomb_header_536870944x32.png": UNREADABLE,
    "bomb_header_97M_x_1G.png": UNREADABLE,
    "broken_idat.png": DAMAGED,
    "empty.png": "is empty",
    "icon.ico": UNREADABLE,
    "jpeg_12bit.jpg": UNREADABLE,
    "missing_idat.png": DAMAGED,
    "plain.svg": UNREADABLE,
    "text_named.png": UNREADABLE,
    "truncated.png": DAMAGED,
    "truncated_4k_photo.jpg": DAMAGED,
    "ultrahdr_gainmap.jpg": DAMAGED,
}
SIZES = {
    "1x1.png": (1, 1),
    "cmyk.jpg": (100, 100),
    "elongated_8192x2.png": (8192, 2),
    "exif_orientation5_portrait.jpg": (1200, 1800),
    "exif_orientation6_landscape.jpg": (1800, 1200),
    "photo.avif": (128, 128),
    "rgb16.tiff": (100, 40),
    "transparent.webp": (200, 150),
}


@pytest.mark.parametrize("path", sorted(AWKWARD.iterdir()), ids=lambda path: path.name)
def test_awkward_files_end_in_a_picture_or_a_sentence(path):
    for read in (lambda: read_photo(path, "cover").image, lambda: read_stego(path)):
        if path.name in REFUSED:
            with pytest.raises(StegError, match=REFUSED[path.name]) as caught:
                read()
            assert str(caught.value).count("\n") == 0
        else:
            assert read().mode == "RGB"
    if path.name in SIZES:
        assert read_photo(path).image.size == SIZES[path.name]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's peak of this process alone")
def test_awkward_files_cost_less_than_a_gigabyte():
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from steg.errors import StegError\n"
        "from steg.images.reading import read_photo\n"
        "for path in Path(sys.argv[1]).iterdir():\n"
        "    try: read_photo(path)\n"
        "    except StegError: pass\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.split('VmHWM:')[1].split()[0])\n"  # getrusage would include the process that forked
    )
    run = subprocess.run(
        [sys.executable, "-c", script, str(AWKWARD)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert int(run.stdout) < 2**20  # KiB


def test_contents_decide_and_not_the_ending(tmp_path, photo):
    photo("coffee.jpg").save(tmp_path / "really_a_bmp.png", "BMP")
    assert read_photo(tmp_path / "really_a_bmp.png").image.size == (600, 400)


def test_orientation_is_applied_to_photos_and_ignored_in_stego_pictures(tmp_path):
    image = Image.fromarray(np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to view
    image.save(tmp_path / "turned.png", exif=exif)
    upright = read_photo(tmp_path / "turned.png").image
    assert np.array_equal(upright, np.rot90(image, -1))
    assert np.array_equal(read_stego(tmp_path / "turned.png"), image)


def test_a_colour_profile_is_converted_in_photos_and_ignored_in_stego_pictures():
    path = AWKWARD / "rgb16_linear_icc_photo.png"
    stored = np.asarray(read_stego(path), float)
    shown = np.asarray(read_photo(path).image, float)
    assert np.array_equal(stored, np.asarray(Image.open(path).convert("RGB")))
    assert shown.mean() > stored.mean() + 20  # linear light looks far too dark when taken for sRGB


def test_16_bit_grey_keeps_its_range(tmp_path):
    ramp = np.linspace(0, 65535, 32, dtype=np.uint16).reshape(1, -1).repeat(4, 0)
    Image.fromarray(ramp).save(tmp_path / "ramp.png")
    read = np.asarray(read_photo(tmp_path / "ramp.png").image)[..., 0]
    assert np.array_equal(read, (ramp / 257).round())


def test_transparency_is_laid_on_white_with_a_notice():
    half = Image.new("RGBA", (4, 4), (0, 0, 0, 128))
    picture = read_photo(half, "cover")
    assert picture.image.getpixel((0, 0)) == (127, 127, 127)
    assert picture.notices == ("The cover is partly transparent; it is laid on white.",)
    assert read_photo(Image.new("RGBA", (4, 4), (9, 9, 9, 255))).notices == ()


def test_animations_give_their_first_frame_with_a_notice(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    picture = read_photo(tmp_path / "moving.gif", "secret")
    assert picture.image.getpixel((0, 0)) == (255, 0, 0)
    assert "only the first is used" in picture.notices[0]


def test_cmyk_becomes_the_colour_that_is_seen(tmp_path):
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "red.jpg", quality=100)
    red, green, blue = read_photo(tmp_path / "red.jpg").image.getpixel((8, 8))
    assert red > 200 and green < 60 and blue < 60


def test_orientation_in_xmp_alone_is_not_applied(tmp_path):
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    for name in ("a.jpg", "a.webp", "a.png"):
        Image.new("RGB", (30, 20)).save(tmp_path / name, xmp=xmp)
        assert read_photo(tmp_path / name).image.size == (30, 20)


def test_arrays(photo):
    pixels = np.asarray(photo("coffee.jpg"))
    assert np.array_equal(read_photo(pixels).image, pixels)
    assert read_photo(pixels[..., 0]).image.mode == "RGB"
    for bad in (pixels / 255, pixels[None], pixels[:0], pixels[..., :2]):
        with pytest.raises(StegError, match="array must be uint8"):
            read_photo(bad)


def test_missing_files_and_folders(tmp_path):
    with pytest.raises(StegError, match="No such file"):
        read_photo(tmp_path / "nothing.png")
    with pytest.raises(StegError, match="directory"):
        read_photo(tmp_path)


def test_metadata_stays_behind(tmp_path, photo):
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"  # GPS
    photo("coffee.jpg").save(tmp_path / "gps.jpg", exif=exif, comment=b"here")
    image = read_photo(tmp_path / "gps.jpg").image
    assert image.info == {} and len(image.getexif()) == 0


def test_floating_point_pictures_are_refused():
    with pytest.raises(StegError, match="floating-point"):
        read_photo(Image.new("F", (20, 20)))
