"""Tiny ImageNet as one uint8 tensor, and the random crops that a training step sees.

Tiny ImageNet is 100,000 training and 10,000 validation pictures of 64x64, for research and education
(https://www.image-net.org/download). It is small enough to live in memory.
"""

import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.errors import StegError
from steg.image import read_photo

URL = "http://cs231n.stanford.edu/tiny-imagenet-200.zip"
MD5 = "90528d7ca1a48142e341f4ef8d21d0de"
SIDE = 64
COARSEST_GRAIN = 5.0  # standard deviation in 8-bit levels
ENDINGS = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff"}


def download(folder: Path) -> Path:
    """Fetches the official zip (248 MB) into `folder`, unless it is there already, and checks its MD5."""
    from train.vision import download_url  # torchvision is slow to import and needed only here

    path = folder / PurePosixPath(URL).name
    try:
        download_url(URL, str(folder), md5=MD5)
    except (OSError, RuntimeError) as error:
        path.unlink(missing_ok=True)
        raise StegError(f"Tiny ImageNet could not be downloaded from {URL}: {error}") from error
    return path


def load(source: Path, split: str) -> Tensor:
    """Reads one split of Tiny ImageNet in its official layout.

    Args:
        source: the zip, or the folder it unpacks to (or that folder's parent).
        split: "train" or "val".

    Returns:
        (N, 3, 64, 64) uint8, in the order of the sorted file names.

    Raises:
        StegError: if there is no such split, or a picture is not 64x64.
    """
    if not source.exists():
        raise StegError(f"{source} does not exist; name the Tiny ImageNet zip or folder, or add --download.")
    if source.is_dir():
        names = [p.relative_to(source).as_posix() for p in source.rglob("*.JPEG")]
        return _decode(source, lambda name: open(source / name, "rb"), of_split(names, split))
    if not zipfile.is_zipfile(source):
        raise StegError(f"{source} is neither a folder nor a zip file.")
    with zipfile.ZipFile(source) as archive:
        return _decode(source, archive.open, of_split(archive.namelist(), split))


def load_all(sources: list[Path]) -> tuple[Tensor, Tensor]:
    """Reads Tiny ImageNet and folders of photographs.

    Args:
        sources: each the zip of Tiny ImageNet, its folder, or a folder of photographs of any size.

    Returns:
        Training and validation pictures, (N, 3, 64, 64) uint8. Photographs are cut into squares, of which
        every twentieth is for validation.

    Raises:
        StegError: if a source holds neither.
    """
    training, validation = [], []
    for source in sources:
        if source.is_dir() and not any(source.rglob("*.JPEG")):
            squares = photographs(source)
            held_out = torch.arange(len(squares)) % 20 == 19
            training.append(squares[~held_out])
            validation.append(squares[held_out])
        else:
            training.append(load(source, "train"))
            validation.append(load(source, "val"))
    return torch.cat(training), torch.cat(validation)


def photographs(folder: Path) -> Tensor:
    """All pictures in a folder, cut into squares side by side, (N, 3, 64, 64) uint8.

    Raises:
        StegError: if there is none, or one cannot be read.
    """
    squares = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS):
        pixels = torch.from_numpy(np.array(read_photo(path).image)).permute(2, 0, 1)
        squares.append(
            pixels.unfold(1, SIDE, SIDE).unfold(2, SIDE, SIDE).permute(1, 2, 0, 3, 4).flatten(0, 1)
        )
    if not sum(map(len, squares)):
        raise StegError(
            f"{folder} holds neither Tiny ImageNet nor pictures of at least {SIDE}x{SIDE} pixels."
        )
    return torch.cat(squares)


