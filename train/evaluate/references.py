"""References without a network, so that figures have a scale: the secret in the cover's lowest bits."""

import io

import numpy as np
from PIL import Image

from steg.embedding.digits import place_digits
from steg.payload import codecs


class Codec:
    """The best of Pillow's codecs, at the quality that fills the lowest 1 or 2 bits: sheer engineering."""

    def __init__(self, bits: int):
        self.bits, self.name = bits, f"codec in {bits} bit{'s' * (bits > 1)}"

    def hide(self, cover: Image.Image, secret: Image.Image) -> Image.Image:
        pixels = np.asarray(cover)
        data = best_file(secret, pixels.size * self.bits // 8 - 4)
        data = len(data).to_bytes(4, "big") + data
        bits = np.unpackbits(np.frombuffer(data, np.uint8))
        bits = np.pad(bits, (0, -len(bits) % self.bits)).reshape(-1, self.bits)
        values = bits @ (1 << np.arange(self.bits)[::-1])
        stego = pixels.flatten()
        stego[: len(values)] = place_digits(stego[: len(values)], values.astype(np.uint8), 1 << self.bits)
        return Image.fromarray(stego.reshape(pixels.shape))

    def reveal(self, stego: Image.Image) -> Image.Image:
        samples = np.asarray(stego).flatten() & ((1 << self.bits) - 1)
        bits = (samples[:, None] >> np.arange(self.bits)[::-1]) & 1
        data = np.packbits(bits.flatten()).tobytes()
        length = int.from_bytes(data[:4], "big")
        return Image.open(io.BytesIO(data[4 : 4 + length])).convert("RGB")


def best_file(secret: Image.Image, size: int) -> bytes:
    """The file of at most `size` bytes, by any codec, that is nearest to the picture."""
    everything = codecs.AVIF, codecs.WEBP, codecs.JPEG, codecs.JPEG_2000
    files = filter(None, (codecs.fill(secret, size, codec) for codec in everything))
    return min(files, key=lambda data: _error(secret, data))


def _error(image: Image.Image, data: bytes) -> float:
    decoded = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32)
    return float(np.square(decoded - np.asarray(image)).mean())
