"""What each network is trained for: one module a network, from pictures to a loss.

Each takes covers and secrets, (B, 3, H, W) floats on 8-bit levels in [0, 1], and `draw`, (B,) random numbers
in [0, 1), and returns the loss and the mean squared error of each cover and each revealed secret, (B,), in
squared 8-bit levels. Rounding to 8 bits is always inside. `step` counts the steps of training.
"""

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from steg.channels import jpeg
from steg.errors import StegError
from steg.images.dct import BLOCK
from steg.images.tiling import to_pixels, to_tensor
from steg.methods.chat.method import Robust
from steg.networks.invertible import InvertibleConfig, InvertibleNetwork, quantise
from steg.networks.predictive import PredictiveConfig, PredictiveNetwork
from steg.networks.prep_hide_reveal import PrepHideRevealConfig, PrepHideRevealNetwork
from steg.networks.robust import ALPHABET_SIZES, OFFSETS, RobustConfig, RobustNetwork
from steg.payload.jpeg2000 import from_layers, to_layers
from train.augment import mirrored
from train.tasks.chat_channel import Channel


def squared_error(a: Tensor, b: Tensor) -> Tensor:
    """Mean squared error of each picture of a batch, (B,), in squared 8-bit levels."""
    return (255 * (a - b)).square().mean((1, 2, 3))


