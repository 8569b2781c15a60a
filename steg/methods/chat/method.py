"""The robust method: a secret in layers that survives JPEG, chats, resizing and crops.

The secret is compressed into layers, each protected for harsher channels than the next: the first one gives a
coarse secret after all of them. How much each layer holds is measured before hiding, on simulated channels. A
received picture is recognised and synchronised by its watermark.
"""

import math

import numpy as np
from PIL import Image

from steg.embedding import header, watermark
from steg.embedding.header import Header
from steg.embedding.registration import SENT_SIDE
from steg.embedding.watermark import Watermark
from steg.errors import StegError
from steg.images.dct import BLOCK
from steg.images.reading import Source, read_photo, read_stego
from steg.images.resizing import resized
from steg.images.tiling import Progress, run_tiled
from steg.methods.base import (
    Revealed,
    Status,
    check_size,
    check_strength,
    read_secret_picture,
    what_will_happen,
)
from steg.methods.chat.layers import (
    UNIFORM,
    Layer,
    capacities,
    decode_layers,
    demap,
    encode_layers,
    layers_for,
)
from steg.methods.chat.modem import Modem, grid
from steg.methods.chat.rate_selection import select_rates
from steg.methods.chat.synchronization import Synchronised, synchronise
from steg.methods.neural import WithNetwork, exact_convolutions, fast_convolutions
from steg.networks.robust import ChannelClass, RobustNetwork
from steg.payload.files import File, Text
from steg.payload.layers import pack, unpack

RESTORATION_HALO = 24  # pixels
NO_WATERMARK = (
    f"A picture with a side below {watermark.SQUARE} pixels has no room for the mark by which it is found "
    "again: after re-compression, say that the method is robust to reveal it."
)
NO_ROOM = (
    "Nothing that is hidden in this cover would arrive: it is too small, or all black or white. "
    "Choose another cover."
)
LOST = "It is one of ours, but too little of it is left to show the secret: ask for a better copy."
ARRIVED = "{arrived} of {layers} layers arrived: the secret lacks detail."


