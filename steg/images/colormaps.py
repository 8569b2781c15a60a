"""Numbers as colours that a projector shows and that colour-blind people can tell apart."""

import numpy as np

# from few to many: the "cividis" map of Nunez, Anderton and Renslow, PLOS ONE 2018, at seven points
AMOUNT = ("#00204d", "#213d6b", "#555b6c", "#7b7a77", "#a59c74", "#d3c064", "#ffea46")
# from less to more, nothing in the middle: blue, black, orange
SIGNED = ("#8ad1ff", "#1f78c8", "#000000", "#d9661f", "#ffc38a")


def coloured(values: np.ndarray, colours: tuple[str, ...]) -> np.ndarray:
    """Maps (H, W) numbers from 0 to 1 to colours, (H, W, 3) uint8; numbers beyond are taken for the ends."""
    table = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours], np.float32)
    fine = np.stack(
        [np.interp(np.linspace(0, len(table) - 1, 256), range(len(table)), t) for t in table.T], 1
    )
    return fine.round().astype(np.uint8)[(values.clip(0, 1) * 255).round().astype(np.uint8)]
