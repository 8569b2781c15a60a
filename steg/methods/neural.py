"""Base of the methods with a network: weights, device, precision, and tiling that bounds memory."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import torch
from torch import nn

from steg.embedding.header import NO_WEIGHTS
from steg.images.tiling import TILE, Progress, run_tiled
from steg.methods.pixelwise import PixelwiseMethod


class WithNetwork:
    """Holds a network, and computes on its device.

    Args:
        network: of the class that a subclass names.
        weights_id: first 8 hex digits of the sha256 of its weights; none have been published by default.
    """

    network: nn.Module

    def __init__(self, network: nn.Module, weights_id: str = NO_WEIGHTS):
        self.network = nn.utils.convert_conv2d_weight_memory_format(network, torch.channels_last)
        self.weights_id = weights_id

    @property
    def device(self) -> torch.device:
        """Where the network computes."""
        return next(self.network.parameters()).device


class Neural(WithNetwork, PixelwiseMethod):
    """Hides with a network, sample by sample in the cover's frame."""

    def tiled(
        self,
        function: Callable[..., torch.Tensor],
        *pictures: np.ndarray,
        halo: int,
        progress: Progress | None,
        multiple: int = 2,
        tile: int = TILE,
    ) -> np.ndarray:
        """Applies the network to whole pictures; arguments as in `steg.images.tiling.run_tiled`."""
        with exact_convolutions():
            return run_tiled(
                function,
                *pictures,
                halo=halo,
                device=self.device,
                tile=tile,
                multiple=multiple,
                progress=progress,
            )


def exact_convolutions() -> AbstractContextManager[None]:
    """Float32 convolutions on a GPU: with TF32 the results of two machines would differ visibly."""
    return torch.backends.cudnn.flags(enabled=True, allow_tf32=False)


def fast_convolutions(device: torch.device) -> torch.autocast:
    """Convolutions in bfloat16 on a CPU with instructions for it; on others they would be slower."""
    return torch.autocast("cpu", torch.bfloat16, enabled=device.type == "cpu" and has_bfloat16())


def has_bfloat16() -> bool:
    """Whether this CPU has bfloat16 instructions; False where an old torch cannot tell."""
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(name) for name in ("avx512_bf16", "amx_bf16"))