class PredictiveObjective(nn.Module):
    """Error of the cover plus that of the secret, once before and once after the last network.

    The balance of the two is another one for each picture, over the whole range of the strength control.
    Their logarithm is taken, so that easy pictures count as much as hard ones, as they do in a mean PSNR. The
    digits are chosen for the least sum of both errors; therefore (the envelope theorem) the gradient with
    digits held fixed is the true one, and nothing has to be approximated.
    """

    config_class = PredictiveConfig
    trades = -3.0, 3.0  # powers of two
    cycle = 5, 3, 5, 7  # the base of every fourth step

    def __init__(self, config: PredictiveConfig):
        super().__init__()
        self.network = PredictiveNetwork(config)

    def forward(self, cover: Tensor, secret: Tensor, draw: Tensor, step: int) -> tuple[Tensor, ...]:
        """The loss of a batch of pairs, and the squared errors of cover and secret, (B,), in 8-bit levels."""
        lowest, highest = self.trades
        base = self.cycle[step % len(self.cycle)]
        trade = torch.exp2(lowest + (highest - lowest) * draw)
        stego, revealed, unsmoothed = self.network(cover, secret, trade.view(-1, 1, 1, 1), base)
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        sums = cover_error + trade * secret_error, cover_error + trade * unsmoothed
        return sum((s + 0.05).log().mean() for s in sums), cover_error, secret_error

    def round_trip(self, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Stego picture and revealed secret, both on 8-bit levels, in the middle of the strength control."""
        trade, base = 2 ** (sum(self.trades) / 2), self.cycle[0]
        stego = self.network.hide(cover, secret, cover.new_full((len(cover), 1, 1, 1), trade), base)
        return stego, quantise(self.network.reveal(stego, base))


class InvertibleObjective(nn.Module):
    """The logarithms of both errors, which is what PSNR measures, once a secret can be recognised.

    Before that, plain errors: the logarithm from the start ends in a perfect cover and no secret at all.
    """

    config_class = InvertibleConfig
    knee = (
        20.0  # where the logarithm sets in: a picture much better than this (35 dB) counts by its plain error
    )
    recognisable = 650.0  # 20 dB

    def __init__(self, config: InvertibleConfig):
        super().__init__()
        self.network = InvertibleNetwork(config)

    def forward(self, cover: Tensor, secret: Tensor, draw: Tensor, step: int) -> tuple[Tensor, ...]:
        """The loss of a batch of pairs, and the squared errors of cover and secret, (B,), in 8-bit levels."""
        stego = self.network.hide(cover, secret)
        revealed = self.network.reveal(quantise(stego))
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        logs = (cover_error + self.knee).log() + (secret_error + self.knee).log()
        plain = (cover_error + secret_error) / self.recognisable
        loss = torch.where(secret_error > self.recognisable, 10 + plain, logs)
        return loss.mean(), cover_error, secret_error

    def round_trip(self, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Stego picture and revealed secret, both on 8-bit levels."""
        stego = quantise(self.network.hide(cover, secret))
        return stego, quantise(self.network.reveal(stego))


class PrepHideRevealObjective(nn.Module):
    """The weighted sum of both squared errors, with noise before reveal, as Baluja trained it, and rounding.

    The logarithm of the sum, so that easy pictures count as much as hard ones, as they do in a mean PSNR.
    """

    config_class = PrepHideRevealConfig
    noise = 0.01  # standard deviation
    secret_weight = 0.85  # Baluja's beta; at 1, the cover ended up 1.9 dB behind the secret

    def __init__(self, config: PrepHideRevealConfig):
        super().__init__()
        self.network = PrepHideRevealNetwork(config)

    def forward(self, cover: Tensor, secret: Tensor, draw: Tensor, step: int) -> tuple[Tensor, ...]:
        """The loss of a batch of pairs, and the squared errors of cover and secret, (B,), in 8-bit levels."""
        stego = self.network.hide(cover, secret)
        # from `draw`, as everything random comes from the trainer's own generator
        generator = torch.Generator(stego.device).manual_seed(int(draw[0] * 2**24))
        noise = torch.randn(stego.shape, generator=generator, device=stego.device)
        revealed = self.network.reveal(quantise(stego) + self.noise * noise)
        cover_error, secret_error = squared_error(stego, cover), squared_error(revealed, secret)
        loss = (cover_error + self.secret_weight * secret_error + 1).log().mean()
        return loss, cover_error, secret_error

    def round_trip(self, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Stego picture and revealed secret, both on 8-bit levels."""
        stego = quantise(self.network.hide(cover, secret))
        return stego, quantise(self.network.reveal(stego))


class RobustObjective(nn.Module):
    """Cross-entropy of the symbols after a random channel, in bits a carrier, plus the restoration's error.

    That is the logarithm of the restored secret's squared error, after compression to a random size. The
    cover's error is set by the network's step lengths.

    Thumbnails are eight blocks wide and full of detail, photographs hundreds and smooth: half of the pictures
    are enlarged to twice their size, the others mirrored to it.
    """

    config_class = RobustConfig
    sizes = 0.04, 1.6  # of a compressed secret, in bits a pixel

    def __init__(self, config: RobustConfig):
        super().__init__()
        self.network = RobustNetwork(config)

    def forward(self, cover: Tensor, secret: Tensor, draw: Tensor, step: int) -> tuple[Tensor, ...]:
        """The loss of a batch of pairs, and the squared errors of cover and secret, (B,), in 8-bit levels."""
        # everything random comes from the trainer's own generator, by `draw`
        generator = torch.Generator(cover.device).manual_seed(int(draw[0] * 2**24))
        cover, secret = larger(cover), larger(secret)
        compressed = torch.cat([self._compressed(*pair) for pair in zip(secret, draw, strict=True)])
        # all that is not learnt in float32: in bfloat16, JPEG's coefficients would be off by a level or so
        with torch.no_grad(), torch.autocast(cover.device.type, enabled=False):
            symbols = random_symbols(cover, generator)
            stego = quantise(self.network.modulate(cover, symbols))
            channels = [Channel(int(seed * 2**24), cover.device) for seed in draw]
            pairs = zip(channels, stego.split(1), strict=True)
            received = torch.cat([channel(picture) for channel, picture in pairs])
        classes = torch.tensor([channel.channel_class for channel in channels], device=cover.device)
        offsets = torch.tensor(OFFSETS, device=cover.device)[:, None, None]
        posteriors = self.network.demodulate(received, classes).gather(1, offsets + symbols)
        restored = self.network.restore(compressed)
        cover_error, secret_error = squared_error(stego, cover), squared_error(restored, secret)
        return (secret_error + 1).log().mean() - posteriors.log2().mean(), cover_error, secret_error

    def _compressed(self, secret: Tensor, draw: Tensor) -> Tensor:
        """A secret (3, H, W) as it comes out of a file of random size, (1, 3, H, W)."""
        least, most = self.sizes
        image = Image.fromarray(to_pixels(secret[None]))
        size = least * (most / least) ** float(draw) * image.width * image.height / 8
        layers = to_layers(image, [round(size)])
        return to_tensor(np.asarray(from_layers(layers, image.size)), secret.device)

    def round_trip(self, cover: Tensor, secret: Tensor) -> tuple[Tensor, Tensor]:
        """Stego picture and what is revealed after Pillow's JPEG at quality 90, both on 8-bit levels.

        Where nothing can be decoded yet, that is the cover as it was, and grey.
        """
        method = Robust(self.network)
        stego, revealed = cover.clone(), torch.full_like(secret, 128 / 255)
        for number, pair in enumerate(zip(cover, secret, strict=True)):
            try:
                made = method.hide(*(Image.fromarray(to_pixels(picture[None])) for picture in pair))
                stego[number] = to_tensor(np.asarray(made), cover.device)[0]
                received = method.reveal(jpeg(made, 90)).image
                revealed[number] = to_tensor(np.asarray(received), cover.device)[0]
            except StegError:
                continue
        return stego, revealed


def random_symbols(cover: Tensor, generator: torch.Generator) -> Tensor:
    """A random symbol for each carrier in each block of a cover, (B, carriers, H / 8, W / 8) int64."""
    shape = len(cover), len(ALPHABET_SIZES), *(side // BLOCK for side in cover.shape[2:])
    sizes = torch.tensor(ALPHABET_SIZES, device=cover.device)[:, None, None]
    return torch.randint(max(ALPHABET_SIZES), shape, generator=generator, device=cover.device) % sizes


def larger(pictures: Tensor) -> Tensor:
    """Twice as high and wide: every other picture enlarged, the rest mirrored."""
    other = torch.arange(len(pictures)) % 2 == 1
    enlarged = F.interpolate(pictures[~other], scale_factor=2, mode="bicubic", align_corners=False)
    return quantise(torch.cat([enlarged, mirrored(pictures[other])]))


OBJECTIVES = {
    "predictive": PredictiveObjective,
    "invertible": InvertibleObjective,
    "prep-hide-reveal": PrepHideRevealObjective,
    "robust": RobustObjective,
}
