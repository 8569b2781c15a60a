"""The robust method: a secret in layers that survives JPEG, chats, resizing and crops.

The secret is compressed into layers, each protected for harsher channels than the next: the first one gives a
coarse secret after all of them. How much each layer holds is measured before hiding, on simulated channels. A
received picture is recognised and synchronised by its watermark.
"""

import functools
import math
from collections.abc import Callable
from typing import cast

import numpy as np
from PIL import Image
from torch import nn

from steg.embedding import header, watermark, watermark_fields
from steg.embedding.header import NO_WEIGHTS, Header
from steg.embedding.watermark_fields import Watermark
from steg.images.dct import BLOCK
from steg.images.reading import Source, read_photo, read_stego
from steg.images.resizing import resized
from steg.images.tiling import Progress
from steg.methods.base import Revealed, Status, check_size, check_strength
from steg.methods.chat import transmission
from steg.methods.chat.layers import layers_for
from steg.methods.chat.modem import Modem
from steg.methods.chat.postfilter import filtered
from steg.methods.chat.reception import Received, file_in, receive
from steg.methods.chat.sentences import (
    CHANGED_SINCE,
    NO_WATERMARK,
    TOO_SMALL,
    WILL_BE_WHOLE,
    describe_secret,
    quality,
)
from steg.methods.chat.synchronization import Synchronised, synchronise
from steg.methods.neural import WithNetwork
from steg.networks.postfilter import Postfilter
from steg.networks.robust import ChannelClass, RobustNetwork
from steg.payload import kinds, lock
from steg.payload.container import Content
from steg.payload.files import File, Text

FILTERED_BELOW = 1.5  # bits a pixel: with twice as many, the postfilter does harm
WHOLE = "Found, and whole: every byte is as it was hidden, although pixels of the picture were changed since."
# Pixels on the longest side of a stego picture, to which chats such as Telegram make larger ones smaller: at
# 1600, some leave no secret at all
SENT_SIDE = 1280
# Bytes in each block of 8x8 pixels that a text or a file may take: for photographs it is 0.8 to 2, in drawn
# pictures it was never less than this
LEAST_CAPACITY = 0.4
# PSNR in dB that modulation alone leaves of the cover, at each strength; the watermark takes 0.2 dB more
STRENGTHS, COVER_DB = (0.0, 0.5, 1.0), (39.0, 35.24, 34.5)
# The step lengths of a picture that is flat everywhere are not made up for: it would show
MOST_SCALE = 1.7


