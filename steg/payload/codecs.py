"""The best quality of a lossy file format that fits into so many bytes."""

import io
from dataclasses import dataclass, field

from PIL import Image, features

from steg.images.tiling import Progress

QUALITIES = 1, 100  # the lowest and the highest


@dataclass(frozen=True)
class Codec:
    """A lossy file format of Pillow's, with its options; its quality is a number from 1 to 100."""

    name: str
    options: dict = field(default_factory=dict)

    def encode(self, image: Image.Image, quality: int) -> bytes:
        """The picture as the bytes of a file."""
        buffer = io.BytesIO()
        image.save(buffer, self.name, quality=quality, **self.options)
        return buffer.getvalue()


AVIF = Codec("AVIF", {"subsampling": "4:4:4", "speed": 8})
WEBP = Codec("WEBP", {"method": 4})
JPEG = Codec("JPEG", {"subsampling": 0, "optimize": True})


def best_here() -> Codec:
    """The best codec that this Pillow was built with."""
    return AVIF if features.check("avif") else WEBP


def fill(image: Image.Image, size: int, codec: Codec, progress: Progress | None = None) -> bytes | None:
    """The file of the highest quality that has at most `size` bytes; None if even the lowest has more."""
    lowest, highest = QUALITIES
    tries, done, fits = (highest - lowest + 1).bit_length(), 0, None
    while lowest <= highest:
        quality = (lowest + highest) // 2
        data = codec.encode(image, quality)
        if len(data) <= size:
            fits, lowest = data, quality + 1
        else:
            highest = quality - 1
        done += 1
        if progress:
            progress(done / tries)
    return fits
