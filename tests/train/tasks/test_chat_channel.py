"""Training channels: real codecs, every channel class, and pictures that come back in their size."""

import numpy as np
import pytest
from PIL import Image

from steg.networks.robust import ChannelClass
from train.tasks import chat_channel
from train.tasks.chat_channel import SHARES, Channel


@pytest.fixture(scope="module")
def stego(photo) -> np.ndarray:
    return np.asarray(photo("flower_meadow.png").crop((100, 100, 228, 196)))


def channel_of(channel_class: ChannelClass, start: int = 0) -> Channel:
    return next(
        each for each in map(Channel, range(start, start + 200)) if each.channel_class is channel_class
    )


def test_shares_cover_all_classes_and_are_followed():
    assert set(SHARES) == set(ChannelClass) and sum(SHARES.values()) == pytest.approx(1)
    classes = [Channel(seed).channel_class for seed in range(1000)]
    for channel_class, share in SHARES.items():
        assert classes.count(channel_class) / 1000 == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("channel_class", ChannelClass)
def test_a_picture_comes_back_in_its_size_and_similar(stego, channel_class):
    received = [channel_of(channel_class, start)(stego) for start in range(0, 100, 10)]
    assert all(each.shape == stego.shape and each.dtype == np.uint8 for each in received)
    errors = [np.abs(each.astype(float) - stego).mean() for each in received]
    assert max(errors) < 25 and any(errors)


def test_a_seed_gives_the_same_channel(stego):
    assert np.array_equal(Channel(3)(stego), Channel(3)(stego))


def test_some_direct_channels_are_lossless_and_filtered_ones_never(stego):
    def lossless(channel_class: ChannelClass) -> int:
        seeds = [seed for seed in range(120) if Channel(seed).channel_class is channel_class]
        return sum(np.array_equal(Channel(seed)(stego), stego) for seed in seeds)

    assert lossless(ChannelClass.DIRECT) > 0 and lossless(ChannelClass.FILTERED) == 0


def test_scaled_pictures_are_coded_in_their_scale(stego, monkeypatch):
    sizes = []
    coded = chat_channel.coded
    monkeypatch.setattr(
        chat_channel,
        "coded",
        lambda image, *args, **kw: sizes.append(image.size) or coded(image, *args, **kw),
    )
    for seed in range(80):
        each = Channel(seed)
        if each.channel_class is ChannelClass.HALVED:
            each(stego)
    low, high = chat_channel.SCALES[ChannelClass.HALVED]
    assert len(sizes) > 5
    assert all(low * 128 - 1 <= width <= high * 128 + 1 for width, _ in sizes)


def test_what_is_coded_is_decoded_by_pillow(stego):
    image = Image.fromarray(stego)
    for kind in ("JPEG", "WEBP", "AVIF"):
        assert chat_channel.coded(image, kind, quality=80).size == image.size
