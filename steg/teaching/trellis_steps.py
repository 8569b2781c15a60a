"""The method file, step by step: embedding costs and changes, bits of samples, layers of the payload."""

import contextlib

import numpy as np
from PIL import Image, ImageFilter

from steg.coding import trellis
from steg.coding.priority import Code, Layer
from steg.embedding import blocks
from steg.embedding.costs import CLIPPED_COST, COSTS, LEAST_COST, sample_costs
from steg.errors import StegError
from steg.images.colormaps import DIVERGING, SEQUENTIAL, apply_colormap
from steg.methods import layouts
from steg.methods.file import Found, LosslessFile, largest_coded
from steg.payload import container, lock
from steg.steganalysis.residual import compute_residual
from steg.teaching.feature_maps import Step

SIDE, ENLARGED = 48, 8  # pixels a side whose samples are shown singly, and how large each is drawn
SHOWN = 1024  # pixels a side of maps; of larger pictures the middle
GREEN = 1  # channel whose samples are shown singly
LARGEST_CHANGE, LARGEST_SQUARE = 3.0, 1.5  # levels, and their square, that are drawn brightest
SMOOTHING, FINENESS = 4, 40  # radius in pixels, and steps of a squared level, of smoothed changes
LEAST_SHARE = 0.02  # of the samples, at the lowest cost and in flat parts, to compare both
LAYER_COLOURS = {"yellow": "#ffea46", "orange": "#f08030", "purple": "#b03a6a", "blue": "#4060b0"}


def trellis_steps(method: LosslessFile, stego: np.ndarray, cover: np.ndarray | None = None) -> list[Step]:
    """What the method wrote where: with a cover also where it changed samples, and what that cost.

    Args:
        method: without a passphrase.
        stego: a whole picture, (H, W, 3) uint8.
        cover: of the same shape, if it is at hand.

    Raises:
        StegError: if nothing is hidden in the picture this way.
    """
    found = method.find(stego)
    steps = [] if cover is None else [_changes(stego, cover), _costs(found.code, stego, cover)]
    return [
        *steps,
        _bits(found.code, stego),
        _layers(found.code, stego),
        _contents(method, found, stego),
    ]


def _changes(stego: np.ndarray, cover: np.ndarray) -> Step:
    """Which samples the Viterbi search moved."""
    change = compute_residual(cover, stego)
    same, one = ((np.abs(change) == level).mean() for level in (0, 1))
    of_blocks = _of_blocks(np.square(change, dtype=np.float32))
    signed = apply_colormap(0.5 + _loupe(change)[..., GREEN] / LARGEST_CHANGE / 2, DIVERGING)
    return Step(
        f"Where it writes: {same:.0%} of all samples stayed (black on the left), {one:.0%} moved by one "
        f"level and {1 - same - one:.0%} by more, up (orange) or down (blue); see on the right that no part "
        "of the picture is left out.",
        [
            (_drawn(signed), "single samples of green, in the middle"),
            (_map(of_blocks, LARGEST_SQUARE), "squared change of each block"),
        ],
    )


def _costs(code: Code, stego: np.ndarray, cover: np.ndarray) -> Step:
    """Embedding costs, and how much was changed at the lowest and the highest."""
    costs = sample_costs(Image.fromarray(cover))
    square = np.square(compute_residual(cover, stego), dtype=np.float32)
    cheap, flat, clipped = costs == LEAST_COST, costs == max(COSTS), costs == CLIPPED_COST
    sentence = "What is spared: a change costs more in flat parts and most at 0 and 255 (yellow on the left)"
    if min(cheap.mean(), flat.mean()) > LEAST_SHARE:
        sentence += (
            f": see on the right that the mean squared change is {square[cheap].mean():.2f} where it is "
            f"cheapest and {square[flat].mean():.2f} in flat parts"
        )
    if len(code.shifts) > 1:
        sentence += (
            "; as blocks far from each other share samples, a part that is flat throughout is spared, too"
        )
    else:
        sentence += "; a block that is flat throughout has no choice"
    if clipped.any() and square[clipped].mean() > square.mean():
        sentence += ", and that those at 0 and 255 change most, as their samples can move one way only"
    scaled = Image.fromarray((square.mean(2) * FINENESS).clip(0, 255).astype(np.uint8))
    smooth = np.asarray(scaled.filter(ImageFilter.BoxBlur(SMOOTHING))) / FINENESS
    return Step(
        f"{sentence}.",
        [
            (_map(costs.mean(2) - LEAST_COST, CLIPPED_COST - LEAST_COST), "cost of a change"),
            (_map(smooth, LARGEST_SQUARE), "squared change around each pixel"),
        ],
    )


