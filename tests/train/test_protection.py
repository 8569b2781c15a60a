"""The search for protection classes: what it measures, and that it moves bits to where more arrives."""

import numpy as np
import pytest

import steg
from steg.embedding.watermark_fields import TEXTURED
from steg.methods.chat.protection import JPEG_90, classes_of_carriers
from steg.networks.carriers import BITS, GROUPS
from train import protection
from train.protection import CLASS, OF_CLASS, Search


def same_information(of_class: list[float]) -> list[list[np.ndarray]]:
    """What is measured where a channel leaves the same share of every bit."""
    return [[np.full((1 << bits, bits), share) for bits in BITS] for share in of_class]


def test_a_harsher_channel_leaves_less_and_known_bits_tell_of_others(photo):
    cover = np.asarray(photo("coffee.jpg", (128, 128)))
    found = protection.information(steg.load("robust"), cover)
    assert [len(of_channel) for of_channel in found] == [len(BITS)] * len(OF_CLASS)
    assert all(each.shape == (1 << bits, bits) for each, bits in zip(found[0], BITS, strict=True))
    names = [name for _, name in OF_CLASS]
    total = {name: sum(each[0].sum() for each in found[number]) for number, name in enumerate(names)}
    assert total["png"] > total["jpeg95"] > total["jpeg90"] > total["jpeg75"] > total["half-jpeg90"]
    middle = np.mean(found[names.index("jpeg85")][14:19], 0)  # carriers of "Y, middle"
    assert middle[0b0010, 0] > middle[0, 0]  # with the second label bit known, the first one is safer


def test_a_layer_is_as_good_as_its_worst_channel_and_channels_take_all_layers_before():
    shares = [0.1 * (number + 1) for number in range(len(OF_CLASS))]
    search = Search([same_information(shares)])
    classes = classes_of_carriers(TEXTURED)
    delivered = search.delivered(search.sums(classes))[:, 0]
    bits = np.array(
        [sum(each.count(protection) for each in classes) for protection in range(CLASS.max() + 1)]
    )
    worst = [min(np.array(shares)[protection == CLASS]) for protection in range(CLASS.max() + 1)]
    assert delivered == pytest.approx(np.cumsum(bits * (np.array(worst) - 0.01)))


def test_the_search_moves_bits_out_of_a_layer_that_delivers_nothing():
    search = Search([same_information([float(protection != JPEG_90) for protection, _ in OF_CLASS])])
    before = classes_of_carriers(TEXTURED)
    score, after = search.anneal(seed=0, moves=300)
    assert score == pytest.approx(search.score(search.sums(after)))
    assert score > search.score(search.sums(before))
    assert sum(each.count(JPEG_90) for each in after) < sum(each.count(JPEG_90) for each in before)
    assert [len(each) for each in after] == BITS


def test_it_prints_a_row_for_each_group(photo, tmp_path, capsys):
    photo("coffee.jpg", (128, 128)).save(tmp_path / "cover.png")
    assert protection.main([str(tmp_path), "--tries", "1", "--moves", "3"]) == 0
    printed = capsys.readouterr().out
    assert all(f"{group.name}: " in printed for group in GROUPS) and "relative to before" in printed
