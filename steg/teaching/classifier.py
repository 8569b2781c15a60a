"""What the small classifiers say of a picture, and why. Pictures are (H, W, 3) uint8.

Each function is one thing to show: the probability, the feature maps, which pixels matter, and the training
of the last layer.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from steg.errors import StegError
from steg.images.tiling import to_tensor
from steg.networks.classifier import SIDE, Classifier

HELD_OUT = 5  # every so many of a network's examples checks what the others have taught


def as_seen(pixels: np.ndarray) -> np.ndarray:
    """The square in the middle of a picture, made 64x64, as the pictures of cats and dogs were."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    box = left, top, left + side, top + side
    return np.asarray(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS, box))


def middle(pixels: np.ndarray) -> np.ndarray:
    """The 64x64 pixels in the middle of a picture, as they are.

    Raises:
        StegError: if a side is shorter than that.
    """
    height, width = pixels.shape[:2]
    if min(height, width) < SIDE:
        raise StegError(
            f"The picture is {width}x{height} pixels; this detector looks at {SIDE}x{SIDE} at once: choose a "
            "larger one."
        )
    top, left = (height - SIDE) // 2, (width - SIDE) // 2
    return pixels[top : top + SIDE, left : left + SIDE]


@torch.inference_mode()
def probability(network: Classifier, pixels: np.ndarray) -> float:
    """How likely a 64x64 picture is of the second kind: dog, or stego; from 0 to 1."""
    return float(network(to_tensor(pixels, "cpu")).sigmoid())


@torch.inference_mode()
def feature_maps(network: Classifier, pixels: np.ndarray, layer: int) -> np.ndarray:
    """What a convolution sees in a 64x64 picture, after ReLU.

    Args:
        network: the classifier.
        pixels: a 64x64 picture.
        layer: 0 to 3.

    Returns:
        (filters, side, side) floats, zero and up, in the order of the filters.
    """
    return network.maps(to_tensor(pixels, "cpu"))[layer][0].numpy()


def saliency(network: Classifier, pixels: np.ndarray) -> np.ndarray:
    """How much each pixel moves the answer: the gradient of the logit, its largest size over the colours.

    Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising image
    classification models and saliency maps", ICLR workshop 2014, section 3.

    Args:
        network: any network from pictures to logits.
        pixels: a 64x64 picture.

    Returns:
        (64, 64) floats from 0 to 1, the largest being 1 (all 0 where no pixel matters).
    """
    picture = to_tensor(pixels, "cpu").requires_grad_()
    (gradient,) = torch.autograd.grad(network(picture).sum(), picture)
    size = gradient[0].abs().amax(0)
    return (size / size.max().clamp_min(1e-12)).numpy()


class Lesson(NamedTuple):
    """Where the training of a last layer stands.

    Attributes:
        step: how many steps have been made.
        loss: mean cross-entropy on the examples that are learnt, in nats.
        accuracy: on the examples that are held out, from 0 to 1.
        probability: what the layer says of the picture.
    """

    step: int
    loss: float
    accuracy: float
    probability: float


def relearn(
    network: Classifier, pixels: np.ndarray, steps: int, rate: float, seed: int = 0
) -> Iterator[Lesson]:
    """Trains the last layer anew, from random numbers, on the examples that are kept with the network.

    Plain gradient descent on all examples at once; every fifth example is held out. The network itself is not
    changed.

    Args:
        network: the classifier.
        pixels: a 64x64 picture that is asked about after every step.
        steps: how many to make.
        rate: how far to go down the slope in each.
        seed: of the random start.

    Yields:
        The state before the first step, and after each.
    """
    with torch.no_grad():
        asked = network.features(to_tensor(pixels, "cpu"))
    features, answers = network.example_features, network.example_answers
    held_out = torch.arange(len(answers)) % HELD_OUT == 0
    mean, spread = features.mean(0), features.std().clamp_min(1e-6)  # so that one rate suits every network
    weight = torch.randn(features.shape[1], generator=torch.Generator().manual_seed(seed)) / 8
    bias = torch.zeros(())

    def logits(x: Tensor) -> Tensor:
        return ((x - mean) / spread) @ weight + bias

    for step in range(steps + 1):
        weight.requires_grad_(), bias.requires_grad_()
        loss = F.binary_cross_entropy_with_logits(logits(features[~held_out]), answers[~held_out])
        slopes = torch.autograd.grad(loss, (weight, bias))
        weight, bias = weight.detach(), bias.detach()
        right = (logits(features[held_out]) > 0) == answers[held_out].bool()
        yield Lesson(step, loss.item(), right.float().mean().item(), logits(asked).sigmoid().item())
        weight, bias = weight - rate * slopes[0], bias - rate * slopes[1]
