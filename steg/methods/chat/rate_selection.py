"""Rate selection: the code rate of each layer of a robust picture, from what simulated channels leave of it.

A stego picture with random bits is sent through the real channels that a layer has to survive, and
demodulated; the worst of them sets the layer's rate. The layers before it count as known, as they are when it
is decoded in stages.
"""

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import torch
from PIL import Image

from steg.channels import CHANNELS
from steg.coding.code_blocks import capacity, highest_rate
from steg.images.dct import BLOCK
from steg.images.tiling import Progress
from steg.methods.chat.layers import Layer, condition_on, demap, map_bits
from steg.methods.chat.modem import Modem, grid
from steg.methods.chat.synchronization import undo_scaling
from steg.networks.carriers import ALPHABET_SIZES
from steg.networks.robust import ChannelClass

# Of the channels that are not direct
CHANNEL_CLASS = {
    "half-and-back-jpeg90": ChannelClass.HALVED,
    "half-jpeg90": ChannelClass.HALVED,
    "three-quarters-jpeg85": ChannelClass.RESIZED,
    "chat": ChannelClass.RESIZED,
    "next-image": ChannelClass.RESIZED,
    "webp75": ChannelClass.FILTERED,
}
ACROSS_BLOCKS = ChannelClass.HALVED, ChannelClass.RESIZED, ChannelClass.FILTERED
# Factors on the estimated rate, as other bits may be received a little worse. Layers of lossless files have
# room to spare: at less than the highest rate, no codeword needs list decoding, which takes longer. One
# that is lost costs 8 dB, where a hundredth of the rate is worth 0.1.
RATE_MARGIN, LOSSLESS_RATE_MARGIN = 0.965, 0.9
# A channel that leaves less is given up, as all others would suffer: a rate; bytes in the first layer, at
# most, or one for so many blocks
LEAST_RATE, LEAST_FIRST, BLOCKS_A_BYTE = 4, 100, 16
MOST_THREADS = 4  # for channels at the same time; each takes memory of its own
SPARSEST = 8  # at least one strip of blocks in so many is demodulated
# Block rows that are demodulated together, and blocks that are enough for an estimate; where a channel works
# across blocks, they differ more, and depend more on those around; of a lossless layer most is at stake
STRIP, SAMPLE, LOSSLESS_SAMPLE = 2, 2048, 4096
HIGH_STRIP, LARGE_SAMPLE = 8, 4096


def select_rates(
    modem: Modem, cover: np.ndarray, layers: list[Layer], progress: Progress | None = None
) -> list[int]:
    """The rate of each layer, as `steg.coding.code_blocks` takes it; 0 for one that carries nothing.

    Args:
        modem: of the stego picture.
        cover: (H, W, 3) uint8, with its watermark.
        layers: of a picture of that size.
        progress: called with the share that is done.
    """
    rows, columns = grid(cover)
    blocks = rows * columns
    random = np.random.RandomState(0)
    coded = [random.randint(0, 2, (len(layer.bit_levels), blocks), np.uint8) for layer in layers]
    symbols = map_bits(layers, [bits.reshape(-1) for bits in coded])
    stego = Image.fromarray(modem.modulate(cover, symbols))
    rates, first = [], min(LEAST_FIRST, blocks // BLOCKS_A_BYTE)
    with ThreadPoolExecutor(min(MOST_THREADS, torch.get_num_threads())) as pool:

        def estimates(number: int, channels: tuple[str, ...]) -> list[Future[int]]:
            return [
                pool.submit(_estimate, modem, stego, name, layers[:number], coded[:number])
                for name in channels
                if CHANNELS[name].binds(stego.size)
            ]

        try:
            of_layers = [estimates(number, layer.channels) for number, layer in enumerate(layers, 1)]
            for number, layer in enumerate(layers, 1):
                rate, least = _with_margin(of_layers[number - 1], layer, blocks), first if number == 1 else 1
                for like in layers[number:]:  # a layer without room would end decoding: it survives less
                    if capacity(len(layer.bit_levels) * blocks, rate) >= least:
                        break
                    rate = _with_margin(estimates(number, like.channels), like, blocks)
                rates.append(rate)
                if progress:
                    progress(number / (len(layers) + 1))
        finally:
            pool.shutdown(cancel_futures=True)
    return rates


def _with_margin(estimates: list[Future[int]], like: Layer, blocks: int) -> int:
    """The rate that is left after the worst of the channels of a layer, in so many blocks."""
    margin = LOSSLESS_RATE_MARGIN if "png" in like.channels else RATE_MARGIN
    worst = min((rate for rate in (each.result() for each in estimates) if rate >= LEAST_RATE), default=0)
    return int(worst * (margin - blocks**-0.5))


def _estimate(
    modem: Modem, stego: Image.Image, channel: str, layers: list[Layer], coded: list[np.ndarray]
) -> int:
    """The highest rate of the last of these layers after a channel.

    Args:
        modem: of the stego picture.
        stego: the picture with the coded bits in it.
        channel: name of one of `steg.channels.CHANNELS`.
        layers: those before it, and the layer itself.
        coded: the bits of each, (bit levels, blocks).
    """
    received = np.asarray(undo_scaling(CHANNELS[channel].apply(stego), stego.size))
    channel_class = CHANNEL_CLASS.get(channel, ChannelClass.DIRECT)
    if channel_class in ACROSS_BLOCKS:
        pixels, sampled = _sample(received, HIGH_STRIP, LARGE_SAMPLE)
    else:
        pixels, sampled = _sample(received, STRIP, LOSSLESS_SAMPLE if channel == "png" else SAMPLE)
    gains = modem.gains(received).reshape(2, -1)[:, sampled].reshape(2, *grid(pixels))
    posteriors = modem.demodulate(pixels, channel_class, gains).reshape(sum(ALPHABET_SIZES), -1)
    *decoded, sent = (bits[:, sampled].reshape(-1) for bits in coded)
    for layer, bits in zip(layers[:-1], decoded, strict=True):
        condition_on(posteriors, layer, bits)
    return highest_rate(demap(posteriors, layers[-1]), sent, coded[-1].size)


def _sample(pixels: np.ndarray, strip: int, enough: int) -> tuple[np.ndarray, np.ndarray]:
    """Evenly spread strips of a picture, and which of its blocks they are, (blocks,) bool.

    Args:
        pixels: (H, W, 3) uint8.
        strip: block rows in each.
        enough: blocks.
    """
    rows, columns = grid(pixels)
    every = min(SPARSEST, max(1, rows * columns // enough))
    sampled = np.arange(rows) // strip % every == every // 2
    strips = pixels[: BLOCK * rows].reshape(rows, BLOCK, *pixels.shape[1:])[sampled]
    return strips.reshape(-1, *pixels.shape[1:]), sampled.repeat(columns)