class Robust(WithNetwork):
    """Hides with a `RobustNetwork`; the interface is `steg.methods.base.Method`. It has one strength.

    The carriers are in the whole blocks of 8x8 pixels, from the upper left corner of the cover on.
    """

    name = "robust"
    method_id = 6
    network: RobustNetwork
    warn_below_db = 33.0, 26.0
    has_strength = False
    pixelwise = False

    @property
    def modem(self) -> Modem:
        """The network as a modem for whole pictures."""
        return Modem(self.network, self.device)

    @staticmethod
    def sent_size(cover: tuple[int, int]) -> tuple[int, int]:
        """(width, height) of the stego picture: a large cover is made smaller, as a chat would do it else."""
        shrink = min(1.0, SENT_SIDE / max(cover))
        return max(2 * BLOCK, round(cover[0] * shrink)), max(2 * BLOCK, round(cover[1] * shrink))

    @staticmethod
    def describe(cover: tuple[int, int], secret: tuple[int, int]) -> str:
        """What becomes of the secret, and of a cover that is made smaller."""
        sent = Robust.sent_size(cover)
        sentences = [what_will_happen(sent, secret)]
        if sent != cover:
            sentences.insert(
                0,
                f"The cover ({cover[0]}x{cover[1]}) will be made smaller, to {sent[0]}x{sent[1]}, because "
                "chats would do it otherwise, and do it worse.",
            )
        if min(sent) < watermark.SQUARE:
            sentences.append(NO_WATERMARK)
        return " ".join(sentences)

    def hide(
        self,
        cover: Source,
        secret: Source | Text | File,
        *,
        strength: float = 0.5,
        progress: Progress | None = None,
    ) -> Image.Image:
        """Hides `secret` in `cover`; as in `PixelwiseMethod.hide`, but the strength makes no difference.

        Raises:
            StegError: also if the cover carries nothing through any channel.
        """
        check_strength(strength)
        cover_image, secret_image = read_photo(cover, "cover").image, read_secret_picture(secret)
        check_size(cover_image.size, "cover")
        size = self.sent_size(cover_image.size)
        pixels = resized(np.asarray(cover_image), size)
        # before modulation, as it rounds to levels, too
        pixels = watermark.write(pixels, Watermark(self.weights_id[:2], size))
        layers = layers_for(math.prod(grid(pixels)))
        rates = select_rates(self.modem, pixels, layers, progress)
        while True:
            stego = self._embedded(pixels, secret_image, layers, rates)
            stego = header.write(stego, Header(self.method_id, self.weights_id, secret_image.size))
            if len(layers) > 1 or decode_layers(self.modem.demodulate(stego), layers):
                return Image.fromarray(stego)
            rates = [9 * rate // 10 for rate in rates]  # few code blocks: chance can spoil all of them

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`, by its header or watermark; as in `PixelwiseMethod.reveal`.

        Raises:
            StegError: also if not even the first layer can be decoded.
        """
        received = self._received(stego)
        payload, layers = self._decoded(received)
        if progress:
            progress(0.5)
        secret, size = unpack(payload, layers, received.size)
        restored = resized(self._restored(secret), size)
        if progress:
            progress(1.0)
        status, message = received.status(self.weights_id)
        if status is Status.NO_HEADER:  # checksums of code blocks are as good as a watermark
            status, message = Status.MARKED, Status.MARKED.value
        if len(payload) < layers:
            message += " " + ARRIVED.format(arrived=len(payload), layers=layers)
        return Revealed(Image.fromarray(restored), status, message)

    def layers_in(self, stego: Source) -> list[np.ndarray]:
        """The secret from the first layer received, from the first two, and so on, and at last restored.

        Raises:
            StegError: as in `reveal`.
        """
        received = self._received(stego)
        payload, layers = self._decoded(received)
        counts = range(1, len(payload) + 1)
        secrets = [unpack(payload[:count], layers, received.size).secret for count in counts]
        return [*map(np.asarray, secrets), self._restored(secrets[-1])]

    def _embedded(
        self, cover: np.ndarray, secret: Image.Image, layers: list[Layer], rates: list[int]
    ) -> np.ndarray:
        """The cover, (H, W, 3) uint8, with a secret in its layers at these rates.

        Raises:
            StegError: if there is room for no secret.
        """
        blocks = math.prod(grid(cover))
        payload = pack(secret, cover.shape[1::-1], capacities(layers, blocks, rates))
        if payload is None:
            raise StegError(NO_ROOM)
        return self.modem.modulate(cover, encode_layers(payload, layers, blocks, rates))

    def _received(self, stego: Source) -> Synchronised:
        """The picture with its blocks in place."""
        image = read_stego(stego)
        check_size(image.size, "picture")
        return synchronise(image)

    def _decoded(self, received: Synchronised) -> tuple[list[bytes], int]:
        """The bytes of the layers that can be decoded, and how many layers there are.

        Raises:
            StegError: if none can be decoded.
        """
        layers = layers_for(math.prod(received.grid))
        best: list[bytes] = []
        for channel_class in ChannelClass:  # checksums tell which it was
            posteriors = self.modem.demodulate(received.pixels, channel_class)
            best = max(best, _decoded_in_place(received, posteriors, layers), key=len)
            if len(best) > 1:
                break
        if not best:
            raise StegError(_reason(*received.status(self.weights_id)))
        return best, len(layers)

    def _restored(self, secret: Image.Image) -> np.ndarray:
        """The secret with the network's estimate of what its compression lost."""
        width, height = secret.size
        even = np.pad(np.asarray(secret), ((0, height % 2), (0, width % 2), (0, 0)), "edge")
        with exact_convolutions(), fast_convolutions(self.device):
            restored = run_tiled(self.network.restore, even, halo=RESTORATION_HALO, device=self.device)
        return restored[:height, :width]


def _decoded_in_place(received: Synchronised, posteriors: np.ndarray, layers: list[Layer]) -> list[bytes]:
    """The bytes of the layers that can be decoded, wherever the received part belongs."""
    rows, columns = received.grid
    posteriors = posteriors[:, :rows, :columns]
    llrs = demap(posteriors.reshape(len(posteriors), -1), layers[0])
    places = received.likely_places(llrs.reshape(-1, *posteriors.shape[1:]))
    tried = (decode_layers(received.placed(posteriors, place, UNIFORM), layers) for place in places)
    return next(filter(None, tried), [])


def _reason(status: Status, message: str) -> str:
    """Why nothing is revealed, as a sentence."""
    if status is Status.NO_HEADER:
        return message
    return LOST if status is Status.MARKED else f"{message} {LOST}"
