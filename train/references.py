"""References without a network, so that figures have a scale: the secret in the cover's lowest bits."""

import io

import numpy as np
from PIL import Image

CODECS = {  # name: (Pillow format, options, lowest and highest quality)
    "AVIF": ("AVIF", {"subsampling": "4:4:4", "speed": 8}, (1, 100)),
    "WebP": ("WEBP", {"method": 4}, (1, 100)),
    "JPEG": ("JPEG", {"subsampling": 0, "optimize": True}, (1, 100)),
    "JPEG 2000": ("JPEG2000", {"quality_mode": "dB", "irreversible": True}, (25, 60)),
}


def place_bits(cover: np.ndarray, values: np.ndarray, bits: int) -> np.ndarray:
    """Gives each sample the wanted lowest bits, at the least cost.

    Source: Chan and Cheng, "Hiding data in images by simple LSB substitution", Pattern Recognition 2004.

    Args:
        cover: uint8 of any shape.
        values: of that shape, each below 2**bits.
        bits: how many of the lowest bits to set.

    Returns:
        uint8 of that shape.
    """
    whole = 1 << bits
    replaced = (cover & (256 - whole) | values).astype(np.int16)
    candidates = replaced + np.array([-whole, 0, whole]).reshape(3, *[1] * cover.ndim)
    distance = np.where(
        (candidates < 0) | (candidates > 255), 999, np.abs(candidates - cover.astype(np.int16))
    )
    best = np.take_along_axis(candidates, distance.argmin(0)[None], 0)[0]
    return best.astype(np.uint8)


class Lsb:
    """The secret's upper 4 bits in the cover's lowest 4: the classroom classic."""

    name = "4-bit LSB"

    def hide(self, cover: Image.Image, secret: Image.Image) -> Image.Image:
        return Image.fromarray(place_bits(np.asarray(cover), np.asarray(secret) >> 4, 4))

    def reveal(self, stego: Image.Image) -> Image.Image:
        """Each sample is taken for the middle of the 16 levels that its bits stand for."""
        return Image.fromarray((np.asarray(stego) & 15) * 16 + 8)


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
        stego[: len(values)] = place_bits(stego[: len(values)], values.astype(np.uint8), self.bits)
        return Image.fromarray(stego.reshape(pixels.shape))

    def reveal(self, stego: Image.Image) -> Image.Image:
        samples = np.asarray(stego).flatten() & ((1 << self.bits) - 1)
        bits = (samples[:, None] >> np.arange(self.bits)[::-1]) & 1
        data = np.packbits(bits.flatten()).tobytes()
        length = int.from_bytes(data[:4], "big")
        return Image.open(io.BytesIO(data[4 : 4 + length])).convert("RGB")


def best_file(secret: Image.Image, size: int) -> bytes:
    """The file of at most `size` bytes, by any codec, that is nearest to the picture."""
    files = []
    for name, options, (lowest, highest) in CODECS.values():
        fits = None
        while lowest <= highest:
            quality = (lowest + highest) // 2
            data = _file(secret, name, quality, options)
            if len(data) <= size:
                fits, lowest = data, quality + 1
            else:
                highest = quality - 1
        if fits:
            files.append(fits)
    return min(files, key=lambda data: _error(secret, data))


def _file(image: Image.Image, name: str, quality: int, options: dict) -> bytes:
    buffer = io.BytesIO()
    setting = {"quality_layers": [quality]} if name == "JPEG2000" else {"quality": quality}
    image.save(buffer, name, **options, **setting)
    return buffer.getvalue()


def _error(image: Image.Image, data: bytes) -> float:
    decoded = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32)
    return float(np.square(decoded - np.asarray(image)).mean())
