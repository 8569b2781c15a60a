"""The method file on a changed picture: the detail that is left, and the message about it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

import steg
from steg import Status
from steg.embedding import header
from steg.evaluation import psnr_of
from steg.methods import is_locked, recognise
from steg.methods.file import LosslessFile
from steg.payload.files import File, Text

LOCKS = pytest.mark.parametrize("passphrase", [None, "correct horse"], ids=["open", "locked"])


@pytest.fixture(scope="module")
def pair(photo) -> tuple[Image.Image, Image.Image]:
    return photo("tulips.png", (256, 256)), photo("coffee.jpg", (300, 200))


@pytest.fixture(scope="module")
def large(photo) -> tuple[Image.Image, Image.Image]:
    return photo("rock_and_lake.png", (512, 512)), photo("coffee.jpg", (512, 512))


def _painted(stego: Image.Image, box: tuple[int, int, int, int]) -> Image.Image:
    """With a filled rectangle, given by left, top, right and bottom."""
    painted = stego.copy()
    ImageDraw.Draw(painted).rectangle(box, fill=(200, 30, 40))
    return painted


def _box_beside_header(size: tuple[int, int], side: int) -> tuple[int, int, int, int]:
    row = header.place(np.zeros((size[1], size[0], 3), np.uint8)).start // (3 * size[0])
    top = row + 8 if row + 8 + side < size[1] else row - 8 - side
    return 60, top, 60 + side, top + side


@LOCKS
@pytest.mark.parametrize(("share", "floor"), [(0.04, 30), (0.09, 26), (0.2, 22)])
def test_what_is_painted_over_costs_detail(large, passphrase, share, floor):
    stego = LosslessFile(passphrase).hide(*large)
    painted = _painted(stego, _box_beside_header(stego.size, int(512 * share**0.5)))
    revealed = LosslessFile(passphrase).reveal(painted)
    assert revealed.status is Status.CHANGED
    assert "of the picture was changed since: the secret is shown coarser" in revealed.message
    assert psnr_of(revealed.image, large[1]) > floor


def test_a_dot_costs_nothing(large):
    stego = LosslessFile().hide(*large)
    left, top, *_ = _box_beside_header(stego.size, 10)
    revealed = LosslessFile().reveal(_painted(stego, (left, top, left + 5, top + 5)))
    assert revealed.status is Status.CHANGED and "all of the secret could be restored" in revealed.message
    assert np.array_equal(revealed.image, LosslessFile().reveal(stego).image)


@LOCKS
def test_the_header_may_be_painted_over_too(large, passphrase):
    stego = LosslessFile(passphrase).hide(*large)
    row = header.place(np.asarray(stego)).start // (3 * 512)
    painted = _painted(stego, (0, max(0, row - 6), 511, row + 6))
    assert header.read(np.asarray(painted)) is None and recognise(painted) == "file"
    assert is_locked(painted) is (passphrase is not None)
    revealed = LosslessFile(passphrase).reveal(painted)
    assert revealed.status is Status.CHANGED and psnr_of(revealed.image, large[1]) > 30


@pytest.mark.parametrize("kind", ["drawing", "file"])
def test_what_is_of_use_only_as_a_whole_outlives_a_spot_if_there_is_room(large, kind):
    drawing = large[1].quantize(8).convert("RGB").resize((300, 300), Image.Resampling.NEAREST)
    secret = drawing if kind == "drawing" else File("notes.bin", np.random.RandomState(0).bytes(90_000))
    stego = LosslessFile().hide(large[0], secret)
    content = LosslessFile().reveal(_painted(stego, _box_beside_header(stego.size, 102))).content
    assert np.array_equal(content, drawing) if kind == "drawing" else content == secret


def test_a_text_outlives_much(large):
    stego = LosslessFile("x").hide(large[0], Text("Meet me at nine."))
    painted = _painted(stego, _box_beside_header(stego.size, 230))
    assert LosslessFile("x").reveal(painted).content == Text("Meet me at nine.")


def test_a_wrong_or_missing_passphrase_opens_nothing(pair):
    stego = LosslessFile("correct horse").hide(*pair)
    with pytest.raises(steg.StegError, match="not the passphrase"):
        LosslessFile("Correct horse").reveal(stego)
    with pytest.raises(steg.StegError, match="is locked: type the passphrase"):
        LosslessFile().reveal(stego)
    with pytest.raises(steg.StegError, match=r"not the passphrase .* or too much of the picture was changed"):
        LosslessFile("Correct horse").reveal(_painted(stego, _box_beside_header(stego.size, 20)))


def test_too_much_damage_is_said(pair):
    stego = LosslessFile().hide(*pair)
    box = _box_beside_header(stego.size, 10)
    with pytest.raises(steg.StegError, match="Too much of the picture was changed"):
        LosslessFile().reveal(
            _painted(stego, (0, 0, 255, box[1] - 20) if box[1] > 128 else (0, box[3], 255, 255))
        )
