"""What all tests share: the bundled method, real photographs from examples/, and a real PNG round trip."""

import os
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported

import pytest
from PIL import Image

import steg

EXAMPLES = Path(__file__).parents[1] / "examples"


@pytest.fixture(scope="session")
def method() -> steg.Method:
    """The default method with its bundled weights."""
    return steg.load()


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
