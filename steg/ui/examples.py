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
INSIDE = {  # label: stego picture, its cover and its secret
    label: _paths(f"rock_and_lake-{name}.png", "rock_and_lake.png", "cat.png")
    for label, name in {"As a file": "file", "For a chat": "robust", "By a network": "stego"}.items()
}
STEGO = INSIDE["By a network"]
LEARN = _paths("cat.png", "tulips.png", "rock_and_lake.png", "astronaut.jpg")  # at most 512 pixels a side
SECRET = FOLDER / "coffee.jpg"  # what the tab Learn hides
