"""Searches for the protection classes of label bits (`steg.methods.chat.protection`), by simulated annealing.

    python -m train.protection photographs --skip 1 --step 3

First the mutual information of every label bit is measured after every channel that a layer has to survive,
for every set of bits of the same symbol that is known by then: in each cover, with the published network.
From that follows what any table delivers: a layer as much as its worst channel leaves of its bits, a channel
all layers up to its own. The search moves one label bit of a carrier (of Cb and Cr: of all) to another class,
and wants the share `WANTED` of what `TEXTURED` delivers.

Source of the search: Kirkpatrick, Gelatt and Vecchi, "Optimization by simulated annealing", Science 1983.
"""

import argparse
import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
from PIL import Image
from tqdm import tqdm

import steg
from steg.channels import CHANNELS
from steg.embedding import watermark
from steg.embedding.watermark_fields import TEXTURED, VERSION, Watermark
from steg.images.reading import read_photo
from steg.methods import Robust
from steg.methods.chat.layers import GRAY_LABELS, LEAST, SYMBOLS
from steg.methods.chat.modem import grid
from steg.methods.chat.protection import LAYERS, LOSSLESS, classes_of_carriers
from steg.methods.chat.rate_selection import CHANNEL_CLASS
from steg.methods.chat.synchronization import undo_scaling
from steg.networks.carriers import ALPHABET_SIZES, GROUPS
from steg.networks.robust import ChannelClass
from train.evaluate.false_positives import pictures_of

Classes = list[tuple[int, ...]]  # of each carrier's label bits
OF_CLASS = [  # each protection class with a channel that it has to survive
    (protection, name)
    for protection, (_, names) in enumerate(max(LAYERS.items())[1])
    for name in names
    if not CHANNELS[name].binds_wider
]
CLASS = np.array([protection for protection, _ in OF_CLASS])
WANTED = np.array([1.0, 0.93, 1.165, 0.84, 1.125, 1.19, 0.955])  # through each class's channels
SURPLUS = 0.1  # what more than is wanted counts, relative to what is missing
DILUTION = 0.01  # bits that each bit level costs its layer, as short of information a code is less efficient
HOTTEST, COLDEST = 0.02, 1e-6  # temperature of the annealing, in octaves
SEARCHED = "Y, low", "Y, up to half size", "Y, middle", "Y, upper middle"  # carrier by carrier
TOGETHER = "CbCr, low"  # as one


def information(method: Robust, cover: np.ndarray) -> list[list[np.ndarray]]:
    """What each channel leaves of each label bit of a cover, (H, W, 3) uint8, in bits a bit.

    Returns:
        For each of `OF_CLASS` and each carrier (2^bits, bits): in row K the mutual information of each bit
        where those bits are known whose places K, as a binary number, has.
    """
    scale, size = method.scale(cover, 0.5), cover.shape[1::-1]
    modem = method.modem(scale)
    marked = watermark.write(cover, Watermark(method.weights_id[:1], size, VERSION, False, scale))
    random, blocks = np.random.RandomState(0), int(np.prod(grid(cover)))
    symbols = np.stack([random.randint(0, alphabet, blocks) for alphabet in ALPHABET_SIZES]).astype(np.uint8)
    stego = Image.fromarray(modem.modulate(marked, symbols))
    found = []
    for _, name in OF_CLASS:
        received = np.asarray(undo_scaling(CHANNELS[name].apply(stego), size))
        posteriors = modem.demodulate(received, CHANNEL_CLASS.get(name, ChannelClass.DIRECT))
        posteriors = posteriors.reshape(sum(ALPHABET_SIZES), -1)
        found.append([_of_carrier(posteriors[at], sent) for at, sent in zip(SYMBOLS, symbols, strict=True)])
    return found


def _of_carrier(posteriors: np.ndarray, sent: np.ndarray) -> np.ndarray:
    """The rows of `information` for one carrier, from (symbols, blocks) posteriors and the symbols sent."""
    bits = len(posteriors).bit_length() - 1
    labels = GRAY_LABELS[bits]
    coded, found = labels[:, sent], np.zeros((1 << bits, bits))
    for known in range(1 << bits):
        left = posteriors.copy()
        for bit in range(bits):
            if known >> bit & 1:
                left *= labels[bit][:, None] == coded[bit]
        for bit, is_one in enumerate(labels):
            llr = np.log(left[~is_one].sum(0) + LEAST) - np.log(left[is_one].sum(0) + LEAST)
            found[known, bit] = 1 - np.logaddexp(0, np.where(coded[bit], llr, -llr)).mean() / np.log(2)
    return found


