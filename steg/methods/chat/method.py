"""The robust network as a method: the secret outlives JPEG, and the picture is known by its mark.

Before it hides, it tries: bits drawn at random are written into the cover and sent on the trips that a
picture may take, and what arrives of them sets how much each layer of the secret may hold. The first layer
outlives all trips and gives a coarse secret, each further one makes it finer.
"""

import math
from functools import partial

import numpy as np
import torch
from PIL import Image

from steg.embedding import header
from steg.embedding import watermark as mark
from steg.embedding.header import Header
from steg.errors import StegError
from steg.images.dct import BLOCK
from steg.images.reading import Source, read_photo, read_stego
from steg.images.resizing import resized, returned_size
from steg.images.tiling import Progress, run_tiled, to_pixels, to_tensor
from steg.methods.base import (
    Revealed,
    Status,
    check_size,
    check_strength,
    message_of,
    status_of,
    what_will_happen,
)
from steg.methods.chat import layers as lanes
from steg.methods.chat.layers import Lane
from steg.methods.chat.rate_selection import rates_of
from steg.methods.chat.synchronization import SENT_SIDE, Sent, find
from steg.methods.neural import WithNetwork, exact_convolutions, fast_convolutions
from steg.networks.robust import ALPHABET_SIZES, ChannelClass, RobustNetwork
from steg.payload import layers as payload

ROWS, HALO = 96, 14  # blocks that are read at once, and that are looked at above and below them
RESTORED_HALO = 24  # pixels
NO_MARK = (
    f"A picture with a side below {mark.SIDE} pixels has no room for the mark by which it is found again: "
    "after re-compression, say that the method is robust to reveal it."
)
NO_ROOM = (
    "Nothing that is hidden in this cover would arrive: it is too small, or all black or white. "
    "Choose another cover."
)
LOST = "It is one of ours, but too little of it is left to show the secret: ask for a better copy."
ARRIVED = "{arrived} of {layers} layers arrived: the secret lacks detail."


