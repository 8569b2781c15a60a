"""The two questions that a small classifier was trained for, and its networks."""

from typing import cast

from steg.networks.classifier import Classifier
from steg.ui import loader
from steg.weights import CAT_OR_DOG, STEGO_OR_CLEAN

QUESTIONS = {"Cat or dog?": CAT_OR_DOG, "Does it hide something?": STEGO_OR_CLEAN}
ANSWERS = {CAT_OR_DOG: ("cat", "dog"), STEGO_OR_CLEAN: ("clean", "hides something")}


def classifier(name: str) -> Classifier:
    """One of the two classifiers; errors as in `loader.network`."""
    return cast(Classifier, loader.network(name))
