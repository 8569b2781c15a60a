"""The method robust, step by step: coefficients it changes, layers of the payload, and what channels leave.

A *region* here is a block of 8x8 pixels. Its waves are the block's DCT coefficients.
"""

import contextlib
import io
import math
from collections.abc import Iterator, Mapping

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from PIL.JpegImagePlugin import JpegImageFile

from steg.channels import CHANNELS, Channel
from steg.errors import StegError
from steg.images.colormaps import SEQUENTIAL, apply_colormap
from steg.images.dct import BLOCK, to_coefficients, to_ycbcr, zigzag
from steg.methods.chat import Robust
from steg.methods.chat.layers import SYMBOLS, Layer, layers_for
from steg.methods.chat.modem import Modem
from steg.methods.chat.reception import Received, possible_classes, receive
from steg.methods.chat.synchronization import Synchronised, synchronise
from steg.networks.carriers import BITS, CARRIERS, WATERMARK
from steg.payload import kinds
from steg.steganalysis.residual import compute_residual
from steg.teaching.feature_maps import Step

CELL = 64  # pixels a side of a coefficient in a table
SHOWN = 512  # pixels a side of the part that maps are computed of
LAYER_COLOURS = "#ffea46", "#f08030", "#d0406a", "#8a4fc0", "#4070d0", "#30a0a0", "#606870"
QUALITY = 75  # of the JPEG file whose quantisation is shown
LOCKED = "What the layers hold cannot be seen: each is locked with the passphrase."
NO_LAYERS = "A text or a file comes back whole or not at all, so there are no pictures in its layers."


def robust_steps(method: Robust, stego: Image.Image, cover: np.ndarray | None = None) -> list[Step]:
    """What the method wrote where, and the secret from its first layers.

    Args:
        method: without a passphrase.
        stego: a whole picture, or what was received of one.
        cover: (H, W, 3) uint8 of the stego picture's size, if it is at hand.

    Raises:
        StegError: if nothing is hidden in the picture this way.
    """
    received = synchronise(stego)
    payload = receive(received, method.modem, method.weights_id)
    change = None if cover is None else compute_residual(cover, np.asarray(stego))
    return [
        _waves(change),
        _layers_of_regions(method.modem(received.scale), received, change),
        _contents(method, stego, payload),
    ]


def channel_steps(
    method: Robust, stego: Image.Image, channels: Mapping[str, Channel]
) -> Iterator[tuple[Step, Step]]:
    """What channels leave of the bits of each region, and of the layers; with one more channel each time.

    Args:
        method: without a passphrase.
        stego: a whole picture.
        channels: what to send it through, by the names to show.
    """
    maps, secrets = [], []
    for name, channel in {"as it is": CHANNELS["png"], **channels}.items():
        image = channel.apply(stego)
        received = synchronise(image)
        bits = _readable_bits(method.modem(received.scale), received)
        brightness = np.log1p(bits) / np.log1p(sum(BITS))  # as few bits are much for the first layers
        maps.append((_map(brightness), f"{name}: {bits.mean():.1f} of {sum(BITS)} bits"))
        secrets.append(_of_layers(method, image, received, name))
        yield (
            Step(
                "What each road leaves in each region: see how many of its bits can be read (yellow: all, "
                "dark: none); as each codeword is scattered over the picture, regions with many make up for "
                "those with few.",
                list(maps),
            ),
            Step(
                "What each road leaves of the layers: see that the harsher the road, the fewer layers arrive "
                "and the coarser the secret is.",
                list(secrets),
            ),
        )


