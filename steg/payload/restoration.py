"""Restores decoded photographs with the restoration network, in tiles.

The network does not suit every picture alike. The sender, who has the original, finds the gains by which its
corrections are multiplied for the least squared error, one for each group of wavelet coefficients.
"""

import functools
import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from steg.errors import StegError
from steg.images.tiling import TILE, Progress
from steg.networks.restoration import (
    GROUPS,
    GROUPS_OF,
    STRIDE,
    Bands,
    RestorationNetwork,
    corrected,
    from_bands,
    log_half_intervals,
    to_bands,
)
from steg.payload import klt
from steg.payload.jpeg2000 import DAMAGED
from steg.payload.klt import SCALE, Planes, to_pixels, to_planes
from steg.payload.pictures import Codec, Coded

LEAST_SIDE = 16  # pixels; smaller pictures are left as they are
LARGEST = 8_000_000  # pixels, which take 10 s on one core and 1 GiB; larger pictures are left as they are
MARGIN = 16  # pixels around a part, within which its coefficients are not those of the whole picture
GAINS_BYTES = GROUPS // 2
UNIT_GAIN = 8  # gains are numbers from 0 to 15, in eighths
LEAST_IMPROVEMENT = 0.002  # of the squared error, about 0.01 dB, for which restoration is worth its time
WINDOW = 128  # pixels a side of the parts of a picture that gains are fitted to
SEEN_WHOLE = 4  # parts; gains of larger pictures are fitted to a random choice of them


class Tile(NamedTuple):
    """A part of a picture, by slices of rows and columns."""

    seen: tuple[slice, slice]  # with its halo
    own: tuple[slice, slice]  # without
    inner: tuple[slice, slice]  # its own rows and columns among those seen


@torch.inference_mode()
def fit_gains(planes: Planes, original: np.ndarray, network: RestorationNetwork) -> bytes:
    """The gains that restore a picture best, `GAINS_BYTES` bytes; none where restoration is of no use.

    Of n parts of a large picture the square root of n are seen, so that fitting takes little time.

    Args:
        planes: the decoded picture.
        original: (H, W, 3) uint8.
        network: in evaluation mode, on any device.
    """
    if min(original.shape[:2]) < LEAST_SIDE:
        return b""
    values, device = _padded(planes.values), next(network.parameters()).device
    step = torch.tensor([typical_step(values)], device=device)
    parts = _tiles(values, WINDOW, MARGIN)
    if len(parts) > SEEN_WHOLE:
        chosen = np.random.default_rng(0).choice(len(parts), math.ceil(len(parts) ** 0.5), replace=False)
        parts = [parts[number] for number in chosen]
    seen = []
    for part in parts:
        bands = to_bands(_tensor(values[part.seen], device))
        seen.append((part, bands, network.corrections(bands, step)))
    numerators, denominators = np.zeros(GROUPS), np.zeros(GROUPS)
    for part, bands, corrections in seen:
        target = _padded(to_planes(original[part.seen], planes.transform))
        lost = Bands(*map(torch.sub, to_bands(_tensor(target, bands.fine.device)), bands))
        numerators += _group_sums(lost, corrections, part)
        denominators += _group_sums(corrections, corrections, part)
    numbers = (UNIT_GAIN * numerators / np.maximum(denominators, 1e-9)).round().clip(0, 15).astype(int)
    gains = torch.tensor(numbers[None], device=seen[0][1].fine.device, dtype=torch.float32) / UNIT_GAIN
    errors = [0.0, 0.0]  # before and after
    for part, bands, corrections in seen:
        for number, each in enumerate((bands, corrected(bands, corrections, gains))):
            difference = _own_pixels(from_bands(each), part, planes) - original[part.own].astype(np.float32)
            errors[number] += np.square(difference).sum()
    if errors[1] > (1 - LEAST_IMPROVEMENT) * errors[0]:
        return b""
    pairs = zip(numbers[::2].tolist(), numbers[1::2].tolist(), strict=True)
    return bytes(high << 4 | low for high, low in pairs)


@torch.inference_mode()
def restore(
    planes: Planes,
    network: RestorationNetwork,
    gains: bytes,
    *,
    tile: int = TILE,
    progress: Progress | None = None,
) -> np.ndarray:
    """Restores a decoded picture.

    Args:
        planes: the decoded picture.
        network: in evaluation mode, on any device.
        gains: what `fit_gains` found.
        tile: largest side of a tile without its halo, in pixels.
        progress: called after each tile.

    Returns:
        (H, W, 3) uint8. Machines that round differently may differ by a level here and there.
    """
    height, width, _ = planes.values.shape
    if not gains or min(height, width) < LEAST_SIDE:
        return to_pixels(planes)
    pixels = np.empty((height, width, 3), np.uint8)
    numbers = [number for byte in gains[:GAINS_BYTES] for number in divmod(byte, 16)]
    values, device = _padded(planes.values), next(network.parameters()).device
    step = torch.tensor([typical_step(values)], device=device)
    factors = torch.tensor([numbers], device=device) / UNIT_GAIN
    done = 0
    for part in _tiles(values, tile, STRIDE * math.ceil(network.reach / STRIDE)):
        own = pixels[part.own]
        own[:] = _own_pixels(network(_tensor(values[part.seen], device), step, factors), part, planes)
        done += own.size
        if progress:
            progress(done / pixels.size)
    return pixels