def _bits(code: Code, stego: np.ndarray) -> Step:
    """How many bits each block and each sample carries."""
    places = layouts.places(stego, code)
    steps = np.array(trellis.bits_of_samples(len(places), code.length))
    bits = np.zeros(stego.shape, np.float32)
    bits.reshape(-1)[places] = steps[:, None]
    rate = 8 * code.length / len(places)
    turns = apply_colormap((_loupe(bits)[..., GREEN] - steps.min()) / max(np.ptp(steps), 1), SEQUENTIAL)
    return Step(
        f"How many bits each region carries: see on the left that it is {rate:.2f} bits a sample everywhere "
        f"({code.length} bytes in each block of {len(places)} samples), but for the header and the end "
        f"(dark), so the receiver needs no map; on the right, samples take turns in carrying {steps.min()} "
        f"(dark) and {steps.max()} (yellow).",
        [
            (_map(_of_blocks(bits), rate), "bits a sample"),
            (_drawn(turns), "single samples of green, in the middle"),
        ],
    )


def _layers(code: Code, stego: np.ndarray) -> Step:
    """Which samples hold which layer of the payload, and where its parity is."""
    places = layouts.places(stego, code)
    begins = [layer.begin for layer in code.layers]
    ends = np.cumsum(trellis.bits_of_samples(len(places), code.length))
    number = np.full(stego.shape, -1)
    number.reshape(-1)[places] = np.searchsorted(begins, np.maximum(ends - 1, 0)[:, None] // 8, "right") - 1
    colours = np.array([*(_rgb(c) for c in LAYER_COLOURS.values()), (0, 0, 0)], np.uint8)
    parities = np.zeros(places.shape[1])
    for layer in code.layers:
        members = code.groups[len(code.groups) - layer.parity :]
        parities[members[members >= 0]] += 1
    parity = np.zeros(stego.shape, np.float32)
    parity.reshape(-1)[places] = parities
    survives = ", ".join(
        f"{_tolerance(layer)} ({colour})" for layer, colour in zip(code.layers, LAYER_COLOURS, strict=False)
    )
    return Step(
        "Which samples carry what: see on the left that every block holds a share of each layer of the "
        f"secret, the coarsest first; of {len(code.groups)} blocks, so many may be lost before a layer is: "
        f"{survives}. On the right, the lighter a block, the more layers have parity in it in place of the "
        "secret.",
        [
            (_drawn(colours[_loupe(number)[..., GREEN]]), "layers, in single samples of green"),
            (_map(_of_blocks(parity), len(code.layers)), "layers with parity in a block"),
        ],
    )


def _contents(method: LosslessFile, found: Found, stego: np.ndarray) -> Step:
    """What the first layers alone give, and all of them."""
    payload, _ = found.code.decode(found.message, damaged=not found.intact)
    if lock.is_locked(payload):
        return Step("What the layers hold cannot be seen: each is locked with the passphrase.", [])
    content = method.reveal(stego).content
    if not isinstance(content, Image.Image):
        return Step("What the layers hold is no picture: reveal it in the tab Reveal.", [])
    size = stego.shape[1::-1]
    parts = [part or b"" for part in lock.open_(payload, None)]
    pictures = []
    for count in range(1, len(parts)):
        with contextlib.suppress(StegError):  # too little for a picture
            coarse = container.read(b"".join(parts[:count]), largest_coded(size)).content
            pictures.append((np.asarray(coarse), f"layers 1 to {count}" if count > 1 else "layer 1 alone"))
    return Step(
        "What the layers give: see how the first ones, which outlive the most damage, hold the whole secret "
        "coarsely, and each further one adds detail.",
        [*pictures, (np.asarray(content), "all that is there")],
    )


def _tolerance(layer: Layer) -> int:
    """How many blocks of a group may be lost anywhere, as `steg.coding.reed_solomon.locate` finds them."""
    codewords = layer.end - layer.begin
    return codewords * layer.parity // (codewords + 1)


def _of_blocks(values: np.ndarray) -> np.ndarray:
    """(H, W, 3) -> (H, W): the mean of each block's own samples, and 0 where there is none."""
    places, canvas = blocks.places(values), np.zeros(values.shape, np.float32)
    canvas.reshape(-1)[places] = values.reshape(-1)[places].mean(0)
    return canvas.mean(2)


def _map(values: np.ndarray, largest: float) -> np.ndarray:
    """The middle of (H, W) values from 0 to `largest`, as colours."""
    top, left = (max(0, side - SHOWN) // 2 for side in values.shape)
    return apply_colormap(values[top : top + SHOWN, left : left + SHOWN] / largest, SEQUENTIAL)


def _loupe(values: np.ndarray) -> np.ndarray:
    """A square of the middle, whose upper edge is that of a band of blocks."""
    top, left = (max(0, side - SIDE) // 2 // blocks.BAND * blocks.BAND for side in values.shape[:2])
    return values[top : top + SIDE, left : left + SIDE]


def _drawn(pixels: np.ndarray) -> np.ndarray:
    """Each pixel as a square."""
    return pixels.repeat(ENLARGED, 0).repeat(ENLARGED, 1)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
