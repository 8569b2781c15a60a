"""Priority encoded transmission: the first bytes of a payload outlive the most damage.

A payload in layers is written into blocks of K bytes each; the blocks are divided into groups, and byte k of
all blocks of a group is a symbol each of one Reed-Solomon codeword. Layers take the bytes of all blocks in
turn, and each layer has its own share of parity:

    protection   layer   bytes of a block, up to   parity   outlives the loss of
    GRADED       0       2.5%                      40%      27% of the blocks
                 1       8%                        13%      11%
                 2       28%                       6.6%     6%
                 3       all                       1.25%    single blocks
    EVEN         0       2.5%                      40%      27%
                 1       11%                       27%      24%
                 2       all                       13%      13%

GRADED is for what is of use in parts, EVEN for what is of use only as a whole. Without interleaved blocks,
the last layer of GRADED had 0.9%. How much of its parity a layer can use depends on how many codewords it has
to locate the damage; the last column is for blocks of 78 bytes. All parity of GRADED is 4% of what blocks
hold. Pictures of fewer than 100 blocks have one layer without any.

Source: Albanese, Bloemer, Edmonds, Luby and Sudan, "Priority encoding transmission", IEEE Trans. Information
Theory 1996.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from steg.coding import reed_solomon

Protection = tuple[tuple[float, float], ...]  # of each layer: where it ends in a block, and share of parity
GRADED: Protection = ((0.025, 0.4), (0.08, 0.13), (0.28, 0.066), (1.0, 0.0125))
GRADED_BEFORE: Protection = (*GRADED[:-1], (1.0, 0.009))  # where no blocks are interleaved
EVEN: Protection = ((0.025, 0.4), (0.11, 0.27), (1.0, 0.13))
LEAST_BLOCKS = 100  # to have parity
GROUP = 250  # blocks at most


@dataclass(frozen=True)
class Layer:
    """Bytes `begin` to `end` of each block, with so many parity symbols in each group."""

    begin: int
    end: int
    parity: int


@dataclass(frozen=True)
class Code:
    """How a payload is written into blocks.

    Attributes:
        groups: (members, groups) indices of blocks, -1 in the first row where a group has one member less.
        length: bytes of a block.
        protection: of the layers.
        shifts: the last layer of block b lies in the samples of the blocks b + shift (cyclic), for each of
            these shifts, so that damage to one block is damage to as many; empty where in its own.
    """

    groups: np.ndarray
    length: int
    protection: Protection = GRADED
    shifts: tuple[int, ...] = ()

    @property
    def layers(self) -> list[Layer]:
        """The layers, the best protected first; some are left out where blocks have few bytes."""
        members, number = self.groups.shape
        if members * number < LEAST_BLOCKS:
            return [Layer(0, self.length, 0)]
        ends = [0, *(math.ceil(share * self.length) for share, _ in self.protection)]
        parities = [max(1, round(share * members)) for _, share in self.protection]
        pairs = zip(itertools.pairwise(ends), parities, strict=True)
        return [Layer(begin, end, parity) for (begin, end), parity in pairs if begin < end]

    @property
    def fine(self) -> int:
        """Where the last layer begins in a block, which `shifts` are for; `length` if there is none."""
        if self.groups.size < LEAST_BLOCKS:
            return 0
        return math.ceil(self.protection[-2][0] * self.length)

    @property
    def capacities(self) -> list[int]:
        """How many bytes each layer holds."""
        return [int(self._holds_data(layer).sum()) * (layer.end - layer.begin) for layer in self.layers]

    def encode(self, payload: list[bytes]) -> np.ndarray:
        """Writes layers, each of exactly its capacity, into blocks: (blocks, length) uint8."""
        cells = np.zeros((*self.groups.shape, self.length), np.uint8)
        for layer, data in zip(self.layers, payload, strict=True):
            part, holds = cells[..., layer.begin : layer.end], self._holds_data(layer)
            part[: len(holds)][holds] = np.frombuffer(data, np.uint8).reshape(-1, layer.end - layer.begin)
            flat = part[: len(holds)].reshape(len(holds), -1)
            part[:] = reed_solomon.encode(flat, layer.parity).reshape(part.shape)
        message = np.empty((self.groups.max() + 1, self.length), np.uint8)
        message[self.groups[self.groups >= 0]] = cells[self.groups >= 0]
        return message

    def decode(self, message: np.ndarray, damaged: bool) -> tuple[list[bytes], float]:
        """Reads layers from blocks.

        Args:
            message: (blocks, length) uint8.
            damaged: whether to look for damage and repair it.

        Returns:
            The layers, as they are where there is too much damage; and the share of blocks with damage.
        """
        cells = np.zeros((*self.groups.shape, self.length), np.uint8)
        cells[self.groups >= 0] = message[self.groups[self.groups >= 0]]
        lost, payload, changed = np.zeros(self.groups.shape, bool), [], 0.0
        for layer in self.layers:
            part, holds = cells[..., layer.begin : layer.end], self._holds_data(layer)
            if layer.begin == self.fine:
                changed, lost = float(lost.mean()), self._shifted(lost)
            if damaged and layer.parity:
                for group in range(part.shape[1]):
                    _repair(part[:, group], lost[:, group], layer.parity)
            payload.append(part[: len(holds)][holds].tobytes())
        return payload, changed or float(lost.mean())

    def _shifted(self, lost: np.ndarray) -> np.ndarray:
        """Which members of the groups lose some of the last layer with the samples of these blocks."""
        of_blocks = np.zeros(self.groups.max() + 1, bool)
        of_blocks[self.groups[lost & (self.groups >= 0)]] = True
        for blocks in [np.roll(of_blocks, -shift) for shift in self.shifts]:
            of_blocks |= blocks
        return of_blocks[self.groups] & (self.groups >= 0)

    def _holds_data(self, layer: Layer) -> np.ndarray:
        """Which members of the groups hold data of a layer rather than parity."""
        return self.groups[: len(self.groups) - layer.parity] >= 0


def _repair(symbols: np.ndarray, lost: np.ndarray, parity: int) -> None:
    """Repairs the codewords of a group in place if few enough members are lost, and notes those that are.

    Args:
        symbols: (members, codewords) uint8.
        lost: (members,), those that are known to be lost from layers before.
        parity: symbols.
    """
    located = reed_solomon.locate(symbols, parity)
    if located is not None:
        symbols[:] = reed_solomon.repair(symbols, parity, located)
        lost[located] = True
    elif 0 < lost.sum() <= parity:
        symbols[:] = reed_solomon.repair(symbols, parity, np.flatnonzero(lost))