@torch.inference_mode()
def typical_step(padded: np.ndarray, rows: int = TILE // 2) -> float:
    """Geometric mean of the half intervals of the first plane's coefficients that are not 0; 1 without any.

    Args:
        padded: (H, W, 3) int16, the values of `Planes`, H and W multiples of `STRIDE`.
        rows: that are transformed at a time, a multiple of `STRIDE`.
    """
    total, count = 0.0, 0.0
    for begin in range(0, len(padded), rows):
        top = max(0, begin - MARGIN)
        first = torch.tensor(padded[top : begin + rows + MARGIN, :, 0])[None, None].float() / SCALE
        for level, bands in enumerate(to_bands(first)[:2], 1):
            skipped = (begin - top) >> level
            logarithms = log_half_intervals(bands[:, :, skipped : skipped + (rows >> level)], level)
            total, count = total + logarithms.nansum().item(), count + (~logarithms.isnan()).sum().item()
    return 2 ** (total / max(count, 1))


@functools.cache
@torch.inference_mode(False)  # also of use in training
def error_weights() -> Bands:
    """What the square of an error in each coefficient adds to the squared error of the planes."""
    weights = []
    for band in range(3):
        shapes = ((1, 9, 32, 32), (1, 9, 16, 16), (1, 3, 16, 16))
        impulse = Bands(*map(torch.zeros, shapes))
        energies = []
        for channel in range(shapes[band][1]):
            impulse[band].zero_()[0, channel, 8, 8] = 1
            energies.append(from_bands(impulse).square().sum())
        weights.append(torch.stack(energies)[:, None, None])
    return Bands(*weights)


def _group_sums(a: Bands, b: Bands, part: Tile) -> np.ndarray:
    """The sums of the products of two sets of coefficients, weighted by `error_weights`, of each group."""
    sums = np.zeros(GROUPS)
    for scale, weights, groups, x, y in zip((2, 4, 4), error_weights(), GROUPS_OF, a, b, strict=True):
        rows, columns = (slice(side.start // scale, side.stop // scale) for side in part.inner)
        products = (x[0, :, rows, columns] * y[0, :, rows, columns]).sum((1, 2)).cpu() * weights[:, 0, 0]
        np.add.at(sums, np.array(groups), products.numpy())
    return sums


def _own_pixels(values: Tensor, part: Tile, planes: Planes) -> np.ndarray:
    """Restored planes of a tile as pixels of what is the tile's own, (h, w, 3) uint8."""
    own = values[0].permute(1, 2, 0)[part.inner].cpu().numpy()
    height, width = (
        min(side.stop, whole) - side.start
        for side, whole in zip(part.own, planes.values.shape[:2], strict=True)
    )
    levels = own[:height, :width] @ planes.transform + 128
    return levels.clip(0, 255).round().astype(np.uint8)


def _tiles(values: np.ndarray, tile: int, halo: int) -> list[Tile]:
    """Parts of padded planes, (H, W, 3), of `tile` pixels a side and a halo, both multiples of `STRIDE`."""
    height, width, _ = values.shape
    parts = []
    for y in range(0, height, tile):
        for x in range(0, width, tile):
            own, seen, inner = [], [], []
            for begin, side in ((y, height), (x, width)):
                end, first = min(begin + tile, side), max(0, begin - halo)
                own.append(slice(begin, end))
                seen.append(slice(first, end + halo))
                inner.append(slice(begin - first, end - first))
            parts.append(Tile((seen[0], seen[1]), (own[0], own[1]), (inner[0], inner[1])))
    return parts


def _padded(values: np.ndarray) -> np.ndarray:
    """Sides become multiples of `STRIDE`."""
    down, across = (-side % STRIDE for side in values.shape[:2])
    return np.pad(values, [(0, down), (0, across), (0, 0)], mode="reflect")


def _tensor(values: np.ndarray, device: torch.device) -> Tensor:
    tensor = torch.tensor(values, device=device).permute(2, 0, 1)[None].float() / SCALE
    return tensor.contiguous(memory_format=torch.channels_last)


class Restorer:
    """Restores coded pictures (`steg.payload.pictures`); without its network, leaves them as they are.

    Args:
        load: gives the network, in evaluation mode, on any device, or raises a StegError. It is called when a
            picture is first to be restored, as texts and files need no network.
    """

    def __init__(self, load: Callable[[], RestorationNetwork]):
        self._load = load

    @functools.cached_property
    def _network(self) -> RestorationNetwork | None:
        try:
            network = self._load()
        except StegError:
            return None
        return nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)  # faster on a CPU

    def fit(self, coded: Coded, original: np.ndarray) -> bytes:
        """The gains with which a picture is to be restored; none where that is of no use or not possible."""
        if coded.codec != Codec.KLT or math.prod(coded.size) > LARGEST or self._network is None:
            return b""
        return fit_gains(klt.decode(coded.layers, coded.size), original, self._network)

    def restore(self, coded: Coded, gains: bytes) -> np.ndarray | None:
        """A picture of `Codec.KLT`, decoded and restored, (H, W, 3) uint8; None if there is no network.

        Raises:
            StegError: if it is damaged, or has more than `LARGEST` pixels.
        """
        if math.prod(coded.size) > LARGEST:
            raise StegError(DAMAGED)
        if self._network is None:
            return None
        return restore(klt.decode(coded.layers, coded.size), self._network, gains)