def _waves(change: np.ndarray | None) -> Step:
    """JPEG's quantisation steps, and the RMS change of each DCT coefficient."""
    rounding = _quantisation(QUALITY)
    pictures = [
        (_squares(table / rounding.max()), f"JPEG rounds {name}")
        for table, name in zip(rounding, ("brightness", "colours"), strict=True)
    ]
    sentence = (
        f"Where it writes: JPEG of quality {QUALITY} rounds the 64 waves of each block, coarse ones at the "
        f"upper left, to multiples of {rounding.min():.0f} (dark) to {rounding.max():.0f} levels (yellow)"
    )
    if change is None:
        return Step(f"{sentence}. Add the cover above to see which waves were changed.", pictures)
    height, width = (side // BLOCK * BLOCK for side in change.shape[:2])
    levels = torch.from_numpy(change[:height, :width].astype(np.float32)).permute(2, 0, 1)[None]
    rms = to_coefficients(to_ycbcr(levels)).square().mean((0, 3, 4)).sqrt().numpy()  # (3, 64)
    tables = np.zeros((3, BLOCK, BLOCK))
    for index, (row, column) in enumerate(zigzag()):
        tables[:, row, column] = rms[:, index]
    changed = tables[0], np.sqrt(np.square(tables[1:]).mean(0))
    largest = max(table.max() for table in changed)
    pictures += [
        (_squares(table / largest), f"changed in {name}")
        for table, name in zip(changed, ("brightness", "colours"), strict=True)
    ]
    return Step(
        f"{sentence}; see on the right that hiding changed those most (yellow: {largest:.1f} levels) that "
        "JPEG rounds least.",
        pictures,
    )


def _layers_of_regions(modem: Modem, received: Synchronised, change: np.ndarray | None) -> Step:
    """Which bit levels belong to which layer, and the step lengths of each block."""
    layers = layers_for(math.prod(received.grid), received.version)
    gains = modem.gains(_middle(received.pixels))[0]
    pictures = [
        (_table(layers, plane=0), "layers in the waves of brightness"),
        (_table(layers, plane=1), "layers in the waves of each colour"),
        (_map(gains / gains.max()), "how far waves are moved"),
    ]
    if change is not None:
        blocks = np.square(_blocks(_middle(change)), dtype=np.float32).mean((1, 3, 4))
        pictures.append((_map(blocks / np.percentile(blocks, 99).clip(1e-6)), "squared change of each block"))
    lengths = (
        "on the right, waves are moved far in texture (yellow) and little in flat parts"
        if gains.min() < gains.max()
        else "waves are moved equally far everywhere"
    )
    return Step(
        f"Which layers each region holds: bits of all {len(layers)} layers; see by their numbers that layer "
        f"1, which outlives most, is in coarse waves, the last one in fine ones and colours; {lengths}.",
        pictures,
    )


def _contents(method: Robust, stego: Image.Image, payload: Received) -> Step:
    """The secret from the first layer, from the first two, and so on."""
    if kinds.is_locked(payload.layers[0]):
        return Step(LOCKED, [])
    if kinds.is_file(payload.layers[0]):
        return Step(NO_LAYERS, [])
    *layers, revealed = method.layers_in(stego)
    pictures = [(layer, f"layers 1 to {number}") for number, layer in enumerate(layers, 1)]
    pictures[0] = (layers[0], "layer 1 alone")
    return Step(
        f"What the layers give: of {payload.sent} layers {len(layers)} arrived. See how the first one, which "
        "outlives the most, holds the whole secret coarsely, and each further one adds detail. Where "
        "there are few bits, a network removes some of what shows of the compression at the end.",
        [*pictures, (revealed, "as revealed")],
    )


def _of_layers(
    method: Robust, image: Image.Image, received: Synchronised, name: str
) -> tuple[np.ndarray, str]:
    """The secret in the layers received, else the received picture, and how many layers there are."""
    try:
        payload = receive(received, method.modem, method.weights_id)
    except StegError:
        return np.asarray(image), f"{name}: nothing; this arrived"
    count = (
        f"{name}: layer 1 of {payload.sent}"
        if len(payload.layers) == 1
        else (f"{name}: layers 1 to {len(payload.layers)} of {payload.sent}")
    )
    with contextlib.suppress(StegError):  # locked, or no picture
        secret = kinds.read_picture(kinds.open_(payload.layers, None), payload.sent, received.size).secret
        return np.asarray(secret), count
    return np.asarray(image), count


def _readable_bits(modem: Modem, received: Synchronised) -> np.ndarray:
    """Bits of information on the symbols of each block in the middle, (rows, columns).

    For each carrier it is the alphabet's entropy minus that of the posterior.
    """
    posteriors = modem.demodulate(_middle(received.pixels), possible_classes(received)[0])
    entropy = -posteriors * np.log2(posteriors.clip(1e-9))
    return sum(bits - entropy[symbols].sum(0) for bits, symbols in zip(BITS, SYMBOLS, strict=True))


def _middle(pixels: np.ndarray) -> np.ndarray:
    """The middle of (H, W, ...), at most `SHOWN` pixels a side, of whole blocks."""
    top, left = (max(0, side - SHOWN) // 2 // BLOCK * BLOCK for side in pixels.shape[:2])
    height, width = (min(SHOWN, side // BLOCK * BLOCK) for side in pixels.shape[:2])
    return pixels[top : top + height, left : left + width]


def _blocks(pixels: np.ndarray) -> np.ndarray:
    """(H, W, 3) -> (H / 8, 8, W / 8, 8, 3)."""
    height, width, channels = pixels.shape
    return pixels.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, channels)


def _map(values: np.ndarray) -> np.ndarray:
    """A value in [0, 1] for each block, as colours."""
    return apply_colormap(values, SEQUENTIAL).repeat(BLOCK, 0).repeat(BLOCK, 1)


def _squares(table: np.ndarray) -> np.ndarray:
    """A table of numbers in [0, 1] as squares of colour."""
    return apply_colormap(table, SEQUENTIAL).repeat(CELL // 2, 0).repeat(CELL // 2, 1)


def _table(layers: list[Layer], plane: int) -> np.ndarray:
    """For each DCT coefficient of Y (0) or Cb (1), the layers of its label bits, by number and colour."""
    table = Image.new("RGB", (BLOCK * CELL, BLOCK * CELL), "black")
    draw, font = ImageDraw.Draw(table), ImageFont.load_default(22)
    places = zigzag()
    layer_of = {level: number for number, layer in enumerate(layers) for level in layer.bit_levels}
    for (carrier, bit), number in layer_of.items():
        if CARRIERS[carrier] // BLOCK**2 == plane:
            row, column = places[CARRIERS[carrier] % BLOCK**2]
            width = CELL // BITS[carrier]
            left, top = CELL * column + bit * width, CELL * row
            draw.rectangle((left, top, left + width - 2, top + CELL - 2), LAYER_COLOURS[number])
            dark = number in (0, 1, 5)
            centre = left + width // 2 - 1, top + CELL // 2
            draw.text(centre, str(number + 1), "black" if dark else "white", font, anchor="mm")
    if plane == 0:
        row, column = places[WATERMARK]
        draw.text((CELL * (column + 0.5), CELL * (row + 0.5)), "mark", "white", font, anchor="mm")
    return np.asarray(table)


def _quantisation(quality: int) -> np.ndarray:
    """JPEG's quantisation tables of Y and of Cb and Cr, (2, 8, 8), from a real file."""
    buffer = io.BytesIO()
    Image.new("RGB", (BLOCK, BLOCK)).save(buffer, "JPEG", quality=quality)
    tables = JpegImageFile(io.BytesIO(buffer.getvalue())).quantization
    return np.stack([np.reshape(table, (BLOCK, BLOCK)) for table in tables.values()])
