"""The networks and their weights: found, checked against their card, loaded. Only safetensors, never pickle.

Weights are looked for in this order: the path given; the folder weights/; the Hugging Face cache; the Hugging
Face Hub at the commit that the card names. Wherever they come from, their sha256 has to be the card's.
"""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_safetensors
from torch import Tensor, nn

from steg import hub
from steg.errors import StegError
from steg.networks.autoencoder import Autoencoder, AutoencoderConfig
from steg.networks.classifier import Classifier, ClassifierConfig
from steg.networks.detector import Detector, DetectorConfig
from steg.networks.invertible import InvertibleConfig, InvertibleNetwork
from steg.networks.postfilter import Postfilter, PostfilterConfig
from steg.networks.predictive import PredictiveConfig, PredictiveNetwork
from steg.networks.prep_hide_reveal import PrepHideRevealConfig, PrepHideRevealNetwork
from steg.networks.restoration import RestorationConfig, RestorationNetwork
from steg.networks.robust import RobustConfig, RobustNetwork

CAT_OR_DOG = "cat-or-dog"
STEGO_OR_CLEAN = "stego-or-clean"
DETECTOR = "detector"
AUTOENCODER = "autoencoder"
RESTORATION = "restoration"
POSTFILTER = "postfilter"
ROBUST_EARLIER = "robust-earlier"  # of the robust pictures before step lengths followed the texture
NETWORKS: dict[str, tuple[type[nn.Module], type]] = {  # name of the weights: network, and its config
    "predictive": (PredictiveNetwork, PredictiveConfig),
    "robust": (RobustNetwork, RobustConfig),
    ROBUST_EARLIER: (RobustNetwork, RobustConfig),
    "invertible": (InvertibleNetwork, InvertibleConfig),
    "prep-hide-reveal": (PrepHideRevealNetwork, PrepHideRevealConfig),
    CAT_OR_DOG: (Classifier, ClassifierConfig),
    STEGO_OR_CLEAN: (Classifier, ClassifierConfig),
    DETECTOR: (Detector, DetectorConfig),
    AUTOENCODER: (Autoencoder, AutoencoderConfig),
    RESTORATION: (RestorationNetwork, RestorationConfig),
    POSTFILTER: (Postfilter, PostfilterConfig),
}
CARD_FIELDS = {"file": str, "sha256": str, "config": dict, "repo": str | None, "revision": str | None}
_PACKAGE = Path(__file__).parent
_INSTALLED = _PACKAGE / "_weights"
FOLDER = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent / "weights"  # in a wheel; in the repository
REPO_VARIABLE = "STEG_WEIGHTS_REPO"  # a mirror to use instead of the card's repository
REVISION_VARIABLE = "STEG_WEIGHTS_REVISION"  # the commit there, 40 hex digits


@dataclass(frozen=True)
class Weights:
    """Verified weights. The card is described in weights/README.md."""

    tensors: dict[str, Tensor]
    card: dict


def load(name: str, path: str | Path | None = None, **hub_options: Any) -> Weights:
    """Loads the weights of a network.

    Args:
        name: of their card in weights/.
        path: a safetensors file with its card beside it (.json), to use instead of the published weights.
        **hub_options: passed to `huggingface_hub.hf_hub_download`, as `endpoint` or `cache_dir`.

    Raises:
        StegError: if card or weights cannot be found or fetched, or their sha256 is not the card's.
    """
    card = card_of(name, path)
    file = Path(path) if path else find(card, **hub_options)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise StegError(f"The weights {file} cannot be read: {error.strerror}.") from error
    if hashlib.sha256(data).hexdigest() != card["sha256"]:
        raise StegError(
            f"The weights in {file} are damaged or not those of their card (sha256 differs); "
            "delete that file and get it again."
        )
    try:
        return Weights(load_safetensors(data), card)
    except SafetensorError as error:
        raise StegError(f"{file} is no file of weights (safetensors); get it again.") from error


def load_network(name: str, path: str | Path | None = None, device: str | torch.device = "cpu") -> nn.Module:
    """Loads a network of the shape in its card, with its weights in it, not to be trained further.

    Numbers kept as float16 become float32, in which networks compute.

    Args:
        name: one of `NETWORKS`.
        path: of the weights, as in `load`.
        device: where the network computes.

    Raises:
        StegError: if there is no such network, its weights cannot be had or are the wrong ones, or card,
            weights and network do not fit each other.
    """
    if name not in NETWORKS:
        raise StegError(f"There is no network {name!r}; choose one of: {', '.join(NETWORKS)}.")
    network_class, config_class = NETWORKS[name]
    weights = load(name, path)
    try:
        network = network_class(config_class(**weights.card["config"]))
        network.load_state_dict(weights.tensors, strict=True)
    except Exception as error:  # a card can hold any values
        raise StegError(
            "The weights do not fit the network that their card describes; get both again."
        ) from error
    return network.to(device).eval().requires_grad_(False)


def card_of(name: str, path: str | Path | None = None) -> dict:
    """The card of some weights; arguments as in `load`, errors as in `read_card`."""
    return read_card(Path(path).with_suffix(".json") if path else FOLDER / f"{name}.json")


def read_card(path: Path) -> dict:
    """Reads the card of some weights.

    Raises:
        StegError: if there is none, or it lacks what is needed to load the weights.
    """
    try:
        card = json.loads(path.read_text())
    except (OSError, ValueError, RecursionError) as error:
        raise StegError(
            f"The weights' card {path} is missing or not JSON; keep it beside the weights."
        ) from error
    if not isinstance(card, dict):
        raise StegError(f"The weights' card {path} is no JSON object; get it again.")
    wrong = [key for key, kind in CARD_FIELDS.items() if not isinstance(card.get(key), kind)]
    if wrong:
        raise StegError(f"The weights' card {path} lacks {', '.join(wrong)}; get it again.")
    return card


def find(card: dict, **hub_options: Any) -> Path:
    """The file that `card` describes: bundled, cached, or downloaded from the Hub now.

    Raises:
        StegError: if it is in none of these places.
    """
    bundled = FOLDER / card["file"]
    if bundled.exists():
        return bundled

    repo, revision = _where(card)
    try:
        return hub.fetch(repo, card["file"], revision, **hub_options)
    except Exception as error:  # HTTP, network, disk and cache errors have no common base
        raise StegError(
            f"The weights {card['file']} are not in {FOLDER}, and could not be fetched from {repo} on the "
            f"Hugging Face Hub ({type(error).__name__}); copy them to that folder, go online, or name a "
            f"mirror in {REPO_VARIABLE}."
        ) from error


def _where(card: dict) -> tuple[str, str]:
    """Repository and commit on the Hub: from the environment, else from the card."""
    repo = os.environ.get(REPO_VARIABLE) or card.get("repo")
    revision = os.environ.get(REVISION_VARIABLE) or card.get("revision")
    if not repo or not revision:
        raise StegError(
            f"The weights {card['file']} are not in {FOLDER}, and their card names no place on the "
            f"Hugging Face Hub; copy them to that folder, or set {REPO_VARIABLE} and {REVISION_VARIABLE}."
        )
    if not re.fullmatch("[0-9a-f]{40}", revision):
        raise StegError(
            f"The revision {revision!r} is no full commit (40 hex digits); set {REVISION_VARIABLE}."
        )
    return repo, revision
