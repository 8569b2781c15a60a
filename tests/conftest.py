"""What all tests share: the bundled method, real photographs from examples/, and a real PNG round trip."""

import os
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
if "PYTEST_XDIST_WORKER" in os.environ:  # the workers share the cores; read when torch is imported
    os.environ["OMP_NUM_THREADS"] = os.environ["OPJ_NUM_THREADS"] = "1"

import pytest
from hypothesis import HealthCheck, settings
from PIL import Image

import steg

settings.register_profile(  # the same examples each time, and no clock
    "same", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("random", settings.get_profile("same"), derandomize=False)  # of fuzz.py
settings.load_profile("same")

TESTS = Path(__file__).parent
EXAMPLES = TESTS.parent / "examples"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of the trainer, and brings all into an order in which parallel workers end together.

    Files that take long come early and those that take little at the end. The server and the browser of
    `ui`, once started, stay, with their threads: what forks comes before.
    """
    for item in items:
        if item.path.is_relative_to(TESTS / "train"):
            item.add_marker("train")
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    if path.parent == TESTS or path.is_relative_to(TESTS / "train"):
        return 0
    return 1 if path.is_relative_to(TESTS / "ui") else 2


@pytest.fixture(scope="session")
def method() -> steg.Method:
    """The method predictive with its bundled weights."""
    return steg.load("predictive")


@pytest.fixture(scope="session")
def photo():
    """A function: name of an example photograph -> RGB picture, resized to (width, height) if given."""

    def load(name: str, size: tuple[int, int] | None = None) -> Image.Image:
        image = Image.open(EXAMPLES / name).convert("RGB")
        return image.resize(size, Image.Resampling.LANCZOS) if size else image

    return load


@pytest.fixture
def through_png(tmp_path):
    """A function: picture -> the same picture written as a real PNG file and read back."""

    def round_trip(image: Image.Image) -> Image.Image:
        image.save(tmp_path / "through.png")
        return Image.open(tmp_path / "through.png")

    return round_trip
