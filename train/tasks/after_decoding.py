"""What the tasks share of networks that bring decoded pictures nearer to their originals."""

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from steg.images.reading import read_photo
from train import data
from train.tasks.task import Network, Task, Validation

PHOTO = 512  # largest side of a photograph that is validated
HELD_OUT = 24  # sheets of validation thumbnails
ROUNDING = 1 / 12  # squared levels, of rounding to 8 bits


class AfterDecoding(Task[Network]):
    """Trained on sheets of thumbnails, validated on pictures coded at several rates.

    Attributes:
        rates: bits a pixel at which is validated.
        pictures: (H, W, 3) uint8 each, by the name of the set.
    """

    own_settings = ("photos", "sheets")
    presets: ClassVar[dict[str, Any]] = {
        "steps": 8000,
        "bias_lr": 1e-3,
        "floor": 0.02,
        "ema": 0.998,
        "half": True,
        "validate_every": 2000,
    }
    rates: ClassVar[tuple[float, ...]]
    pictures: dict[str, list[np.ndarray]]

    @abstractmethod
    def measure(self, network: Network, picture: np.ndarray, rate: float) -> tuple[float, float]:
        """PSNR in dB of a picture coded with so many bits a pixel, and what the network adds to it."""

    def validate(self, network: Network) -> Validation:
        """PSNR in dB as decoded, and by how much it is higher afterwards, through 8-bit pixels."""
        figures: dict[str, dict[str, Any]] = {}
        for name, pictures in self.pictures.items():
            figures[name] = {"pictures": len(pictures)}
            for rate in self.rates:
                measured = [self.measure(network, picture, rate) for picture in pictures]
                before, gains = np.array(measured).T
                figures[name] |= {
                    f"psnr_at_{rate}": round(before.mean(), 2),
                    f"gain_at_{rate}": round(gains.mean(), 3),
                    f"least_gain_at_{rate}": round(gains.min(), 3),
                }
        return Validation(figures, {})


def photographs(folder: Path) -> list[np.ndarray]:
    """The centres of all photographs in a folder, (H, W, 3) uint8, at most `PHOTO` pixels a side."""
    return [np.asarray(data.centre(read_photo(path).image, PHOTO)) for path in data.picture_files(folder)]
