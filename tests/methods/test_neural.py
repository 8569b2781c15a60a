"""What neural methods share, with bundled weights, through real PNG files and on real photographs."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import steg
from steg import Status
from steg.embedding import header
from steg.images.metrics import psnr


@pytest.fixture(params=["predictive", "invertible"], scope="module")
def method(request) -> steg.Method:
    return steg.load(request.param)


def db(a: Image.Image, b: Image.Image) -> float:
    return psnr(np.asarray(a), np.asarray(b))


@pytest.mark.parametrize(
    ("cover", "secret", "size", "floors"),
    [
        ("flower_meadow.png", "astronaut.jpg", (512, 512), (41, 41)),
        ("rock_and_lake.png", "cat.png", (451, 301), (39, 39)),
        ("tulips.png", "coffee.jpg", (333, 500), (40, 39)),
        ("coffee.jpg", "tulips.png", (64, 64), (33, 31)),
        ("tulips.png", "rock_and_lake.png", (17, 16), (29, 30)),
    ],
)
def test_round_trip_through_a_png_file(method, photo, through_png, cover, secret, size, floors):
    cover, secret = photo(cover, size), photo(secret, size)
    stego = method.hide(cover, secret)
    assert stego.mode == "RGB" and stego.size == size
    revealed = method.reveal(through_png(stego))
    assert revealed.status is Status.INTACT
    assert revealed.image.size == size
    assert db(stego, cover) > floors[0]
    assert db(revealed.image, secret) > floors[1]
    assert stego.tobytes() != cover.tobytes()


def test_a_secret_comes_back_in_its_own_shape_and_size(method, photo, through_png):
    secret = photo("astronaut.jpg", (150, 400))
    stego = method.hide(photo("flower_meadow.png", (640, 360)), secret)
    revealed = method.reveal(through_png(stego)).image
    assert revealed.size == (150, 400)
    assert db(revealed, secret) > 27  # it was squeezed to a height of 360


def test_a_larger_secret_comes_back_at_the_covers_pixel_count(method, photo):
    stego = method.hide(photo("coffee.jpg", (300, 200)), photo("flower_meadow.png", (600, 600)))
    assert method.reveal(stego).image.size == (245, 245)


def test_paths_arrays_and_pictures_give_the_same(method, photo, tmp_path):
    cover, secret = photo("coffee.jpg", (96, 64)), photo("cat.png", (96, 64))
    cover.save(tmp_path / "cover.png")
    secret.save(tmp_path / "secret.png")
    from_pictures = method.hide(cover, secret)
    assert from_pictures.tobytes() == method.hide(np.asarray(cover), np.asarray(secret)).tobytes()
    assert (
        from_pictures.tobytes() == method.hide(tmp_path / "cover.png", str(tmp_path / "secret.png")).tobytes()
    )


def test_a_changed_pixel_is_noticed_and_the_rest_still_revealed(method, photo, through_png):
    cover, secret = photo("tulips.png", (256, 256)), photo("cat.png", (256, 256))
    scribbled = np.array(method.hide(cover, secret))
    run = header.place(scribbled).start // (256 * 3)
    rows = slice(150, 200) if run < 128 else slice(10, 60)  # somewhere else than the header
    scribbled[rows, 100:150] = 0
    revealed = method.reveal(through_png(Image.fromarray(scribbled)))
    assert revealed.status is Status.CHANGED
    assert "changed" in revealed.message
    far = np.abs(np.asarray(revealed.image, int) - np.asarray(secret))[:, 220:]
    assert far.mean() < 10


def test_jpeg_leaves_no_header_and_something_to_see(method, photo, tmp_path):
    method.hide(photo("tulips.png"), photo("cat.png")).save(tmp_path / "sent.jpg", quality=90)
    revealed = method.reveal(tmp_path / "sent.jpg")
    assert revealed.status is Status.NO_HEADER
    assert revealed.image.size == (500, 500)
    assert "re-compressed" in revealed.message and "means nothing" in revealed.message


def test_other_weights_are_named(method, photo):
    stego = np.asarray(method.hide(photo("coffee.jpg"), photo("cat.png")))
    other = header.write(stego, header.Header(method.method_id, "0badcafe", (451, 300)))
    revealed = method.reveal(other)
    assert revealed.status is Status.OTHER_WEIGHTS
    assert "0badcafe" in revealed.message and method.weights_id in revealed.message


def test_a_newer_format_is_said_to_be_newer(method, photo):
    newer = header.Header(method.method_id, method.weights_id, (9, 9), version=header.VERSION + 1)
    other = header.write(np.asarray(photo("coffee.jpg")), newer)
    revealed = method.reveal(other)
    assert revealed.status is Status.NEWER
    assert revealed.image.size == (600, 400)


@pytest.mark.parametrize("size", [(15, 400), (400, 15), (1, 1), (8192, 2)])
def test_covers_too_small_are_refused(method, photo, size):
    with pytest.raises(steg.StegError, match="each side needs at least 16"):
        method.hide(photo("coffee.jpg", size), photo("cat.png"))
    with pytest.raises(steg.StegError, match="each side needs at least 16"):
        method.reveal(photo("coffee.jpg", size))


@pytest.mark.parametrize("size", [(1, 1), (8192, 2), (3, 700)])
def test_secrets_of_any_shape_come_back_in_it(method, photo, size):
    stego = method.hide(photo("coffee.jpg"), photo("cat.png", size))
    assert method.reveal(stego).image.size == size


def test_a_panorama_works(method, photo, through_png):
    stego = method.hide(photo("flower_meadow.png", (3000, 16)), photo("rock_and_lake.png", (3000, 16)))
    assert method.reveal(through_png(stego)).status is Status.INTACT


def test_progress_is_told(method, photo):
    reported = []
    method.hide(photo("coffee.jpg"), photo("cat.png"), progress=reported.append)
    method.reveal(photo("coffee.jpg"), progress=reported.append)
    assert reported == [1.0, 1.0]


def test_the_bundled_stego_example_is_intact():
    example = Path(__file__).parents[2] / "examples" / "rock_and_lake-stego.png"
    assert steg.load("predictive").reveal(example).status is Status.INTACT


def test_the_network_of_2017_hides_and_reveals_what_can_be_recognised(photo, through_png):
    cover, secret = photo("flower_meadow.png", (300, 200)), photo("astronaut.jpg", (300, 200))
    old = steg.load("prep-hide-reveal")
    stego = through_png(old.hide(cover, secret))
    assert steg.methods.recognise(stego) == old.name
    revealed = old.reveal(stego)
    assert revealed.status is Status.INTACT
    assert db(stego, cover) > 24 and db(revealed.image, secret) > 24
