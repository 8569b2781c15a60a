"""What the neural methods share: any picture size, 8-bit results, and a header that says so."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import torch
from PIL import Image
from torch import nn

from steg import header
from steg.errors import StegError
from steg.image import Source, read_photo, read_stego
from steg.methods.base import (
    CAVEAT,
    Revealed,
    Status,
    check_size,
    check_strength,
    message_of,
    resized,
    returned_size,
    status_of,
)
from steg.tiles import Progress
from steg.weights import Weights


class Neural(ABC):
    """Hides with a network; the interface is `steg.methods.base.Method`.

    A subclass names its network, and turns arrays of pixels into arrays of pixels with it.
    """

    name: ClassVar[str]
    number: ClassVar[int]  # in the header
    network_class: ClassVar[type[nn.Module]]
    config_class: ClassVar[type[Any]]

    def __init__(self, weights: Weights, device: str | torch.device = "cpu"):
        self.device = torch.device(device)
        try:
            self.network = self.network_class(self.config_class(**weights.card["config"]))
            self.network.load_state_dict(weights.tensors, strict=True)
        except (TypeError, RuntimeError) as error:
            raise StegError(
                "The weights do not fit the network that their card describes; get both again."
            ) from error
        self.network.eval().requires_grad_(False).to(self.device, memory_format=torch.channels_last)
        self.weights_id = weights.card["sha256"][:8]

    def hide(
        self, cover: Source, secret: Source, *, strength: float = 0.5, progress: Progress | None = None
    ) -> Image.Image:
        """Hides `secret` in `cover`.

        Args:
            cover: path, PIL image or uint8 array, at least 16x16.
            secret: likewise, of any size; it is resampled to the cover's frame.
            strength: from 0, the cover changes least, to 1, the secret comes back best.
            progress: called with the share that is done.

        Returns:
            The stego picture: RGB, of the cover's size. Save it losslessly (PNG).

        Raises:
            StegError: if a picture cannot be read or is too small or too large, or the strength is not in
                [0, 1].
        """
        check_strength(strength)
        cover_image, secret_image = read_photo(cover, "cover").image, read_photo(secret, "secret").image
        check_size(cover_image.size, "cover")
        frame = resized(np.asarray(secret_image), cover_image.size)
        with exact_convolutions():
            stego = self.hide_pixels(np.asarray(cover_image), frame, strength, progress)
        mark = header.Header(self.number, self.weights_id, secret_image.size, self.base_at(strength))
        return Image.fromarray(header.write(stego, mark))

    def reveal(self, stego: Source, *, progress: Progress | None = None) -> Revealed:
        """Reveals what is hidden in `stego`.

        Args:
            stego: path, PIL image or uint8 array, at least 16x16.
            progress: called with the share that is done.

        Returns:
            The secret, with a status from the picture's header. Without a header it is what the network
            sees, in the size of the picture.

        Raises:
            StegError: if the picture cannot be read or is too small or too large.
        """
        image = read_stego(stego)
        check_size(image.size, "picture")
        pixels = np.asarray(image)
        found = header.read(pixels)
        status = status_of(found, self.weights_id)
        with exact_convolutions():
            frame = self.reveal_pixels(pixels, found[0].base if found else self.base_at(0.5), progress)
        message = message_of(status, found, self.weights_id)
        if status not in (Status.INTACT, Status.CHANGED):
            message += f" {CAVEAT}"
        has_size = status not in (Status.NO_HEADER, Status.NEWER)
        size = returned_size(image.size, found[0].size) if has_size else image.size
        return Revealed(Image.fromarray(resized(frame, size)), status, message)

    @abstractmethod
    def hide_pixels(
        self, cover: np.ndarray, frame: np.ndarray, strength: float, progress: Progress | None
    ) -> np.ndarray:
        """(H, W, 3) uint8 cover and secret of one size -> stego pixels, without a header."""

    @abstractmethod
    def reveal_pixels(self, stego: np.ndarray, base: int, progress: Progress | None) -> np.ndarray:
        """(H, W, 3) uint8 and the base of its digits -> the secret in that size."""

    def base_at(self, strength: float) -> int:
        """The base of the digits in which a picture is hidden, for the header; 0 where there are none."""
        return 0


def exact_convolutions():
    """On a GPU, convolutions with all 24 bits: TF32's 11 would make two machines differ visibly."""
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)


def fast_convolutions(device: torch.device) -> torch.autocast:
    """On a CPU made for bfloat16, convolutions in it; elsewhere they would be slower."""
    return torch.autocast("cpu", torch.bfloat16, enabled=device.type == "cpu" and has_bfloat16())


def has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 numbers natively (older versions of torch do not tell)."""
    capabilities = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16"))
