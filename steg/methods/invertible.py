"""The invertible network as a method: any picture size, 8-bit results, and a header that says so."""

import numpy as np
import torch
from PIL import Image

from steg import header
from steg.errors import StegError
from steg.image import Source, read_photo, read_stego
from steg.methods.base import (
    CAVEAT,
    Revealed,
    Status,
    check_size,
    message_of,
    resized,
    returned_size,
    status_of,
)
from steg.network import InvertibleNetwork, NetworkConfig
from steg.tiles import Progress, run_tiled
from steg.weights import Weights

METHOD_NUMBER = 1  # in the header


class Invertible:
    """Hides with an `InvertibleNetwork`; the interface is `steg.methods.base.Method`."""

    name = "invertible"

    def __init__(self, weights: Weights, device: str | torch.device = "cpu"):
        self.device = torch.device(device)
        try:
            self.network = InvertibleNetwork(NetworkConfig(**weights.card["config"]))
            self.network.load_state_dict(weights.tensors, strict=True)
        except (TypeError, RuntimeError) as error:
            raise StegError(
                "The weights do not fit the network that their card describes; get both again."
            ) from error
        self.network.eval().requires_grad_(False).to(self.device, memory_format=torch.channels_last)
        self.weights_id = weights.card["sha256"][:8]

    def hide(self, cover: Source, secret: Source, *, progress: Progress | None = None) -> Image.Image:
        """Hides `secret` in `cover`.

        Args:
            cover: path, PIL image or uint8 array, at least 16x16.
            secret: likewise, of any size; it is resampled to the cover's frame.
            progress: called with the share that is done.

        Returns:
            The stego picture: RGB, of the cover's size. Save it losslessly (PNG).

        Raises:
            StegError: if a picture cannot be read or is too small or too large.
        """
        cover_image, secret_image = read_photo(cover, "cover").image, read_photo(secret, "secret").image
        check_size(cover_image.size, "cover")
        stego = np.array(cover_image)
        frame = resized(np.asarray(secret_image), cover_image.size)
        even = _even(stego)
        stego[even] = self._run(self.network.hide, stego[even], frame[even], progress=progress)
        mark = header.Header(METHOD_NUMBER, self.weights_id, secret_image.size)
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
        even = _even(pixels)
        frame = self._run(self.network.reveal, pixels[even], progress=progress)
        missing = [(0, pixels.shape[axis] - frame.shape[axis]) for axis in (0, 1)]
        frame = np.pad(frame, [*missing, (0, 0)], mode="edge")
        message = message_of(status, found, self.weights_id)
        if status not in (Status.INTACT, Status.CHANGED):
            message += f" {CAVEAT}"
        has_size = status not in (Status.NO_HEADER, Status.NEWER)
        size = returned_size(image.size, found[0].size) if has_size else image.size
        return Revealed(Image.fromarray(resized(frame, size)), status, message)

    def _run(self, function, *pictures: np.ndarray, progress: Progress | None) -> np.ndarray:
        halo = self.network.reach
        return run_tiled(function, *pictures, halo=halo, device=self.device, progress=progress)


def _even(pixels: np.ndarray) -> tuple[slice, slice]:
    """The part of a picture that the wavelet transform can take: an odd last row or column stays out."""
    height, width, _ = pixels.shape
    return slice(height // 2 * 2), slice(width // 2 * 2)
