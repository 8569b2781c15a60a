"""How much the layers of the robust method may hold: what a cover carries through each trip, found by trying.

Bits drawn at random are written into the cover, sent for real, and read; how much of each layer arrives sets
its rate. Layers before it count as known, as they are when it is read.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image

from steg import attacks, lanes
from steg.lanes import Lane
from steg.networks.robust import DIRECT, HALVED
from steg.tiles import Progress

# What the layers of a picture have to outlive, by how many there are
TRIPS = {
    5: ("half", "jpeg75", "jpeg90", "jpeg95", "file"),
    3: ("jpeg75", "jpeg90", "file"),
    2: ("jpeg75", "jpeg90"),
    1: ("file",),
}
ON_THE_WAY = {
    "half": lambda image: attacks.jpeg(attacks.resize(image, 50), 90),
    "jpeg75": lambda image: attacks.jpeg(image, 75),
    "jpeg90": lambda image: attacks.jpeg(image, 90),
    "jpeg95": lambda image: attacks.jpeg(image, 95),
    "file": lambda image: image,
}


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
        read: gives what is believed of such a picture's hands, (carriers, DIAL, rows, columns), after a
            way that was `DIRECT` or `HALVED`.
        progress: called with the share that is done.
    """
    random = np.random.RandomState(0)
    bits = [random.randint(0, 2, len(layer) * blocks).astype(np.uint8) for layer in layers]
    tried = Image.fromarray(write(bits))
    rates = []
    for number, trip in enumerate(TRIPS[len(layers)]):
        believed = read(np.asarray(ON_THE_WAY[trip](tried)), HALVED if trip == "half" else DIRECT)
        believed = believed.reshape(*believed.shape[:2], -1)
        for layer, known in zip(layers[:number], bits[:number], strict=True):
            lanes.narrow(believed, layer, known)
        rates.append(lanes.best_rate(lanes.llrs_of(believed, layers[number]), bits[number]))
        if progress:
            progress((number + 1) / (len(layers) + 1))
    return [max((rate for rate in lanes.FIRST_RATES if rate <= rates[0]), default=0), *rates[1:]]
