"""JPEG's blocks: the cosine transform by its formula, and colours as Pillow has them."""

import math

import numpy as np
import pytest
import torch

from steg.images.dct import dct_matrix, to_coefficients, to_planes, to_rgb, to_ycbcr, zigzag
from steg.images.tiling import to_tensor


@pytest.fixture(scope="module")
def picture() -> torch.Tensor:
    return torch.rand(2, 3, 32, 128, generator=torch.Generator().manual_seed(0))


def test_the_zigzag_is_that_of_jpeg():
    assert zigzag()[:10] == [(0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1), (3, 0)]
    assert zigzag()[-1] == (7, 7) and len(set(zigzag())) == 64


def test_the_transform_is_the_dct_by_its_formula(picture):
    """ITU-T T.81, annex A.3.3: S(v, u) = C(u) C(v) / 4 * sum of s(y, x) cos(...) cos(...)."""
    plane = picture[:, :1]
    found = to_coefficients(plane)
    assert found.shape == (2, 1, 64, 4, 16)
    block = plane[1, 0, 8:16, 40:48].double()
    for place in (0, 1, 4, 17, 63):
        v, u = zigzag()[place]
        across = torch.cos((2 * torch.arange(8).double() + 1) * u * math.pi / 16)
        down = torch.cos((2 * torch.arange(8).double() + 1) * v * math.pi / 16)
        scale = (1 if u else math.sqrt(0.5)) * (1 if v else math.sqrt(0.5)) / 4
        assert found[1, 0, place, 1, 5].item() == pytest.approx(
            scale * (block * down[:, None] * across).sum().item(), abs=1e-5
        )


def test_transforms_are_undone_by_their_inverses(picture):
    assert torch.allclose(to_planes(to_coefficients(picture)), picture, atol=1e-5)
    assert torch.allclose(to_rgb(to_ycbcr(picture)), picture, atol=1e-5)
    assert torch.allclose(dct_matrix() @ dct_matrix().T, torch.eye(8), atol=1e-6)


def test_colours_are_those_of_pillow(photo):
    image = photo("cat.png", (64, 48))
    ours = 255 * to_ycbcr(to_tensor(np.asarray(image), torch.device("cpu")))[0].permute(1, 2, 0).numpy()
    theirs = np.asarray(image.convert("YCbCr")) - np.array([0.0, 128, 128])
    assert np.abs(ours - theirs).max() < 1.01
