"""How much the layers of the robust method may hold: what a cover carries through each trip, found by trying.

Bits drawn at random are written into the cover, sent for real, and read; how much of each layer arrives sets
its rate. Layers before it count as known, as they are when it is read.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

from steg.channels import CHANNELS
from steg.images.dct import BLOCK
from steg.images.tiling import Progress
from steg.methods.chat import layers as lanes
from steg.methods.chat.layers import Lane
from steg.methods.chat.synchronization import at_size
from steg.networks.robust import ChannelClass

# What the layers of a picture have to outlive, by how many there are
TRIPS = {
    5: (("half-and-back-jpeg90", "chat"), ("jpeg75",), ("jpeg90",), ("jpeg95",), ("png",)),
    3: (("jpeg75",), ("jpeg90",), ("png",)),
    2: (("jpeg75",), ("jpeg90",)),
    1: (("png",),),
}
# Of a rate, less still of small pictures, as other bits may happen to arrive a little worse. A file holds
# more than enough, and is read sooner if each code word can be read on one path.
SPARED, SPARED_IN_FILE = 0.965, 0.93
STRIP = 2  # rows of blocks that are read at once
ENOUGH, SPARSEST = 2048, 4  # blocks that are to be read; at least every so many strips are
WAY_OF = {"half-and-back-jpeg90": ChannelClass.HALVED, "chat": ChannelClass.RESIZED}  # all others are direct


def rates_of(
    layers: list[list[Lane]],
    blocks: int,
    write: Callable[[list[np.ndarray]], np.ndarray],
    read: Callable[[np.ndarray, int], np.ndarray],
    progress: Progress | None = None,
) -> list[int]:
    """The rates at which layers arrive on their trips; 0 for one of which nothing does.

    Args:
        layers: their lanes.
        blocks: of the cover.
        write: gives the cover with the bits of all layers' lanes in it, (H, W, 3) uint8.
        read: gives what is believed of such a picture's hands, (places, rows, columns), after one of the
            network's ways.
        progress: called with the share that is done.
    """
    random = np.random.RandomState(0)
    bits = [random.randint(0, 2, (len(layer), blocks), np.uint8) for layer in layers]
    tried = Image.fromarray(write([each.reshape(-1) for each in bits]))

    def best_on(trip: str, number: int) -> int:
        received = at_size(CHANNELS[trip].apply(tried), tried.size)
        pixels, chosen = _part(np.asarray(received), blocks, whole=trip in WAY_OF)
        believed = read(pixels, WAY_OF.get(trip, ChannelClass.DIRECT)).reshape(-1, chosen.sum())
        told = [each[:, chosen].reshape(-1) for each in bits]
        for layer, known in zip(layers[:number], told[:number], strict=True):
            lanes.narrow(believed, layer, known)
        return lanes.best_rate(lanes.llrs_of(believed, layers[number]), told[number], bits[number].size)

    rates = []
    for number, trips in enumerate(TRIPS[len(layers)]):
        best = min(best_on(trip, number) for trip in trips if CHANNELS[trip].binds(tried.size))
        spared = SPARED_IN_FILE if "png" in trips else SPARED
        rates.append(int(best * (spared - blocks**-0.5)))
        if progress:
            progress((number + 1) / (len(layers) + 1))
    return rates


def _part(pixels: np.ndarray, blocks: int, whole: bool) -> tuple[np.ndarray, np.ndarray]:
    """Strips of rows, spread evenly, that tell about as much as the whole picture, and which blocks they are.

    After resizing that is not so: there, blocks differ more.
    """
    rows = pixels.shape[0] // BLOCK
    every = 1 if whole else min(SPARSEST, max(1, blocks // ENOUGH))
    chosen = np.arange(rows) // STRIP % every == every // 2
    strips = pixels[: BLOCK * rows].reshape(rows, BLOCK, *pixels.shape[1:])[chosen]
    return strips.reshape(-1, *pixels.shape[1:]), chosen.repeat(blocks // rows)
