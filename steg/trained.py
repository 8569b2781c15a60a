"""The small networks that teach rather than hide: what there is, and how to load it."""

from pathlib import Path

from torch import nn

from steg import weights as _weights
from steg.errors import StegError
from steg.networks.autoencoder import Autoencoder
from steg.networks.classifier import Classifier
from steg.networks.detector import Detector

CAT_OR_DOG = "cat-or-dog"
STEGO_OR_CLEAN = "stego-or-clean"
STEGO_OR_CLEAN_RESIDUAL = "stego-or-clean-residual"
AUTOENCODER = "autoencoder"
TRAINED = {
    CAT_OR_DOG: Classifier,
    STEGO_OR_CLEAN: Classifier,
    STEGO_OR_CLEAN_RESIDUAL: Detector,
    AUTOENCODER: Autoencoder,
}


def load(name: str, weights: str | Path | None = None) -> nn.Module:
    """Loads one of these networks on the CPU.

    Args:
        name: one of `TRAINED`.
        weights: path of a safetensors file with its card beside it; None for the published weights, looked
            for as `steg.methods.load` does.

    Raises:
        StegError: if there is no such network, or its weights cannot be had or are the wrong ones.
    """
    if name not in TRAINED:
        raise StegError(f"There is no network {name!r}; choose one of: {', '.join(TRAINED)}.")
    network = TRAINED[name]
    return _weights.into_network(network, network.config_class, _weights.load(name, weights))
