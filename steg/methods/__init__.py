"""The methods behind the one interface, and `load`, which gives one by its name."""

import functools
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import torch
from PIL import Image

from steg.embedding import header
from steg.embedding.registration import LARGEST_SENT
from steg.errors import StegError
from steg.images import placement
from steg.images.reading import Source, read_stego
from steg.images.tiling import Progress
from steg.methods.base import Method, Revealed
from steg.methods.chat import Robust
from steg.methods.chat.reception import is_ours
from steg.methods.chat.synchronization import synchronise
from steg.methods.file import LosslessFile
from steg.methods.invertible import Invertible
from steg.methods.lsb import Lsb
from steg.methods.neural import WithNetwork
from steg.methods.predictive import Predictive
from steg.methods.prep_hide_reveal import PrepHideReveal
from steg.methods.sealed import Sealed
from steg.networks.restoration import RestorationNetwork
from steg.networks.robust import RobustNetwork
from steg.payload.restoration import Restorer
from steg.weights import NETWORKS, POSTFILTER, RESTORATION, ROBUST_EARLIER, card_of, load_network

METHODS: dict[str, type[Method]] = {
    method.name: method
    for method in (LosslessFile, Robust, Predictive, Invertible, PrepHideReveal, Lsb, Sealed)
}
DEFAULT = LosslessFile.name
OFFERED = tuple(name for name in METHODS if name != Sealed.name)  # for hiding; the others only reveal
LOCKABLE = (LosslessFile.name, Robust.name, Sealed.name)  # those that take a passphrase
LOSSY_BORDER = 40  # levels by which a border in a JPEG file is off, next to a picture
HOLDS_SECRET = (
    "Something is hidden in this cover already, which hiding destroys: take another cover, or the picture "
    "that this one was made from."
)
CARRY_FILES = (LosslessFile.name, Robust.name)  # those that hide texts and files, too


def recognise(stego: Source) -> str | None:
    """Name of the method that made a picture, by its header or watermark; None where nothing is found.

    A picture of the method file whose header is lost is recognised by its codewords.

    Raises:
        StegError: if the picture cannot be read.
    """
    image = read_stego(stego)
    if name := by_header(image):
        return name
    if is_ours(image):
        return Robust.name
    return LosslessFile.name if LosslessFile.made(image) else None


class Located(NamedTuple):
    """Where the stego picture is in a picture that was received.

    Attributes:
        name: of the method that made it; None where nothing is found.
        images: RGB, the stego picture as it can be: as it was received, or turned, or without a border. The
            likeliest is the first.
    """

    name: str | None
    images: tuple[Image.Image, ...]

    @property
    def image(self) -> Image.Image:
        """The likeliest stego picture."""
        return self.images[0]

    def reveal(self, method: Method, progress: Progress | None = None) -> Revealed:
        """What a method reveals from the first of the images that it can reveal anything from.

        Raises:
            StegError: for the first image, if there is none.
        """
        errors = []
        for image in self.images:
            try:
                return method.reveal(image, progress=progress)
            except StegError as error:
                errors.append(error)
        raise errors[0]


def locate(image: Image.Image) -> Located:
    """Finds the stego picture in an RGB picture: turned or mirrored without loss, or with a plain border.

    The header is looked for in all of the eight positions; the watermark is found in any by itself.
    """
    pixels = np.asarray(image)
    if name := by_header(image):
        return Located(name, (image,))
    exact = placement.within_borders(pixels)
    for part in (pixels, *(box.cut(pixels) for box in exact)):
        for turned in placement.positions(part):
            if header.read(turned):
                upright = Image.fromarray(np.ascontiguousarray(turned))
                return Located(by_header(upright), (upright,))
    bordered = placement.within_borders(pixels, LOSSY_BORDER)
    cut = [image.crop(bordered[0])] if bordered else []
    name = recognise(image)
    if name is None and cut and (name := recognise(cut[0])):
        return Located(name, (cut[0],))
    return Located(name, (image, *(cut if name == Robust.name else [])))


