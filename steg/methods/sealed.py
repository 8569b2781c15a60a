"""Sealed: an encrypted AVIF file as digits (base 2, 3 or 5) of all samples, in a secret order.

The secret is encoded at the highest quality that fits (AVIF, else WebP), encrypted and authenticated (scrypt,
AES-256-GCM), and written as digits into samples in an order derived from the passphrase. All samples are
used, which conceals the length of the secret. There is no error correction: with a single changed sample the
secret is lost.

    samples            hold
    160 in one run     the header, as in every method
    128 from the first the salt (random, new for each picture), one bit each
    all others         length (4 bytes) and file, padded with zeros and encrypted, as digits
"""

import io
import os
import unicodedata
from typing import Any, NamedTuple

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from PIL import Image, features

from steg.embedding import header
from steg.embedding.digits import capacity, from_digits, place_digits, to_digits
from steg.errors import NothingFoundError, StegError
from steg.images.reading import MAX_MEGAPIXELS, Source, read_photo, read_stego
from steg.images.tiling import Progress
from steg.methods.base import (
    WARN_BELOW_DB,
    Revealed,
    Status,
    check_size,
    check_strength,
    read_secret_picture,
    status_of,
)
from steg.payload import av1, codecs
from steg.payload.files import File, Text
from steg.payload.jpeg2000 import DAMAGED, NO_CODEC

BASES = (2, 3, 5)  # over the strength in equal parts: 3, 4.75 and 6.97 bits a pixel
SALT, TAG, LENGTH = 16, 16, 4  # bytes
SCRYPT_COST = 2**15  # OWASP's recommendation with r = 8, p = 3: a tenth of a second and 32 MiB a guess


class Keys(NamedTuple):
    """Keys derived from a passphrase and a salt."""

    encryption: bytes  # 32 bytes
    nonce: bytes  # 12 bytes; a new salt makes a new key each time, so it need not be random itself
    order: np.ndarray  # uint32, the seed of the order of the samples


