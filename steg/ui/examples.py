"""The photographs of ours that the page offers."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "examples"


def _paths(*names: str) -> list[str]:
    return [str(FOLDER / name) for name in names]


PAIRS = {  # label: cover and secret
    "A meadow hides an astronaut": _paths("flower_meadow.png", "astronaut.jpg"),
    "A lake hides a cat": _paths("rock_and_lake.png", "cat.png"),
    "Tulips hide a staircase": _paths("tulips.png", "spiral_stairs.jpg"),
    "A coffee hides the deep sky": _paths("coffee.jpg", "hubble_deep_field.jpg"),
}
# with their cover and their secret: by the predictive network, and as a file
STEGO = _paths("rock_and_lake-stego.png", "rock_and_lake.png", "cat.png")
STEGO_FILE = _paths("rock_and_lake-file.png", "rock_and_lake.png", "cat.png")
LEARN = _paths("cat.png", "tulips.png", "rock_and_lake.png", "astronaut.jpg")  # at most 512 pixels a side
SECRET = FOLDER / "coffee.jpg"  # what the tab Learn hides
