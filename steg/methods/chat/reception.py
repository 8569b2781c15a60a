"""Reception: the payload of a received picture, from wherever its blocks were put.

A short payload (`steg.methods.chat.short`) is looked for first, which takes no network; then layers
(`steg.methods.chat.layers`), under each channel class. Checksums of the code blocks tell what is right.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image

from steg.embedding.registration import LARGEST_SENT
from steg.errors import StegError
from steg.methods.base import Status
from steg.methods.chat import short
from steg.methods.chat.layers import UNIFORM, Layer, decode_layers, demap, layers_for
from steg.methods.chat.modem import Modem
from steg.methods.chat.synchronization import Synchronised, synchronise, undo_scaling
from steg.networks.robust import ChannelClass
from steg.payload import kinds
from steg.payload.files import File, Text
from steg.payload.kinds import MARK

USUAL_SCALES = 1 / 2, 2 / 3, 3 / 4  # at which a short payload is looked for where no watermark is left
UNSCALED, HALF = 0.01, 0.6  # magnifications: how near to 1, and below which ChannelClass.HALVED is likely
LOST = "It is one of ours, but too little of it is left to show the secret: ask for a better copy."


class Received(NamedTuple):
    """A payload.

    Attributes:
        layers: the bytes of the layers that could be decoded, at least one.
        sent: how many layers were sent.
    """

    layers: list[bytes]
    sent: int


def is_ours(image: Image.Image) -> bool:
    """Whether a picture without a header has a watermark or a short payload."""
    received = synchronise(image)
    if received.watermark is None and max(image.size) <= LARGEST_SENT:
        return _short_payload(received) is not None
    return received.watermark is not None


def receive(
    received: Synchronised, modem: Callable[[float | None, ChannelClass], Modem], weights_id: str
) -> Received:
    """The payload of a received picture.

    Args:
        received: with its blocks in place.
        modem: from the scale of the step lengths and the channel class, the modem of a picture.
        weights_id: of the modem, 8 hex digits.

    Raises:
        StegError: if not even the first layer can be decoded.
    """
    data = _short_payload(received)
    if data is not None:
        return Received([MARK + data], 1)
    layers = layers_for(math.prod(received.grid), received.version)
    best: list[bytes] = []
    for channel_class in possible_classes(received):  # checksums tell which it was
        posteriors = modem(received.scale, channel_class).demodulate(received.pixels, channel_class)
        best = max(best, _decoded_in_place(received, posteriors, layers), key=len)
        if 2 * len(best) > len(layers) or (best and channel_class is ChannelClass.FILTERED):
            break
    if not best:
        raise StegError(_reason(*received.status(weights_id)))
    return Received(best, len(layers))


def _short_payload(received: Synchronised) -> bytes | None:
    """The short payload of a received picture; it outlives more than the watermark does."""
    data, (width, height) = short.read(received), received.size
    scales = () if data or received.watermark or received.header else USUAL_SCALES
    for scale in scales:
        size = round(width / scale), round(height / scale)
        if data is None and max(size) <= LARGEST_SENT:
            unscaled = undo_scaling(Image.fromarray(received.pixels), size)
            data = short.read(Synchronised(np.asarray(unscaled), size))
    return data


def possible_classes(received: Synchronised) -> tuple[ChannelClass, ...]:
    """The channel classes of a picture with this scale, the likeliest first."""
    if received.scale is None:
        return ChannelClass.DIRECT, ChannelClass.RESIZED, ChannelClass.HALVED, ChannelClass.FILTERED
    if received.header or abs(received.magnification - 1) < UNSCALED:
        return ChannelClass.DIRECT, ChannelClass.FILTERED, ChannelClass.EDITED
    if received.magnification < HALF:
        return ChannelClass.HALVED, ChannelClass.RESIZED
    return ChannelClass.RESIZED, ChannelClass.HALVED


def file_in(payload: Received) -> Text | File:
    """The text or the file in a payload without a lock.

    Raises:
        StegError: if they are damaged, or one that is needed is lost.
    """
    try:
        return kinds.read_file(payload.layers)
    except StegError as error:
        if len(payload.layers) < payload.sent:
            raise StegError(LOST) from error
        raise


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