class Sealed:
    """Hides under a passphrase; the interface is `steg.methods.base.Method`.

    Args:
        passphrase: any text; without it nobody gets the secret back.

    Raises:
        StegError: if it is empty.
    """

    name = "sealed"
    method_id = 5
    weights_id = header.NO_WEIGHTS
    warn_below_db = WARN_BELOW_DB
    has_strength = True
    pixelwise = False

    def __init__(self, passphrase: str | None):
        if not passphrase:
            raise StegError("The method sealed needs a passphrase: type the one to lock the secret with.")
        self._passphrase = unicodedata.normalize("NFKC", passphrase).encode()

    @staticmethod
    def describe(cover: tuple[int, int], secret: tuple[int, int]) -> str:
        """One sentence, to be said before hiding, on what becomes of the secret."""
        return (
            f"The secret will come back in its own size ({secret[0]}x{secret[1]}), compressed as little as "
            f"the cover ({cover[0]}x{cover[1]}) allows."
        )

    def hide(
        self,
        cover: Source,
        secret: Source | Text | File,
        *,
        strength: float = 0.5,
        progress: Progress | None = None,
    ) -> Image.Image:
        """Seals `secret` in `cover`; arguments as in `PixelwiseMethod.hide`.

        Raises:
            StegError: also if the cover is too small for the secret.
        """
        check_strength(strength)
        cover_image, secret_image = read_photo(cover, "cover").image, read_secret_picture(secret)
        check_size(cover_image.size, "cover")
        base = BASES[min(int(strength * len(BASES)), len(BASES) - 1)]
        pixels = np.asarray(cover_image)
        free = capacity(pixels.size - header.BITS - 8 * SALT, base) - TAG
        data = _file(secret_image, free - LENGTH, cover_image.size, progress)
        plain = (len(data).to_bytes(LENGTH, "big") + data).ljust(free, b"\0")

        salt, samples = os.urandom(SALT), pixels.flatten()
        keys = self._keys(salt)
        salt_samples, order = _sample_order(pixels, keys.order)
        samples[salt_samples] = place_digits(samples[salt_samples], to_digits(salt, 2), 2)
        digits = to_digits(AESGCM(keys.encryption).encrypt(keys.nonce, plain, None), base)
        order = order[: len(digits)]
        samples[order] = place_digits(samples[order], digits, base)
        kind: dict[str, Any] = {"bits": 1} if base == 2 else {"base": base}
        fields = header.Header(self.method_id, self.weights_id, secret_image.size, **kind)
        return Image.fromarray(header.write(samples.reshape(pixels.shape), fields))

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Opens what was sealed in `stego`; arguments as in `PixelwiseMethod.reveal`.

        Raises:
            StegError: also if the picture holds nothing sealed or was changed, or the passphrase is wrong.
        """
        image = read_stego(stego)
        check_size(image.size, "picture")
        pixels = np.asarray(image)
        found = header.read(pixels)
        status = status_of(found, self.weights_id)
        if status is Status.NEWER:
            raise StegError(status.value)
        base = (found.base or found.bits + 1) if found else 0
        if not found or found.method_id != self.method_id or base not in BASES:
            raise NothingFoundError(
                "Nothing is sealed in this picture: it is not one of ours, or it was re-compressed, resized "
                "or screenshotted on the way. Ask for the very file that was saved."
            )
        samples = pixels.reshape(-1)
        salt = from_digits(samples[_sample_order(pixels)[0]] & 1, 2, SALT)
        keys = self._keys(salt)
        order = _sample_order(pixels, keys.order)[1]
        length = capacity(len(order), base)
        try:
            sealed = from_digits(samples[order] % np.uint8(base), base, length)
            plain = AESGCM(keys.encryption).decrypt(keys.nonce, sealed, None)
        except InvalidTag:
            raise StegError(_reason(status)) from None
        size = int.from_bytes(plain[:LENGTH], "big")
        secret = _opened(plain[LENGTH : LENGTH + size])
        if progress:
            progress(1.0)
        return Revealed(secret, status, status.value)

    def _keys(self, salt: bytes) -> Keys:
        data = Scrypt(salt=salt, length=32 + 12 + 32, n=SCRYPT_COST, r=8, p=3).derive(self._passphrase)
        return Keys(data[:32], data[32:44], np.frombuffer(data[44:], "<u4"))


def _file(secret: Image.Image, limit: int, cover: tuple[int, int], progress: Progress | None) -> bytes:
    """The secret as a file of at most `limit` bytes."""
    codec = codecs.best_here()
    data = codecs.fill(secret, limit, codec, progress)
    if data is None:
        least = len(codec.encode(secret, codecs.QUALITIES[0]))
        raise StegError(
            f"The cover ({cover[0]}x{cover[1]}) can carry {max(limit, 0):,} bytes this way, and the secret "
            f"takes at least {least:,}: choose a larger cover, a smaller secret, or a higher strength."
        )
    return data


def _opened(data: bytes) -> Image.Image:
    """The picture in an AVIF or WebP file, whose size is looked at before anything is decoded.

    Raises:
        StegError: if it is another kind of file, damaged, or larger than a secret can be.
    """
    name = "AVIF" if data[4:12] == b"ftypavif" else "WEBP"
    if name == "AVIF" and not features.check("avif"):
        raise StegError(NO_CODEC.format(codec="AVIF"))
    try:
        image = Image.open(io.BytesIO(data), formats=(name,))
        frame = av1.still_size_in_file(data) if name == "AVIF" else image.size
        if frame != image.size or image.width * image.height > MAX_MEGAPIXELS * 1e6:
            raise ValueError(f"{frame} in {image.size}")
        return image.convert("RGB")
    except Exception as error:  # hostile data make decoders fail in many ways
        raise StegError(DAMAGED) from error


def _sample_order(pixels: np.ndarray, seed: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the samples with the salt's bits, and of those with digits, in the order of `seed`.

    `numpy.random.RandomState` is the generator whose numbers NumPy promises never to change.
    """
    free = np.arange(pixels.size, dtype=np.uint32)
    free = np.delete(free, header.place(pixels))
    salt, others = free[: 8 * SALT], free[8 * SALT :]
    if seed is not None:
        np.random.RandomState(seed).shuffle(others)
    return salt, others


def _reason(status: Status) -> str:
    """Why authentication failed, for the user."""
    if status is Status.CHANGED:
        return (
            "The picture was changed after it was made, so what is sealed in it cannot be opened: "
            "ask for the very file that was saved."
        )
    return "This is not the passphrase that the picture was sealed with; try another one."
