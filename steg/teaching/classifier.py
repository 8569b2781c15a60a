"""Inside the small classifiers: probability, feature maps, saliency map, and retraining of the last layer.

Pictures are (H, W, 3) uint8.
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

SMOOTHING = 0.025  # labels are this far from 0 and 1, so that no network becomes overconfident
HELD_OUT = 5  # every fifth of a network's examples is held out of retraining


def central_square(pixels: np.ndarray) -> np.ndarray:
    """The central square of a picture resized to 64x64, as the training pictures of cats and dogs were."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    left, top = (width - side) // 2, (height - side) // 2
    box = left, top, left + side, top + side
    return np.asarray(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS, box))


def central_crop(pixels: np.ndarray) -> np.ndarray:
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
    """Probability that a 64x64 picture is of the second class (dog, or stego), in [0, 1]."""
    return float(network(to_tensor(pixels, "cpu")).sigmoid())


@torch.inference_mode()
def feature_maps(network: Classifier, pixels: np.ndarray, layer: int) -> np.ndarray:
    """Feature maps of a convolution for a 64x64 picture, after ReLU.

    Args:
        network: the classifier.
        pixels: a 64x64 picture.
        layer: 0 to 3.

    Returns:
        (filters, side, side) floats, zero and up, in the order of the filters.
    """
    return network.maps(to_tensor(pixels, "cpu"))[layer][0].numpy()


def saliency(network: Classifier, pixels: np.ndarray) -> np.ndarray:
    """Saliency map: magnitude of the logit's gradient at each pixel, the largest over the colours.

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


class TrainingStep(NamedTuple):
    """The state of a retraining of the last layer.

    Attributes:
        step: number of steps made.
        loss: mean cross-entropy on the training examples, in nats.
        fitted: accuracy on the training examples, in [0, 1].
        accuracy: on the held-out examples.
        probability: of the second class, for the picture.
    """

    step: int
    loss: float
    fitted: float
    accuracy: float
    probability: float


def retrain_head(
    network: Classifier, pixels: np.ndarray, steps: int, rate: float, seed: int = 0
) -> Iterator[TrainingStep]:
    """Retrains the last layer from random weights on the examples that are kept with the network.

    Plain gradient descent on all examples at once, with labels that are `SMOOTHING` from 0 and 1 (as those
    that cat or dog was trained with), so that the weights have an optimum, which steps that are too long
    overshoot. Every fifth example, of a picture that no layer was trained on, is held out. The network itself
    is not changed.

    Args:
        network: the classifier.
        pixels: a 64x64 picture that is classified after every step.
        steps: how many to make.
        rate: the learning rate.
        seed: of the initial weights.

    Yields:
        The state before the first step, and after each.
    """
    with torch.no_grad():
        example = network.features(to_tensor(pixels, "cpu"))
    features, answers = network.example_features, network.example_answers
    held_out = torch.arange(len(answers)) % HELD_OUT == 0
    mean, spread = features.mean(0), features.std().clamp_min(1e-6)  # so that one rate suits every network
    weight = torch.randn(features.shape[1], generator=torch.Generator().manual_seed(seed)) / 8
    bias = torch.zeros(())

    def logits(x: Tensor) -> Tensor:
        return ((x - mean) / spread) @ weight + bias

    for step in range(steps + 1):
        weight.requires_grad_(), bias.requires_grad_()
        labels = answers[~held_out].float() * (1 - 2 * SMOOTHING) + SMOOTHING
        loss = F.binary_cross_entropy_with_logits(logits(features[~held_out]), labels)
        gradients = torch.autograd.grad(loss, (weight, bias))
        weight, bias = weight.detach(), bias.detach()
        correct = ((logits(features) > 0) == answers.bool()).float()
        fitted, accuracy = correct[~held_out].mean().item(), correct[held_out].mean().item()
        yield TrainingStep(step, loss.item(), fitted, accuracy, logits(example).sigmoid().item())
        weight, bias = weight - rate * gradients[0], bias - rate * gradients[1]
