"""Colour maps that a projector reproduces and that colour-blind people can read."""

import numpy as np

# for amounts: "cividis" (Nunez, Anderton and Renslow, PLOS ONE 2018) at seven points
SEQUENTIAL = ("#00204d", "#213d6b", "#555b6c", "#7b7a77", "#a59c74", "#d3c064", "#ffea46")
# for signed values: blue for less, black for zero, orange for more
DIVERGING = ("#8ad1ff", "#1f78c8", "#000000", "#d9661f", "#ffc38a")


def apply_colormap(values: np.ndarray, colours: tuple[str, ...]) -> np.ndarray:
    """Maps values in [0, 1], (H, W), to RGB, (H, W, 3) uint8; values outside are clipped."""
    anchors = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in colours], np.float32)
    positions = np.linspace(0, len(anchors) - 1, 256)
    table = np.stack([np.interp(positions, range(len(anchors)), channel) for channel in anchors.T], 1)
    return table.round().astype(np.uint8)[(values.clip(0, 1) * 255).round().astype(np.uint8)]
