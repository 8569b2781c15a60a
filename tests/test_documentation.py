"""The READMEs: every file they link to exists, and the map names every part of the package."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = (
    "README.md",
    "steg/README.md",
    "train/README.md",
    "train/diary.md",
    "weights/README.md",
    "tests/golden/README.md",
)


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    links = re.findall(r"\]\(([^)#\s]+)\)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_the_map_names_every_part_of_the_package():
    links = set(re.findall(r"\]\(([^)]+)\)", (ROOT / "steg" / "README.md").read_text()))
    parts = {path.name for path in (ROOT / "steg").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert parts <= links
