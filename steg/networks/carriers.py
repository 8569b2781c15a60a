"""Carriers of the robust network: which block DCT coefficients carry symbols, and how long their steps are.

They are the coefficients that JPEG rounds: mostly low frequencies of Y, which rounding, blur and resizing
change least, and a few of Cb and Cr for pictures that keep these at full resolution. A *carrier* is one
coefficient of each block. It has a step length, and only its *phase* counts: the coefficient divided by the
step length, modulo 1. So it is demodulated without the cover. The symbol alphabet of a carrier has up to 16
symbols, symbol s of an alphabet of size S being the phase s / S. Each symbol has a Gray label of up to 4 bits
(`steg.methods.chat.layers`): neighbouring phases differ in one bit, and the first label bits are the most
robust ones.
"""

from typing import NamedTuple

from steg.images.dct import BLOCK

WATERMARK = 4  # the coefficient of Y, in zigzag order, that is left to `steg.embedding.watermark`
# Groups whose gain is the same in all blocks: they change the cover little, and are for channels that leave
# phases so exact that the gain must be exact, too
EVEN = "CbCr, low", "Y, high", "CbCr, middle"


class CarrierGroup(NamedTuple):
    """Carriers with one step length and one symbol alphabet.

    Attributes:
        name: by which `steg.methods.chat.layers` assigns label bits to layers.
        step: length in levels, before it is scaled to the cover's PSNR.
        bits: of a symbol's label.
        carriers: numbers of coefficients in zigzag order: from 0 those of Y, from 64 of Cb, from 128 of Cr.
    """

    name: str
    step: float
    bits: int
    carriers: tuple[int, ...]

    @property
    def alphabet_size(self) -> int:
        """How many symbols there are."""
        return 1 << self.bits


def _chroma(*coefficients: int) -> tuple[int, ...]:
    return tuple(plane * BLOCK**2 + coefficient for plane in (1, 2) for coefficient in coefficients)


# The step lengths were searched for, for the most bits through all channels, before anything was learnt
GROUPS = (
    CarrierGroup("Y, low", 33.0, 4, (1, 2, 3, 5, 6, 7, 8, 9)),
    CarrierGroup(
        "Y, up to half size", 18.0, 4, (11, 12, 13, 17, 18, 24)
    ),  # the highest that half the size keeps
    CarrierGroup("Y, middle", 21.5, 4, (10, 14, 16, 19, 20)),
    CarrierGroup("Y, upper middle", 13.4, 3, (15, 21, 22, 23, 25, 26, 27)),
    CarrierGroup(
        "CbCr, low", 8.0, 3, _chroma(0, 1, 2, 3, 4, 5, 7, 8)
    ),  # for JPEG 95, which does not halve them
    CarrierGroup("Y, high", 3.2, 2, tuple(range(28, BLOCK**2))),  # this and the next for lossless files
    CarrierGroup("CbCr, middle", 2.7, 2, _chroma(6, *range(9, 21))),
)
CARRIERS = [carrier for group in GROUPS for carrier in group.carriers]
BITS = [group.bits for group in GROUPS for _ in group.carriers]  # of each carrier's labels
GAIN_OF = [int(group.name in EVEN) for group in GROUPS for _ in group.carriers]
ALPHABET_SIZES = [1 << bits for bits in BITS]
# Posteriors of all carriers' symbols are stored one carrier after the other: each one's first is here
OFFSETS = [sum(ALPHABET_SIZES[:carrier]) for carrier in range(len(ALPHABET_SIZES))]