class Search:
    """What tables deliver in some covers.

    Args:
        covers: what `information` gives for each.
    """

    def __init__(self, covers: list[list[list[np.ndarray]]]):
        self._covers = covers
        self._of = functools.cache(self._added)
        self._wanted = self.delivered(self.sums(classes_of_carriers(TEXTURED))) * WANTED[:, None]

    def sums(self, classes: Classes) -> np.ndarray:
        """Bits a block of all carriers, (`OF_CLASS`, covers)."""
        return np.sum([self._of(carrier, each) for carrier, each in enumerate(classes)], 0)

    def delivered(self, sums: np.ndarray) -> np.ndarray:
        """Bits a block that arrive through the channels of each class, (classes, covers)."""
        layers = [sums[protection == CLASS].min(0).clip(1e-3) for protection in range(LOSSLESS + 1)]
        return np.cumsum(layers, 0)

    def score(self, sums: np.ndarray) -> float:
        """How near to what is wanted, in octaves; the larger, the better."""
        octaves = np.log2(self.delivered(sums) / self._wanted).mean(1)
        return float(np.minimum(octaves, 0).sum() + SURPLUS * octaves.sum())

    def anneal(self, seed: int, moves: int) -> tuple[float, Classes]:
        """The best table that so many moves find, and its score."""
        random, classes = np.random.RandomState(seed), list(classes_of_carriers(TEXTURED))
        sums, movable = self.sums(classes), list(_movable())
        score = self.score(sums)
        best = score, list(classes)
        for move in range(moves):
            carriers = movable[random.randint(len(movable))]
            bits = list(classes[carriers[0]])
            at = random.randint(len(bits))
            bits[at] = int(np.clip(bits[at] + random.choice([-2, -1, 1, 2]), 0, LOSSLESS))
            changed = [self._of(each, tuple(bits)) - self._of(each, classes[each]) for each in carriers]
            moved = sums + np.sum(changed, 0)
            temperature = HOTTEST * (1 - move / moves) + COLDEST
            if random.rand() < np.exp(min(0, self.score(moved) - score) / temperature):
                sums, score = moved, self.score(moved)
                for each in carriers:
                    classes[each] = tuple(bits)
                best = max(best, (score, list(classes)))
        return best

    def _added(self, carrier: int, bits: tuple[int, ...]) -> np.ndarray:
        """What a carrier's bits of these classes add to `sums`."""
        added = np.zeros((len(OF_CLASS), len(self._covers)))
        for number, (protection, _) in enumerate(OF_CLASS):
            known = sum(1 << bit for bit, earlier in enumerate(bits) if earlier < protection)
            here = [bit for bit, each in enumerate(bits) if each == protection]
            of_covers = [cover[number][carrier][known, here].sum() for cover in self._covers]
            added[number] = np.array(of_covers) - DILUTION * len(here)
        return added


def _movable() -> Iterator[list[int]]:
    """Carriers that are moved together."""
    first = 0
    for group in GROUPS:
        carriers = list(range(first, first := first + len(group.carriers)))
        if group.name in SEARCHED:
            yield from ([carrier] for carrier in carriers)
        elif group.name == TOGETHER:
            yield carriers


def main(argv: list[str] | None = None) -> int:
    """Measures, searches, and prints the best table, with what it delivers relative to `TEXTURED`."""
    parser = argparse.ArgumentParser(prog="python -m train.protection", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="photographs")
    parser.add_argument("--skip", type=int, default=0, help="leave the first so many out")
    parser.add_argument("--step", type=int, default=1, help="take every so many of them")
    parser.add_argument("--tries", type=int, default=14, help="searches, of which the best counts")
    parser.add_argument("--moves", type=int, default=100_000, help="of each")
    options = parser.parse_args(argv)
    method, covers = cast(Robust, steg.load(Robust.name)), list(pictures_of(options.folder))
    measured = [
        information(method, np.asarray(read_photo(cover).image))
        for cover in tqdm(covers[options.skip :: options.step])
    ]
    search = Search(measured)
    tries = [search.anneal(seed, options.moves) for seed in tqdm(range(options.tries))]
    score, classes = max(tries)
    first = 0
    for group in GROUPS:
        rows = classes[first : (first := first + len(group.carriers))]
        texts = ["".join(map(str, row)) for row in rows]
        print(f"{group.name}: {' '.join(texts if len(set(texts)) > 1 else texts[:1])}")
    before, after = (search.delivered(search.sums(each)) for each in (classes_of_carriers(TEXTURED), classes))
    print(f"score {score:.4f}; relative to before", (2 ** np.log2(after / before).mean(1)).round(3))
    return 0


if __name__ == "__main__":
    sys.exit(main())
