"""Random channels for training: what chats, web pages and people do to a picture, done for real with Pillow.

Modulation is a fixed rule, so no gradient has to pass through a channel.
"""

import numpy as np
from PIL import Image, ImageFilter

from steg.channels import coded
from steg.methods.chat.synchronization import undo_scaling
from steg.networks.robust import ChannelClass

SHARES = {
    ChannelClass.DIRECT: 0.3,
    ChannelClass.RESIZED: 0.2,
    ChannelClass.HALVED: 0.2,
    ChannelClass.FILTERED: 0.2,
    ChannelClass.EDITED: 0.1,
}
SCALES = {ChannelClass.RESIZED: (0.6, 1.6), ChannelClass.HALVED: (0.42, 0.6)}
RESAMPLING = [getattr(Image.Resampling, name) for name in ("BILINEAR", "BICUBIC", "LANCZOS")]
LOSSLESS, WEBP = 0.2, 0.12  # shares of the codings, where any is possible; the rest is JPEG


class Channel:
    """A random channel; everything random comes from one seed.

    A picture that was coded at another scale is scaled back to its size, as the receiver does.
    """

    def __init__(self, seed: int):
        self.random = np.random.default_rng(seed)
        self.channel_class = list(SHARES)[self.random.choice(len(SHARES), p=list(SHARES.values()))]

    def __call__(self, stego: np.ndarray) -> np.ndarray:
        """The received picture of a stego picture, (H, W, 3) uint8 both."""
        image, kind = Image.fromarray(stego), self.random.random()
        match self.channel_class:
            case ChannelClass.FILTERED:
                received = self._webp(image) if kind < 0.7 else self._avif(image)
            case ChannelClass.EDITED:
                received = self._jpeg(self._edited(image), 60)
            case ChannelClass.DIRECT:
                received = image if kind < LOSSLESS else self._jpeg(image, 50)
            case resized:
                scale, filter = self.random.uniform(*SCALES[resized]), RESAMPLING[self.random.integers(3)]
                size = (round(scale * image.width), round(scale * image.height))
                received = self._coded(image.resize(size, filter), kind)
        return np.asarray(undo_scaling(received, image.size))

    def _coded(self, image: Image.Image, kind: float) -> Image.Image:
        if kind < LOSSLESS:
            return image
        return self._webp(image) if kind < LOSSLESS + WEBP else self._jpeg(image, 65)

    def _jpeg(self, image: Image.Image, lowest: int) -> Image.Image:
        quality = int(self.random.integers(lowest, 100))
        subsampled = self.random.random() < (0.8 if quality < 95 else 0.2)
        return coded(image, "JPEG", quality=quality, subsampling=2 if subsampled else 0)

    def _webp(self, image: Image.Image) -> Image.Image:
        return coded(image, "WEBP", quality=int(self.random.integers(65, 96)))

    def _avif(self, image: Image.Image) -> Image.Image:
        return coded(image, "AVIF", quality=int(self.random.integers(55, 91)), speed=8)

    def _edited(self, image: Image.Image) -> Image.Image:
        kind, amount = self.random.integers(5), self.random.random()
        if kind == 0:
            return image.filter(ImageFilter.GaussianBlur(0.3 + 0.5 * amount))
        if kind == 1:
            return image.filter(ImageFilter.UnsharpMask(1, int(80 * amount), 2))
        pixels: np.ndarray = np.asarray(image, np.float32)
        if kind == 2:
            pixels = pixels + 4 * amount * self.random.standard_normal(pixels.shape, np.float32)
        elif kind == 3:
            pixels = pixels * self.random.uniform(0.95, 1.05, 3) + 255 * self.random.uniform(-0.03, 0.03, 3)
        else:  # the last columns are cut off
            pixels = pixels.copy()
            pixels[:, -int(1 + 15 * amount) :] = 128
        return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))