class Robust(WithNetwork):
    """Hides with a `RobustNetwork`; the interface is `steg.methods.base.Method`.

    The carriers are in the whole blocks of 8x8 pixels, from the upper left corner of the cover on. Texts and
    files go into the layers that outlive JPEG of quality 75. Short ones, if they are not locked, have
    carriers of their own (`steg.methods.chat.transmission`).

    Args:
        network: of the modem.
        weights_id: first 8 hex digits of the sha256 of its weights; none have been published by default.
        passphrase: locks what is hidden; None leaves it open.
        earlier: loads the network for pictures with equal step lengths; None for `network`.
        postfilter: loads the network that filters secrets of few bits a pixel; None leaves them as decoded.
    """

    name = "robust"
    method_id = 6
    network: RobustNetwork
    warn_below_db = 33.0, 26.0
    has_strength = True
    pixelwise = False

    def __init__(
        self,
        network: RobustNetwork,
        weights_id: str = NO_WEIGHTS,
        passphrase: str | None = None,
        earlier: Callable[[], nn.Module] | None = None,
        postfilter: Callable[[], nn.Module] | None = None,
    ):
        super().__init__(network, weights_id)
        self._passphrase = passphrase or None
        self._load_earlier, self._load_postfilter = earlier, postfilter

    @functools.cached_property
    def _earlier(self) -> RobustNetwork:
        return cast(RobustNetwork, self._load_earlier()) if self._load_earlier else self.network

    @functools.cached_property
    def _postfilter(self) -> Postfilter | None:
        return cast(Postfilter, self._load_postfilter()) if self._load_postfilter else None

    def modem(self, scale: float | None = None, channel_class: ChannelClass = ChannelClass.DIRECT) -> Modem:
        """The modem for whole pictures whose step lengths have this scale, or are the same everywhere.

        The network for the latter was not trained on WebP; today's has learnt to read them, too.
        """
        earlier = scale is None and channel_class is not ChannelClass.FILTERED
        return Modem(self._earlier if earlier else self.network, self.device, scale)

    @staticmethod
    def sent_size(cover: tuple[int, int], longest_side: int = SENT_SIDE) -> tuple[int, int]:
        """(width, height) of the stego picture: a large cover is made smaller, as a chat would do it else."""
        shrink = min(1.0, longest_side / max(cover))
        return max(2 * BLOCK, round(cover[0] * shrink)), max(2 * BLOCK, round(cover[1] * shrink))

    @staticmethod
    def outlives_jpeg(cover: tuple[int, int], longest_side: int = SENT_SIDE) -> bool:
        """Whether anything hidden in a cover of this (width, height) can outlive JPEG."""
        blocks = math.prod(side // BLOCK for side in Robust.sent_size(cover, longest_side))
        return layers_for(blocks)[0].channels != ("png",)

    @staticmethod
    def describe(
        cover: tuple[int, int], secret: tuple[int, int] | None, longest_side: int = SENT_SIDE
    ) -> str:
        """What becomes of the secret, None for a text or a file, and of a cover that is made smaller."""
        sent = Robust.sent_size(cover, longest_side)
        sentences = [describe_secret(sent, secret, longest_side - max(cover)) if secret else WILL_BE_WHOLE]
        if sent != cover:
            sentences.insert(
                0,
                f"The cover ({cover[0]}x{cover[1]}) will be made smaller, to {sent[0]}x{sent[1]}, because "
                "chats would do it otherwise, and do it worse.",
            )
        if min(sent) < watermark.SQUARE:
            sentences.append(NO_WATERMARK)
        if not Robust.outlives_jpeg(cover, longest_side):
            sentences.append(TOO_SMALL)
        return " ".join(sentences)

    def capacity(self, cover: tuple[int, int], strength: float = 0.5, longest_side: int = SENT_SIDE) -> int:
        """How many bytes, once deflated and with a file's name, a cover of this (width, height) can carry.

        Most covers carry two to four times as much, which is found out when it is tried; those that are
        nearly all black or white carry less.
        """
        blocks = math.prod(side // BLOCK for side in self.sent_size(cover, longest_side))
        rooms = [int(LEAST_CAPACITY * blocks)]
        return kinds.room_for_files(rooms, 1, bool(self._passphrase))

    def hide(
        self,
        cover: Source,
        secret: Source | Text | File,
        *,
        strength: float = 0.5,
        progress: Progress | None = None,
        longest_side: int = SENT_SIDE,
    ) -> Image.Image:
        """Hides `secret` in `cover`; as in `LosslessFile.hide`.

        The strength sets the step lengths, which the watermark tells the receiver. Pictures without one have
        the same step lengths everywhere, at any strength. A cover with a side longer than `longest_side`
        pixels, of at most `LARGEST_SENT`, is made smaller.

        Raises:
            StegError: also if the cover carries nothing through any channel, or the secret is too long.
        """
        check_strength(strength)
        content = secret if isinstance(secret, Text | File) else read_photo(secret, "secret").image
        cover_image = read_photo(cover, "cover").image
        check_size(cover_image.size, "cover")
        size = self.sent_size(cover_image.size, longest_side)
        pixels = resized(np.asarray(cover_image), size)
        scale, locked = self.scale(pixels, strength), bool(self._passphrase)
        fields = Watermark(self.weights_id[:1], size, watermark_fields.VERSION, locked, scale)
        marked = watermark.write(pixels, fields)  # before modulation, as it rounds to levels, too
        stego = None
        if watermark.read_in_place(marked):
            stego = self._transmitted(marked, content, scale, progress)
        if stego is None or not watermark.read_in_place(stego):  # too small, or too dark or bright
            stego = self._transmitted(pixels, content, None, progress)
        return Image.fromarray(stego)

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`, by its header or watermark; as in `PixelwiseMethod.reveal`.

        Raises:
            StegError: also if not even the first layer can be decoded, a layer of a text or a file is lost,
                or the passphrase is missing or wrong.
        """
        received, payload = self._opened(stego)
        if progress:
            progress(0.5)
        status, message = received.status(self.weights_id)
        if status is Status.NO_HEADER:  # checksums of code blocks are as good as a watermark
            status, message = Status.MARKED, Status.MARKED.value
        content: Content
        if kinds.is_file(payload.layers[0]):
            content = file_in(payload)
            message = message if status is Status.INTACT else WHOLE
        else:
            secret, size = kinds.read_picture(payload.layers, payload.sent, received.size)
            content = Image.fromarray(resized(self._filtered(secret, payload.layers), size))
            good = quality(len(payload.layers), payload.sent)
            message = message.replace(Status.MARKED.value, f"{good} {CHANGED_SINCE}")
        if progress:
            progress(1.0)
        return Revealed(content, status, message)

    def layers_in(self, stego: Source) -> list[np.ndarray]:
        """The secret from the first layer received, from the first two, and so on, and at last as revealed.

        Raises:
            StegError: as in `reveal`, and if the secret is no picture.
        """
        received, payload = self._opened(stego)
        parts = [payload.layers[:count] for count in range(1, len(payload.layers) + 1)]
        secrets = [kinds.read_picture(part, payload.sent, received.size).secret for part in parts]
        return [*map(np.asarray, secrets), self._filtered(secrets[-1], payload.layers)]

    def scale(self, cover: np.ndarray, strength: float) -> float:
        """The scale of the step lengths that leaves a cover, (H, W, 3) uint8, the PSNR of the strength."""
        gain = 10 ** ((self.network.config.cover_db - np.interp(strength, STRENGTHS, COVER_DB)) / 20)
        even = self.modem(scale=1.0).change(cover) ** -0.5
        return watermark_fields.nearest_scale(gain * min(MOST_SCALE, even))

    def _transmitted(
        self, pixels: np.ndarray, content: Content, scale: float | None, progress: Progress | None
    ) -> np.ndarray:
        """The cover, (H, W, 3) uint8, with its secret, at step lengths of this scale, or equal ones."""
        head = self._header(content)
        if isinstance(content, Text | File) and not self._passphrase:
            stego = transmission.in_short_payload(pixels, content, head)
            if stego is not None:
                return stego
        return transmission.in_layers(pixels, content, self.modem(scale), head, self._passphrase, progress)

    def _header(self, content: Content) -> Header:
        """The header, which tells nothing of a locked secret."""
        if self._passphrase:
            return Header(self.method_id, self.weights_id, (1, lock.LOCKED), version=header.CONTENT)
        if isinstance(content, Image.Image):
            return Header(self.method_id, self.weights_id, content.size)
        return Header(self.method_id, self.weights_id, (1, lock.OPEN), version=header.CONTENT)

    def _opened(self, stego: Source) -> tuple[Synchronised, Received]:
        """The picture with its blocks in place, and the open layers of its payload."""
        image = read_stego(stego)
        check_size(image.size, "picture")
        received = synchronise(image)
        payload = receive(received, self.modem, self.weights_id)
        return received, payload._replace(layers=kinds.open_(payload.layers, self._passphrase))

    def _filtered(self, secret: Image.Image, layers: list[bytes]) -> np.ndarray:
        """The secret in these layers, (H, W, 3) uint8, without what shows of its compression."""
        decoded, bits = np.asarray(secret), 8 * sum(map(len, layers))
        if self._postfilter is None or bits >= FILTERED_BELOW * secret.width * secret.height:
            return decoded
        return filtered(decoded, self._postfilter)
