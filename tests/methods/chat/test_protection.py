"""Protection classes: of every label bit, in every version."""

import pytest

from steg.embedding.watermark_fields import VERSION, WITHOUT_SCALE
from steg.methods.chat import protection
from steg.networks.carriers import BITS


@pytest.mark.parametrize("version", protection.TABLES)
def test_every_label_bit_has_a_protection_class(version):
    classes = protection.classes_of_carriers(version)
    assert [len(of_carrier) for of_carrier in classes] == BITS
    assert set().union(*classes) <= set(range(protection.LOSSLESS + 1))


def test_a_new_version_has_classes_of_its_own():
    of_versions = {tuple(protection.classes_of_carriers(version)) for version in protection.TABLES}
    assert len(of_versions) == len(protection.TABLES) == 3


@pytest.mark.parametrize("version", [WITHOUT_SCALE, VERSION])
def test_a_larger_picture_has_more_layers(version):
    counts = []
    for blocks in (1, 128, 256, 1024, 3072):
        rows = protection.rows_for(blocks, version)
        joined = [each for classes, _ in rows for each in classes]
        assert len(set(joined)) == len(joined)  # no class is in two layers, and none is missing
        assert set(joined) >= set().union(*protection.classes_of_carriers(version))
        counts.append(len(rows))
    assert counts == sorted(counts)