def by_header(image: Image.Image) -> str | None:
    """Name of the method that the header of an RGB picture tells; None where it has no header."""
    found = header.read(np.asarray(image))
    names = {method.method_id: name for name, method in METHODS.items()}
    return names.get(found.method_id, DEFAULT) if found else None


def holds_secret(image: Image.Image) -> bool:
    """Whether an RGB picture has a header, or the watermark of a picture that was sent in this size."""
    sent = max(image.size) <= LARGEST_SENT
    return by_header(image) is not None or (sent and synchronise(image).watermark is not None)


def is_locked(image: Image.Image) -> bool:
    """Whether header, watermark or codewords of an RGB picture say that a passphrase is needed."""
    found = header.read(np.asarray(image))
    if found is None and not is_ours(image):
        return LosslessFile.is_locked_by_codewords(image)
    if found is None or found.method_id == Robust.method_id:
        return synchronise(image).locked
    return found.method_id == Sealed.method_id or (
        found.method_id == LosslessFile.method_id and LosslessFile.is_locked(found)
    )


def weights_id(name: str, path: str | Path | None = None) -> str:
    """First 8 hex digits of the sha256 of a method's weights; zeros where it has none.

    Args:
        name: one of `METHODS`.
        path: of the weights; None for the published ones.

    Raises:
        StegError: if their card is missing.
    """
    return card_of(name, path)["sha256"][:8] if name in NETWORKS else header.NO_WEIGHTS


def load(
    name: str | None = None,
    *,
    weights: str | Path | None = None,
    device: str = "cpu",
    passphrase: str | None = None,
) -> Method:
    """Returns a method, ready to hide and reveal.

    Args:
        name: one of `METHODS`; None for the default, file.
        weights: path of a safetensors file with its card beside it; None for the published weights, taken
            from the bundled folder, else from the Hugging Face cache, else from the Hugging Face Hub.
        device: where a network computes: "cpu", "cuda", "cuda:1", "mps".
        passphrase: locks and opens the secret; for the methods in `LOCKABLE`, of which sealed needs one.

    Raises:
        StegError: if there is no such method or device, its weights cannot be had or are the wrong ones, or
            it lacks a passphrase or does not take one, or that is no text.
    """
    name = name or DEFAULT
    if name not in METHODS:
        raise StegError(f"There is no method {name!r}; choose one of: {', '.join(OFFERED)}.")
    method = METHODS[name]
    if passphrase is not None:
        _check_passphrase(passphrase)
    if passphrase and name not in LOCKABLE:
        raise StegError(f"The method {name} takes no passphrase; to lock a secret, choose {LOCKABLE[0]}.")
    if weights and name not in NETWORKS:
        raise StegError(f"The method {name} has no weights; leave them out.")
    try:
        torch.zeros(1, device=device).add(1).cpu()
    except Exception as error:  # each backend raises something else where it is missing
        raise StegError(f"The device {device!r} is not available here; use 'cpu'.") from error
    if issubclass(method, Sealed):
        return method(passphrase)
    if issubclass(method, LosslessFile):
        return method(
            passphrase, Restorer(lambda: cast(RestorationNetwork, load_network(RESTORATION, device=device)))
        )
    if issubclass(method, Robust):
        network = cast(RobustNetwork, load_network(name, weights, device))
        earlier = functools.partial(load_network, ROBUST_EARLIER, device=device)
        postfilter = functools.partial(load_network, POSTFILTER, device=device)
        return method(network, weights_id(name, weights), passphrase, earlier, postfilter)
    if issubclass(method, WithNetwork):
        return method(load_network(name, weights, device), weights_id(name, weights))
    return method()


def _check_passphrase(passphrase: str) -> None:
    if not isinstance(passphrase, str):
        raise StegError(f"The passphrase has to be a text, not {type(passphrase).__name__}.")
    try:
        passphrase.encode()
    except UnicodeEncodeError as error:
        raise StegError("The passphrase is no text in UTF-8; type it again.") from error