def whole(folder: Path, side: int = 512) -> Tensor:
    """Covers and secrets from a folder of photographs, cut from their centres as `train.evaluate` does.

    Returns:
        (2 N, 3, S, S) uint8, all covers before all secrets; S is `side`, or less if a photograph is smaller.

    Raises:
        StegError: if there are fewer than two photographs, or one cannot be read.
    """
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS)
    if len(paths) < 2:
        raise StegError(f"{folder} has to be a folder with at least two pictures.")
    images = [read_photo(path).image for path in paths]
    side = min(side, *(min(image.size) for image in images)) // 8 * 8
    squares = np.stack([np.asarray(centre(image, side)) for image in images])
    covers = torch.from_numpy(squares).permute(0, 3, 1, 2).contiguous()
    return torch.cat([covers, covers.roll(-(len(covers) // 2), 0)])


def centre(image: Image.Image, side: int) -> Image.Image:
    """The largest square in the middle of a picture, of at most `side` pixels a side."""
    side = min(side, *image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))


def of_split(names: list[str], split: str) -> list[str]:
    """Official layout: .../train/<class>/images/*.JPEG and .../val/images/*.JPEG."""
    return sorted(n for n in names if n.endswith(".JPEG") and split in PurePosixPath(n).parts[:-2])


def _decode(source: Path, open_file: Callable[[str], IO[bytes]], names: list[str]) -> Tensor:
    if not names:
        raise StegError(
            f"{source} holds no such split of Tiny ImageNet (train/<class>/images/*.JPEG, val/images/*.JPEG)."
        )

    def decode(name: str) -> np.ndarray:
        with open_file(name) as file:
            return np.asarray(Image.open(file).convert("RGB"))

    with ThreadPoolExecutor() as pool:
        pictures = list(pool.map(decode, names))
    if any(p.shape != (SIDE, SIDE, 3) for p in pictures):
        raise StegError(f"{source} holds pictures that are not {SIDE}x{SIDE}; this is not Tiny ImageNet.")
    return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).contiguous()


def generated(count: int, generator: torch.Generator) -> Tensor:
    """Smooth random pictures for dry runs and tests, (count, 3, 64, 64) uint8."""
    coarse = torch.rand(count, 3, 8, 8, generator=generator)
    smooth = F.interpolate(coarse, size=(SIDE, SIDE), mode="bicubic", align_corners=False)
    return (smooth.clamp(0, 1) * 255).byte()


@dataclass(frozen=True)
class Augmentation:
    """Shares of the pictures that are changed in some way; described in `train.config`."""

    enlarged: float = 0.0
    dimmed: float = 0.0
    saturated: float = 0.0
    shuffled: float = 0.0
    shrunk: float = 0.0
    grainy: float = 0.0
    drawn: float = 0.0
    smallest: int = 24  # side in pixels of the smallest square that is enlarged


def batches(
    pictures: Tensor, drawn: Tensor, size: int, how: Augmentation, generator: torch.Generator, part: slice
) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of this process.

    Args:
        pictures: (N, 3, 64, 64) uint8, on any device; batches are made there.
        drawn: likewise, taken with probability `how.drawn`.
        size: pictures per batch in all processes together.
        how: what is done to them.
        generator: of all random numbers, on the CPU. Each process draws those of the whole batch, so that
            one process sees what many would.
        part: the pictures of the batch that this process makes.

    Yields:
        (size, 3, 64, 64) floats in [0, 1] on 8-bit levels, and a random number for each in [0, 1).
    """
    pool = torch.cat([pictures, drawn])
    while True:
        random = torch.rand(size, 16, generator=generator)
        chosen = (random[:, 0] * len(pictures)).long()
        if len(drawn):
            other = len(pictures) + (random[:, 0] * len(drawn)).long()
            chosen = torch.where(random[:, 1] < how.drawn, other, chosen)
        random = random[part].to(pool.device, non_blocking=True)
        yield augment(pool[chosen[part].to(pool.device)], how, random[:, 2:15]), random[:, 15]


def augment(pictures: Tensor, how: Augmentation, random: Tensor) -> Tensor:
    """A random window, mirroring, order of channels, saturation and brightness for each picture.

    Photographs are smoother at pixel scale than 64x64 thumbnails, so a share `how.enlarged` is a random
    square of `how.smallest` (24) to 64 pixels, enlarged to 64.

    Args:
        pictures: (B, 3, 64, 64) uint8.
        how: the shares.
        random: (B, 13) in [0, 1), where everything random comes from.

    Returns:
        (B, 3, 64, 64) floats in [0, 1] on 8-bit levels.
    """
    n, device = len(pictures), pictures.device
    size, across, down, mirror, shuffle, dim, colour = random[:, :7].unbind(1)
    shrink, grainy, seed = random[:, 10:].unbind(1)
    x = pictures.float() / 255
    order = random[:, 7:10].argsort(1)
    order = torch.where((shuffle < how.shuffled)[:, None], order, torch.arange(3, device=device))
    x = x[torch.arange(n, device=device)[:, None], order]
    # one random number says whether and, stretched to [0, 1) again, how much
    side = how.smallest + (SIDE - how.smallest) * size / max(how.enlarged, 1e-9)
    scale = torch.where(size < how.enlarged, side / SIDE, 1.0)
    # affine maps from the crop's coordinates to the picture's, both in [-1, 1]
    windows = x.new_zeros(n, 2, 3)
    windows[:, 0, 0] = scale * torch.where(mirror < 0.5, -1.0, 1.0)
    windows[:, 1, 1] = scale
    windows[:, :, 2] = (2 * torch.stack([across, down], 1) - 1) * (1 - scale)[:, None]
    grid = F.affine_grid(windows, [n, 3, SIDE, SIDE], align_corners=False)
    x = F.grid_sample(x, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    x = torch.where((shrink < how.shrunk)[:, None, None, None], mirrored(F.avg_pool2d(x, 2)), x)
    colour = torch.where(colour < how.saturated, 1 + 3 * colour / max(how.saturated, 1e-9), 1.0)
    grey = x.mean(1, keepdim=True)
    x = grey + colour[:, None, None, None] * (x - grey)
    x = x * torch.where(dim < how.dimmed, 0.1 + 0.7 * dim / max(how.dimmed, 1e-9), 1.0)[:, None, None, None]
    if how.grainy:
        deviation = torch.where(grainy < how.grainy, COARSEST_GRAIN * grainy / how.grainy, 0.0)
        grain = torch.stack([_noise(picture, number) for picture, number in zip(x, seed, strict=True)])
        x = x + deviation[:, None, None, None] / 255 * grain
    return ((x.clamp(0, 1) * 255).round() / 255).contiguous(memory_format=torch.channels_last)


def _noise(like: Tensor, seed: Tensor) -> Tensor:
    """Normal noise that depends on `seed` alone, a number in [0, 1), so that processes agree on it."""
    generator = torch.Generator(like.device).manual_seed(int(seed * 2**24))
    return torch.randn(like.shape, generator=generator, device=like.device)


def mirrored(pictures: Tensor) -> Tensor:
    """Twice as high and wide: mirrored at the right and at the lower edge."""
    wide = torch.cat([pictures, pictures.flip(3)], 3)
    return torch.cat([wide, wide.flip(2)], 2)
