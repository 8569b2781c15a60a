"""Tiny ImageNet as one uint8 tensor, and the random crops that a training step sees.

Tiny ImageNet is 100,000 training and 10,000 validation pictures of 64x64, for research and education
(https://www.image-net.org/download). It is small enough to live in memory.
"""

import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.errors import StegError

URL = "http://cs231n.stanford.edu/tiny-imagenet-200.zip"
MD5 = "90528d7ca1a48142e341f4ef8d21d0de"
SIDE = 64


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
        return _decode(source, lambda name: open(source / name, "rb"), _of_split(names, split))
    if not zipfile.is_zipfile(source):
        raise StegError(f"{source} is neither a folder nor a zip file.")
    with zipfile.ZipFile(source) as archive:
        return _decode(source, archive.open, _of_split(archive.namelist(), split))


def _of_split(names: list[str], split: str) -> list[str]:
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


def batches(pictures: Tensor, size: int, enlarged: float, generator: torch.Generator) -> Iterator[Tensor]:
    """Endless random batches, (size, 3, 64, 64) floats in [0, 1] on 8-bit levels.

    Colour channels are shuffled and pictures mirrored. Photographs are smoother at pixel scale than 64x64
    thumbnails, so a share `enlarged` of each batch is a random square of 24 to 64 pixels, enlarged to 64.
    """
    while True:
        yield augment(
            pictures[torch.randint(len(pictures), (size,), generator=generator)], enlarged, generator
        )


def augment(pictures: Tensor, enlarged: float, generator: torch.Generator) -> Tensor:
    """One random crop, mirroring and order of channels for each of (B, 3, 64, 64) uint8 pictures."""
    n = len(pictures)

    def uniform(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator)

    x = pictures.float() / 255
    x = x[torch.arange(n)[:, None], uniform(n, 3).argsort(1)]
    scale = torch.where(uniform(n) < enlarged, (24 + (SIDE - 24) * uniform(n)) / SIDE, 1.0)
    mirror = torch.where(uniform(n) < 0.5, -1.0, 1.0)
    windows = torch.zeros(
        n, 2, 3
    )  # affine maps from the crop's coordinates to the picture's, both in [-1, 1]
    windows[:, 0, 0] = scale * mirror
    windows[:, 1, 1] = scale
    windows[:, :, 2] = (2 * uniform(n, 2) - 1) * (1 - scale)[:, None]
    grid = F.affine_grid(windows, [n, 3, SIDE, SIDE], align_corners=False)
    x = F.grid_sample(x, grid, mode="bicubic", padding_mode="reflection", align_corners=False)
    return ((x.clamp(0, 1) * 255).round() / 255).contiguous(memory_format=torch.channels_last)
