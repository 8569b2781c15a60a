"""The default method with its bundled weights: what is its own beside what all methods do."""

import numpy as np
import pytest
from PIL import Image

import steg
from steg import Status
from steg.embedding import header
from steg.images.metrics import psnr
from steg.methods import neural


def db(a: Image.Image, b: Image.Image) -> float:
    return psnr(np.asarray(a), np.asarray(b))


@pytest.fixture(scope="module")
def pair(photo) -> tuple[Image.Image, Image.Image]:
    return photo("flower_meadow.png", (256, 256)), photo("astronaut.jpg", (256, 256))


def test_strength_moves_the_cover_over_6_db_and_the_secret_the_other_way(method, pair):
    cover, secret = pair
    stegos = [method.hide(cover, secret, strength=s) for s in np.linspace(0, 1, 9)]
    covers = [db(stego, cover) for stego in stegos]
    secrets = [db(method.reveal(stego).image, secret) for stego in stegos]
    assert covers == sorted(covers, reverse=True) and covers[0] - covers[-1] > 6
    assert secrets == sorted(secrets) and secrets[-1] - secrets[0] > 5


def test_a_crossed_out_header_is_read_as_the_middle_strength(method, pair):
    cover, secret = pair
    stego = np.array(method.hide(cover, secret))
    row = header.place(stego).start // (256 * 3)
    stego[row : row + 2] ^= 1
    revealed = method.reveal(stego)
    assert revealed.status is Status.NO_HEADER
    far = slice(row + 40, None) if row < 128 else slice(0, row - 40)
    assert psnr(np.asarray(revealed.image)[far], np.asarray(secret)[far]) > 34


def test_the_middle_is_the_default(method, pair):
    assert method.hide(*pair).tobytes() == method.hide(*pair, strength=0.5).tobytes()


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_other_strengths_are_refused(method, pair, strength):
    with pytest.raises(steg.StegError, match=r"choose from 0 \(invisible\) to 1 \(faithful\)"):
        method.hide(*pair, strength=strength)


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (255, 0, 0), (1, 254, 128)])
def test_flat_and_saturated_covers_carry_as_well_as_others(method, photo, colour):
    cover, secret = Image.new("RGB", (128, 128), colour), photo("cat.png", (128, 128))
    stego = method.hide(cover, secret)
    assert db(stego, cover) > 40
    usual = db(method.reveal(method.hide(secret, secret)).image, secret)
    assert db(method.reveal(stego).image, secret) > usual - 3


@pytest.mark.parametrize("size", [(255, 250), (257, 249), (251, 63)])
def test_the_last_rows_and_columns_come_back_at_any_size(method, photo, size):
    """Sides that are no multiples of 8 are padded, and what falls on the padding cannot be sent."""
    cover, secret = photo("tulips.png", size), photo("rock_and_lake.png", size)
    revealed = np.asarray(method.reveal(method.hide(cover, secret)).image)
    secret = np.asarray(secret)
    assert psnr(revealed[-8:], secret[-8:]) > 28
    assert psnr(revealed[:, -8:], secret[:, -8:]) > 28


def test_tiles_leave_no_seams(method, photo, monkeypatch):
    cover, secret = photo("flower_meadow.png"), photo("spiral_stairs.jpg", (768, 546))
    whole = db(method.reveal(method.hide(cover, secret)).image, secret)
    real = neural.run_tiled
    monkeypatch.setattr(neural, "run_tiled", lambda *a, **k: real(*a, **(k | {"tile": 200})))
    tiled = method.reveal(method.hide(cover, secret)).image
    assert db(tiled, secret) > whole - 0.05


def test_a_machine_that_rounds_otherwise_reveals_the_same(method, pair):
    """Weights off by a ten-thousandth stand for another machine's arithmetic, which differs by less."""
    cover, secret = pair
    stego = method.hide(cover, secret)
    other = steg.load("predictive")
    with np.errstate(all="ignore"):
        for parameter in other.network.parameters():
            parameter.data *= 1 + 1e-5 * (parameter.data > 0)
    assert db(other.reveal(stego).image, method.reveal(stego).image) > 55


def test_the_invertible_networks_pictures_are_recognised(photo):
    stego = steg.load("invertible").hide(photo("coffee.jpg"), photo("cat.png"))
    assert steg.methods.recognise(stego) == "invertible"
    assert (
        steg.methods.recognise(steg.load("predictive").hide(photo("coffee.jpg"), photo("cat.png")))
        == "predictive"
    )
    assert steg.load("invertible").reveal(stego).status is Status.INTACT


def test_receivers_with_and_without_bfloat16_see_the_same_secret(method, pair, monkeypatch):
    cover, secret = pair
    stego, levels, pictures = method.hide(cover, secret), [], set()
    for capable in (False, True):
        monkeypatch.setattr(neural, "has_bfloat16", lambda capable=capable: capable)
        revealed = method.reveal(stego).image
        levels.append(db(revealed, secret))
        pictures.add(revealed.tobytes())
    assert len(pictures) == 2  # it was switched on
    assert abs(levels[0] - levels[1]) < 0.1
