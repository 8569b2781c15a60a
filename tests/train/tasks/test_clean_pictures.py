"""Clean pictures of many sources."""

import numpy as np
import torch

from steg.steganalysis.recompression import has_jpeg_blocks
from train import data
from train.tasks.clean_pictures import PICTURE, as_jpeg, clean_picture, with_curve, with_grain


def test_all_sources_come_up_and_the_same_seed_gives_the_same_picture():
    thumbnails = data.generated(12, torch.Generator().manual_seed(0))
    found = [clean_picture(thumbnails, thumbnails, np.random.default_rng(seed)) for seed in range(60)]
    assert {pixels.shape for pixels, _ in found} == {(PICTURE, PICTURE, 3)}
    assert {pixels.dtype for pixels, _ in found} == {np.dtype(np.uint8)}
    scaled = {f"{scale}{grain}" for scale in ("halved", "enlarged") for grain in ("", ", grainy")}
    assert {source for _, source in found} == {
        source + jpeg for source in ("thumbnails", *scaled) for jpeg in ("", ", JPEG")
    }
    again, source = clean_picture(thumbnails, thumbnails, np.random.default_rng(7))
    assert np.array_equal(again, found[7][0]) and source == found[7][1]


def test_grain_curves_and_jpeg_change_a_picture(photo):
    random = np.random.default_rng(0)
    flat = torch.full((3, 64, 64), 100.0)
    assert all(0.2 < float(with_grain(flat, random).std()) < 12 for _ in range(8))
    levels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    assert len(np.unique(with_curve(levels, random))) < 256
    picture = np.asarray(photo("tulips.png", (64, 64)))
    assert has_jpeg_blocks(as_jpeg(picture, random, (70, 71)))
