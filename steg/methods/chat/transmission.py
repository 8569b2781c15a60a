"""Transmission: a secret written into a cover that has its watermark, as a short payload or in layers.

Layers (`steg.methods.chat.layers`) hold as much as a trial on the cover shows that they can. A short payload
(`steg.methods.chat.short`) outlives far more; few changed carriers would tell that there is no picture behind
it, so nothing that is locked is written as one.
"""

import math

import numpy as np
from PIL import Image

from steg.channels import CHANNELS
from steg.embedding import header
from steg.embedding.header import Header
from steg.embedding.watermark_fields import VERSION, WITHOUT_SCALE
from steg.errors import StegError
from steg.images.tiling import Progress
from steg.methods.chat import short
from steg.methods.chat.layers import (
    FILES_OUTLIVE,
    Layer,
    capacities,
    decode_layers,
    encode_layers,
    for_files,
    layers_for,
)
from steg.methods.chat.modem import Modem, grid
from steg.methods.chat.rate_selection import select_rates
from steg.methods.chat.synchronization import Synchronised
from steg.payload import container, kinds
from steg.payload.container import Content
from steg.payload.files import File, Text

NO_ROOM = (
    "Nothing that is hidden in this cover would arrive: it is too small, or all black or white. "
    "Choose another cover."
)
TOO_LONG = (
    "The cover ({width}x{height}) can carry {most:,} bytes that {outlive}, and the secret takes more: "
    "choose a larger cover or a shorter secret, or send it as a file."
)
OUTLIVE_JPEG, OUTLIVE_NOTHING = "outlive JPEG of quality 75", "arrive in a lossless file"


def in_short_payload(pixels: np.ndarray, content: Text | File, head: Header) -> np.ndarray | None:
    """The cover, (H, W, 3) uint8, with a text or a file as a short payload.

    None where it is too long or does not outlive `FILES_OUTLIVE`.
    """
    size = pixels.shape[1::-1]
    data = container.exact(content, [short.capacity(size)])
    if data is None:
        return None
    stego = header.write(short.write(pixels, data), head)
    sent = CHANNELS[FILES_OUTLIVE].apply(Image.fromarray(stego))
    read = short.read(Synchronised(np.asarray(sent), size))
    return stego if read is not None and read.startswith(data) else None


def in_layers(
    pixels: np.ndarray,
    content: Content,
    modem: Modem,
    head: Header,
    passphrase: str | None,
    progress: Progress | None,
) -> np.ndarray:
    """The cover with a secret in layers.

    Args:
        pixels: (H, W, 3) uint8, with a watermark that holds the modem's scale.
        content: a picture, RGB, a text or a file.
        modem: of the step lengths of this picture.
        head: the header.
        passphrase: locks the layers; None leaves them open.
        progress: called with the share that is done.

    Raises:
        StegError: if there is no room for the secret.
    """
    blocks, size = math.prod(grid(pixels)), pixels.shape[1::-1]
    layers = layers_for(blocks, WITHOUT_SCALE if modem.scale is None else VERSION)
    rates = select_rates(modem, pixels, layers, progress)
    while True:
        sizes = capacities(layers, blocks, rates)
        payload = kinds.pack(content, size, sizes, for_files(layers), passphrase)
        if payload is None:
            raise StegError(_no_room(content, size, sizes, layers, bool(passphrase)))
        stego = modem.modulate(pixels, encode_layers(payload, layers, blocks, rates))
        stego = header.write(stego, head)
        if len(layers) > 1 or decode_layers(modem.demodulate(stego), layers):
            return stego
        rates = [9 * rate // 10 for rate in rates]  # few code blocks: chance can spoil all of them


def _no_room(
    content: Content, size: tuple[int, int], sizes: list[int], layers: list[Layer], locked: bool
) -> str:
    """Why a secret does not fit into layers of these sizes in bytes, as a sentence."""
    most = kinds.room_for_files(sizes, for_files(layers), locked)
    if not locked:
        most = max(most, short.capacity(size))
    if isinstance(content, Image.Image) or most == 0:
        return NO_ROOM
    outlive = OUTLIVE_JPEG if FILES_OUTLIVE in layers[0].channels or len(layers) > 1 else OUTLIVE_NOTHING
    return TOO_LONG.format(width=size[0], height=size[1], most=most, outlive=outlive)
