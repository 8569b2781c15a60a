"""Where a window stands, drawn into pictures."""

from collections.abc import Iterator, Sequence

import numpy as np

from steg.teaching.convolution import effective_size
from steg.ui.learn.pictures import enlarged, grey

MARK = np.array((255, 149, 0), np.uint8)  # orange, between two lines of black
AROUND = 17  # pixels a side of the close-up


def framed(pixels: np.ndarray, top: int, left: int, height: int, width: int) -> np.ndarray:
    """The picture with a frame around a part of it, in orange and black, outside the part if it can be."""
    marked = pixels.copy()
    for gap, colour in ((5, 0), (4, MARK), (3, MARK), (2, 0)):
        rows = slice(max(0, top - gap), top + height + gap)
        columns = slice(max(0, left - gap), left + width + gap)
        inside = marked[rows, columns]
        inside[[0, -1]], inside[:, [0, -1]] = colour, colour
    inner = pixels[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1]
    marked[max(0, top - 1) :, max(0, left - 1) :][: inner.shape[0], : inner.shape[1]] = inner
    return marked


def outlined(pixels: np.ndarray, top: int, left: int, height: int, width: int) -> np.ndarray:
    """The picture with a line of orange along the border of a part of it, inside the part."""
    marked = pixels.copy()
    part = marked[top : top + height, left : left + width]
    part[:3], part[-3:], part[:, :3], part[:, -3:] = MARK, MARK, MARK, MARK
    return marked


def close_up(light: np.ndarray, corner: Sequence[int], size: int, dilation: int) -> np.ndarray:
    """The pixels around the window, each drawn as a square; those that are multiplied have a frame."""
    side = min(max(AROUND, effective_size(size, dilation) + 6), *light.shape)
    middle = [n + effective_size(size, dilation) // 2 for n in corner]
    top, left = (
        min(max(0, n - side // 2), length - side) for n, length in zip(middle, light.shape, strict=True)
    )
    drawn = enlarged(grey(light[top : top + side, left : left + side]))
    times = len(drawn) // side
    line = max(1, times // 8)
    for row, column in _taps(corner, size, dilation):
        square = drawn[(row - top) * times :, (column - left) * times :][:times, :times]
        inside = square[line:-line, line:-line].copy()
        square[:] = MARK
        square[line:-line, line:-line] = inside
    return drawn


def _taps(corner: Sequence[int], size: int, dilation: int) -> Iterator[tuple[int, int]]:
    """Rows and columns of the pixels under the weights."""
    for index in np.ndindex(size, size):
        yield tuple(n + dilation * i for n, i in zip(corner, index, strict=True))
