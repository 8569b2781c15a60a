"""The postfilter: pictures from what little of them JPEG 2000 has kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from steg.images.metrics import psnr
from steg.methods.chat import postfilter
from steg.networks.postfilter import STRIDE, Postfilter, PostfilterConfig
from steg.payload.jpeg2000 import from_layers, to_layers
from train import data
from train.config import TrainConfig
from train.metrics import squared_error
from train.tasks.after_decoding import HELD_OUT, ROUNDING, AfterDecoding, photographs
from train.tasks.decoded_pictures import CODED, any_sheet, kept_decoded_pictures
from train.tasks.task import Batch

CROP = 160  # pixels a side of a training example


class PostfilterTask(AfterDecoding[Postfilter]):
    """The logarithm of the squared error, so that all rates count alike, as they do in a mean PSNR."""

    network_class, config_class = Postfilter, PostfilterConfig
    tiny_shape = "half=4,quarter=4,eighth=4,blocks=1"
    rates = 0.03, 0.15, 0.3, 0.6, 1.0

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
            self.pictures[config.photos.name] = photographs(config.photos)
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

    def measure(self, network: Postfilter, picture: np.ndarray, rate: float) -> tuple[float, float]:
        """PSNR in dB of a picture coded with so many bits a pixel, and what the postfilter adds to it."""
        image = Image.fromarray(picture)
        layers = to_layers(image, [int(rate * image.width * image.height / 8)])
        decoded = np.asarray(from_layers(layers, image.size)) if layers[0] else np.full_like(picture, 128)
        before = psnr(decoded, picture)
        return before, psnr(postfilter.filtered(decoded, network), picture) - before
