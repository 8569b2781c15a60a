"""Reference methods without a network, which give figures a scale: a codec's file in the lowest bits."""

import io

import numpy as np
from PIL import Image

from steg.embedding.digits import place_digits
from steg.methods.base import Revealed, Status
from steg.payload import codecs


class Codec:
    """A method that writes the best file of Pillow's codecs into the lowest 1 or 2 bits of every sample.

    It has the part of a method's interface that `steg.evaluation.evaluate` measures.
    """

    def __init__(self, bits: int):
        self.bits, self.name = bits, f"codec in {bits} bit{'s' * (bits > 1)}"

    def hide(self, cover: Image.Image, secret: Image.Image, *, strength: float = 0.5) -> Image.Image:
        """The stego picture; the strength makes no difference."""
        pixels = np.asarray(cover)
        data = best_file(secret, pixels.size * self.bits // 8 - 4)
        data = len(data).to_bytes(4, "big") + data
        bits = np.unpackbits(np.frombuffer(data, np.uint8))
        digits = np.pad(bits, (0, -len(bits) % self.bits)).reshape(-1, self.bits)
        values = digits @ (1 << np.arange(self.bits)[::-1])
        stego = pixels.flatten()
        stego[: len(values)] = place_digits(stego[: len(values)], values.astype(np.uint8), 1 << self.bits)
        return Image.fromarray(stego.reshape(pixels.shape))

    def reveal(self, stego: Image.Image) -> Revealed:
        """The secret."""
        samples = np.asarray(stego).flatten() & ((1 << self.bits) - 1)
        bits = (samples[:, None] >> np.arange(self.bits)[::-1]) & 1
        data = np.packbits(bits.flatten()).tobytes()
        length = int.from_bytes(data[:4], "big")
        secret = Image.open(io.BytesIO(data[4 : 4 + length])).convert("RGB")
        return Revealed(secret, Status.NO_HEADER, Status.NO_HEADER.value)


def best_file(secret: Image.Image, size: int) -> bytes:
    """The file of at most `size` bytes, by any codec, that is nearest to the picture."""
    files = [codecs.fill(secret, size, codec) for codec in (codecs.AVIF, codecs.WEBP, codecs.JPEG)]
    return min(filter(None, [*files, jpeg_2000(secret, size)]), key=lambda data: _error(secret, data))


def jpeg_2000(image: Image.Image, size: int) -> bytes | None:
    """The JPEG 2000 codestream that fills at most `size` bytes; None if its headers alone have more.

    With the irreversible colour transform (`mct`), without which R, G and B are coded apart.
    The encoder is asked for a compression ratio and may exceed it by some bytes: then it is asked for less.
    """
    target = size
    while target > 0:
        buffer, ratio = io.BytesIO(), 3 * image.width * image.height / target
        image.save(
            buffer,
            "JPEG2000",
            no_jp2=True,
            irreversible=True,
            mct=1,
            quality_mode="rates",
            quality_layers=[ratio],
        )
        excess = len(buffer.getvalue()) - size
        if excess <= 0:
            return buffer.getvalue()
        target -= excess
    return None


def _error(image: Image.Image, data: bytes) -> float:
    decoded = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32)
    return float(np.square(decoded - np.asarray(image)).mean())
