"""Tiny ImageNet, and folders of photographs, as one uint8 tensor.

Tiny ImageNet is 100,000 training and 10,000 validation pictures of 64x64, for research and education
(https://www.image-net.org/download). It is small enough to live in memory.
"""

import sys
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import IO

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.errors import StegError
from steg.images.reading import read_photo

URL = "http://cs231n.stanford.edu/tiny-imagenet-200.zip"
MD5 = "90528d7ca1a48142e341f4ef8d21d0de"
SIDE = 64
FEW = 100  # pictures, below which a network learns them by heart
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


def load_or_generate(sources: list[Path], seed: int) -> tuple[Tensor, Tensor]:
    """As `load_all`, with a warning if there are few; without sources, generated pictures for a dry run."""
    if sources:
        count = sum(len(picture_files(source)) if source.is_dir() else FEW for source in sources)
        if count < FEW:
            print(
                f"train: {count} pictures are few: a network learns them by heart and does worse on others. "
                f"Add --data or --download; some thousands are better, fewer than {FEW} only try things out.",
                file=sys.stderr,
            )
        return load_all(sources)
    generator = torch.Generator().manual_seed(seed)
    return generated(64, generator), generated(8, generator)


def picture_files(folder: Path) -> list[Path]:
    """The paths of all pictures in a folder, sorted; none if there is no such folder."""
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)


def photographs(folder: Path) -> Tensor:
    """All pictures in a folder, cut into squares side by side, (N, 3, 64, 64) uint8.

    Raises:
        StegError: if there is none, or one cannot be read.
    """
    squares = []
    for path in picture_files(folder):
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
    paths = picture_files(folder)
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