class Robust(WithNetwork):
    """Hides with a `RobustNetwork`; the interface is `steg.methods.base.Method`. It knows one strength.

    The part of a cover that whole blocks of 8x8 pixels fill, from the upper left corner on, carries.
    """

    name = "robust"
    method_id = 6
    network: RobustNetwork
    warn_below_db = 33.0, 26.0
    has_strength = False
    pixelwise = False

    @staticmethod
    def sent_size(cover: tuple[int, int]) -> tuple[int, int]:
        """A large cover is made smaller first, so that nobody else does it on the way."""
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
        if min(sent) < mark.SIDE:
            sentences.append(NO_MARK)
        return " ".join(sentences)

    def hide(
        self, cover: Source, secret: Source, *, strength: float = 0.5, progress: Progress | None = None
    ) -> Image.Image:
        """Hides `secret` in `cover`; as in `Framed.hide`, but the strength makes no difference.

        Raises:
            StegError: also if nothing would arrive.
        """
        check_strength(strength)
        cover_image, secret_image = read_photo(cover, "cover").image, read_photo(secret, "secret").image
        check_size(cover_image.size, "cover")
        pixels = resized(np.asarray(cover_image), self.sent_size(cover_image.size))
        size, blocks = pixels.shape[1::-1], math.prod(_grid(pixels))
        pixels = mark.write(pixels, mark.Mark(self.weights_id[:2], size))  # first: it rounds to levels, too
        layers = lanes.layers_of(blocks)
        bits = [len(layer) * blocks for layer in layers]
        rates = rates_of(layers, blocks, partial(self._written, pixels, layers), self.posteriors, progress)
        told = Header(self.method_id, self.weights_id, secret_image.size)
        while True:
            rooms = [lanes.capacity(*each) for each in zip(bits, rates, strict=True)]
            data = payload.pack(secret_image, size, rooms)
            if data is None:
                raise StegError(NO_ROOM)
            protected = [lanes.protect(*each) for each in zip(data, bits, rates, strict=True)]
            stego = header.write(self._written(pixels, layers, protected), told)
            if len(layers) > 1 or lanes.recover_layers(self.posteriors(stego), layers):
                return Image.fromarray(stego)
            rates = [9 * rate // 10 for rate in rates]  # in a thumbnail, chance can spoil all there is

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`, by its header or else by its mark; as in `Framed.reveal`.

        Raises:
            StegError: also if too little of it arrived.
        """
        sent, status, message = self._found(stego)
        arrived, count = self._arrived(sent, status, message)
        if status is Status.NO_HEADER:  # checksums of code words are as good a mark
            status, message = Status.MARKED, Status.MARKED.value
        if progress:
            progress(0.5)
        secret = payload.unpack(arrived, count, sent.mark.size)
        size = returned_size(sent.mark.size, payload.head_of(arrived[0], count).size)
        restored = resized(self._restored(secret), size)
        if progress:
            progress(1.0)
        if len(arrived) < count:
            message += " " + ARRIVED.format(arrived=len(arrived), layers=count)
        return Revealed(Image.fromarray(restored), status, message)

    def layers_in(self, stego: Source) -> list[np.ndarray]:
        """The secret from the first layer that arrived, from the first two, and so on, and at last restored.

        Raises:
            StegError: if none arrived.
        """
        sent, status, message = self._found(stego)
        arrived, count = self._arrived(sent, status, message)
        secrets = [payload.unpack(arrived[:n], count, sent.mark.size) for n in range(1, len(arrived) + 1)]
        return [*map(np.asarray, secrets), self._restored(secrets[-1])]

    def _found(self, stego: Source) -> tuple[Sent, Status, str]:
        """A picture with its blocks in place, and what its header or else its mark says."""
        image = read_stego(stego)
        check_size(image.size, "picture")
        found = header.read(np.asarray(image))
        sent = None if found else find(image)
        if sent:
            return sent, *sent.status(self.weights_id)
        status = status_of(found, self.weights_id)
        whole = Sent(mark.Mark(self.weights_id[:2], image.size), np.asarray(image))
        return whole, status, message_of(status, found, self.weights_id)

    def posteriors(self, pixels: np.ndarray, way: int = ChannelClass.DIRECT) -> np.ndarray:
        """How likely each place of all hands in whole blocks is, (places, rows, columns) float32."""
        rows, columns = _grid(pixels)
        ways = torch.tensor([way], device=self.device)
        likely = np.empty((sum(ALPHABET_SIZES), rows, columns), np.float32)
        for top in range(0, rows, ROWS):
            above = min(HALO, top)
            seen = pixels[BLOCK * (top - above) : BLOCK * min(top + ROWS + HALO, rows), : BLOCK * columns]
            with torch.inference_mode(), exact_convolutions(), fast_convolutions(self.device):
                part = self.network.demodulate(to_tensor(seen, self.device), ways)[0, :, above : above + ROWS]
            likely[:, top : top + ROWS] = part.cpu().numpy()
        return likely

    def _written(self, cover: np.ndarray, layers: list[list[Lane]], bits: list[np.ndarray]) -> np.ndarray:
        """The cover with these bits in its lanes."""
        rows, columns = _grid(cover)
        places = torch.tensor(lanes.places_of(layers, bits)).view(1, -1, rows, columns)
        stego = cover.copy()
        for top in range(0, rows, ROWS):
            part = stego[BLOCK * top : BLOCK * min(top + ROWS, rows), : BLOCK * columns]
            with torch.inference_mode():
                written = self.network.modulate(
                    to_tensor(part, self.device), places[:, :, top : top + ROWS].to(self.device)
                )
            part[:] = to_pixels(written)
        return stego

    def _arrived(self, sent: Sent, status: Status, message: str) -> tuple[list[bytes], int]:
        """The layers that arrived, each with all those before it, and how many there were.

        Raises:
            StegError: if none arrived; why, `status` and `message` tell.
        """
        rows, columns = (side // BLOCK for side in sent.mark.size[::-1])
        layers = lanes.layers_of(rows * columns)
        best: list[bytes] = []
        for way in ChannelClass:  # which it was, the checksums tell
            arrived = self._arrived_by(way, sent, layers, rows, columns)
            best = max(best, arrived, key=len)
            if len(best) > 1:
                break
        if not best:
            raise StegError(_why_nothing_is_shown(status, message))
        return best, len(layers)

    def _arrived_by(
        self, way: int, sent: Sent, layers: list[list[Lane]], rows: int, columns: int
    ) -> list[bytes]:
        here = self.posteriors(sent.pixels, way)[:, :rows, :columns]
        for row, column in sent.places(*here.shape[1:]):
            believed = here
            if here.shape[1:] != (rows, columns):  # what was cut off may have been anything
                believed = np.repeat(np.float32(1 / np.array(ALPHABET_SIZES)), ALPHABET_SIZES)[:, None, None]
                believed = np.tile(believed, (1, rows, columns))
                believed[:, row : row + here.shape[1], column : column + here.shape[2]] = here
            arrived = lanes.recover_layers(believed, layers)
            if arrived:
                return arrived
        return []

    def _restored(self, secret: Image.Image) -> np.ndarray:
        """The secret with what its compression lost, as far as a network can tell."""
        width, height = secret.size
        even = np.pad(np.asarray(secret), ((0, height % 2), (0, width % 2), (0, 0)), "edge")
        with exact_convolutions(), fast_convolutions(self.device):
            restored = run_tiled(self.network.restore, even, halo=RESTORED_HALO, device=self.device)
        return restored[:height, :width]


def _why_nothing_is_shown(status: Status, message: str) -> str:
    if status is Status.NO_HEADER:
        return message
    return LOST if status is Status.MARKED else f"{message} {LOST}"


def _grid(pixels: np.ndarray) -> tuple[int, int]:
    """Rows and columns of whole blocks."""
    return pixels.shape[0] // BLOCK, pixels.shape[1] // BLOCK
