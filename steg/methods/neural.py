"""What the neural methods share: weights, a device, and tiles that keep memory bounded."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
import torch
from torch import nn

from steg.images.tiling import TILE, Progress, run_tiled
from steg.methods.pixelwise import Framed
from steg.weights import Weights, into_network


class WithNetwork:
    """Has a network, which a subclass names, with weights, on a device."""

    network_class: ClassVar[type[nn.Module]]
    config_class: ClassVar[type[Any]]

    def __init__(self, weights: Weights, device: str | torch.device = "cpu"):
        self.device = torch.device(device)
        self.network = into_network(self.network_class, self.config_class, weights)
        self.network.to(self.device, memory_format=torch.channels_last)
        self.weights_id = weights.card["sha256"][:8]


class Neural(WithNetwork, Framed):
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
