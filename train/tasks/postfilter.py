"""The postfilter: pictures from what little of them JPEG 2000 has kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from steg.images.metrics import psnr
from steg.images.reading import read_photo
from steg.methods.chat import postfilter
from steg.networks.postfilter import STRIDE, Postfilter, PostfilterConfig
from steg.payload.jpeg2000 import from_layers, to_layers
from train import data
from train.config import TrainConfig
from train.metrics import squared_error
from train.tasks.decoded_pictures import CODED, any_sheet, kept_decoded_pictures
from train.tasks.task import Batch, Task, Validation

CROP = 160  # pixels a side of a training example
PHOTO = 512  # largest side of a photograph that is validated
RATES = 0.03, 0.15, 0.3, 0.6, 1.0  # bits a pixel at which is validated
ROUNDING = 1 / 12  # squared levels, of rounding to 8 bits
HELD_OUT = 24  # sheets of validation thumbnails


class PostfilterTask(Task[Postfilter]):
    """The logarithm of the squared error, so that all rates count alike, as they do in a mean PSNR."""

    network_class, config_class = Postfilter, PostfilterConfig
    own_settings = ("photos", "sheets")
    tiny_shape = "half=4,quarter=4,eighth=4,blocks=1"
    presets: ClassVar = {
        "steps": 8000,
        "bias_lr": 1e-3,
        "floor": 0.02,
        "ema": 0.998,
        "half": True,
        "validate_every": 2000,
    }

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        thumbnails, unseen = data.load_or_generate(sources, config.seed)
        kept = config.folder / "sheets.pt"  # a resumed run needs the same
        sheets = kept_decoded_pictures(kept, thumbnails, config.sheets, config.seed)
        self.originals, self.decoded = (each.to(device) for each in sheets)
        random = np.random.default_rng(config.seed)
        self.pictures = {
            "held-out sheets": [any_sheet(unseen, random) for _ in range(min(HELD_OUT, config.sheets))]
        }
        if config.photos:
            paths = sorted(p for p in config.photos.rglob("*") if p.suffix.lower() in data.ENDINGS)
            photos = [np.asarray(data.centre(read_photo(path).image, PHOTO)) for path in paths]
            self.pictures[config.photos.name] = photos
        self.network = self.network_class(self.network_config(config.shape))
        count = CODED * config.sheets
        self.data = f"{count:,} decoded sheets of {len(thumbnails):,} pictures"

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Decoded and original crops, (B, 3, CROP, CROP) floats in [0, 1], mirrored and turned at random."""
        side = self.originals.shape[2] - CROP
        while True:
            uniform = torch.rand(self.config.batch, 6, generator=generator)[part]
            pairs = []
            for numbers in uniform.tolist():
                number = int(numbers[0] * len(self.originals))
                both = self.decoded[number, int(numbers[1] * CODED)], self.originals[number]
                top, left = (STRIDE * int(at * (side // STRIDE + 1)) for at in numbers[2:4])
                pair = torch.stack(both)[..., top : top + CROP, left : left + CROP]
                pair = pair.flip(3) if numbers[4] < 0.5 else pair
                pairs.append(pair.transpose(2, 3) if numbers[5] < 0.5 else pair)
            decoded, originals = (torch.stack(pairs).float() / 255).unbind(1)
            yield decoded.contiguous(memory_format=torch.channels_last), originals

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The mean logarithm of the squared error in levels, and the gain in dB."""
        decoded, originals = batch
        after = (squared_error(self.network(decoded), originals) + ROUNDING).log()
        before = (squared_error(decoded, originals) + ROUNDING).log()
        return after.mean(), {"gain": (before - after) * 10 / np.log(10)}

    def validate(self, network: Postfilter) -> Validation:
        """PSNR in dB before the postfilter, and by how much it is higher afterwards, through 8-bit pixels."""
        figures = {}
        for name, pictures in self.pictures.items():
            figures[name] = {"pictures": len(pictures)}
            for rate in RATES:
                measured = [_measured(network, picture, rate) for picture in pictures]
                before, gains = np.array(measured).T
                figures[name] |= {
                    f"psnr_at_{rate}": round(before.mean(), 2),
                    f"gain_at_{rate}": round(gains.mean(), 3),
                    f"least_gain_at_{rate}": round(gains.min(), 3),
                }
        return Validation(figures, {})


def _measured(network: Postfilter, picture: np.ndarray, rate: float) -> tuple[float, float]:
    """PSNR in dB of a picture coded with so many bits a pixel, and what the postfilter adds to it."""
    image = Image.fromarray(picture)
    layers = to_layers(image, [int(rate * image.width * image.height / 8)])
    decoded = np.asarray(from_layers(layers, image.size)) if layers[0] else np.full_like(picture, 128)
    before = psnr(decoded, picture)
    return before, psnr(postfilter.filtered(decoded, network), picture) - before
