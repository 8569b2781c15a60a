"""What a classifier says of a picture, and why: hand-made networks with known answers, and the real ones."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from steg.errors import StegError
from steg.networks.classifier import Classifier, ClassifierConfig
from steg.teaching.classifier import (
    central_crop,
    central_square,
    feature_maps,
    probability,
    retrain_head,
    saliency,
)


class Redness(torch.nn.Module):
    """A logit that rises with the red of one pixel, three times as fast with another's."""

    def forward(self, pictures):
        return pictures[:, 0, 5, 7] + 3 * pictures[:, 0, 40, 2]


@pytest.fixture
def network() -> Classifier:
    """A classifier of random weights whose examples can be told apart by their first feature."""
    torch.manual_seed(0)
    network = Classifier(ClassifierConfig(examples=40)).eval().requires_grad_(False)
    network.example_features.uniform_()
    network.example_answers[::2] = 1
    network.example_features[:, 0] += 3 * network.example_answers
    return network


@pytest.fixture
def pixels(photo) -> np.ndarray:
    return np.asarray(photo("cat.png", (64, 64)))


def test_a_picture_is_cut_to_its_middle_square():
    wide = np.zeros((64, 192, 3), np.uint8)
    wide[:, 64:128] = 200
    assert (central_square(wide) == 200).all() and (central_crop(wide) == 200).all()
    assert central_square(np.zeros((30, 50, 3), np.uint8)).shape == (64, 64, 3)
    with pytest.raises(StegError, match=r"50x30 pixels.*choose a larger one"):
        central_crop(np.zeros((30, 50, 3), np.uint8))


def test_the_saliency_map_is_the_size_of_the_slope(pixels):
    expected = np.zeros((64, 64), np.float32)
    expected[5, 7], expected[40, 2] = 1 / 3, 1
    assert np.allclose(saliency(Redness(), pixels), expected)


def test_the_saliency_map_predicts_what_a_changed_pixel_does(network, pixels):
    found = saliency(network, pixels)
    network, picture = network.double(), torch.tensor(pixels).permute(2, 0, 1)[None].double() / 255
    strongest = np.unravel_index(found.argmax(), found.shape)
    slopes = []
    for row, column in (strongest, (20, 30)):
        logits = []
        for channel in range(3):
            for nudge in (1e-6, -1e-6):
                nudged = picture.clone()
                nudged[0, channel, row, column] += nudge
                logits.append(network.output(network.features(nudged)).item())
        slopes.append(max(abs(up - down) for up, down in zip(logits[::2], logits[1::2], strict=True)))
    assert slopes[1] / slopes[0] == pytest.approx(found[20, 30], rel=1e-3) and found[20, 30] > 0


def test_a_probability_is_the_sigmoid_of_the_logit(network, pixels):
    with torch.no_grad():
        logit = network(torch.tensor(pixels).permute(2, 0, 1)[None].float() / 255)
    assert probability(network, pixels) == pytest.approx(1 / (1 + np.exp(-float(logit))), abs=1e-6)


def test_feature_maps_are_those_of_the_network(network, pixels):
    for layer, shape in enumerate(((16, 64, 64), (32, 32, 32), (64, 16, 16), (128, 8, 8))):
        maps = feature_maps(network, pixels, layer)
        assert maps.shape == shape and maps.min() >= 0 and maps.max() > 0


def test_the_last_layer_learns_again_without_touching_the_network(network, pixels):
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    lessons = list(retrain_head(network, pixels, 200, 1.0))
    assert [lesson.step for lesson in lessons] == list(range(201))
    assert lessons[-1].loss < lessons[0].loss / 2 and lessons[-1].accuracy == 1
    assert all(0 <= lesson.probability <= 1 for lesson in lessons)
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_steps_that_are_too_long_do_not_help(network, pixels):
    network.example_answers[:10] = 1 - network.example_answers[:10]  # so that no line parts them all
    short, long = (
        [lesson.loss for lesson in retrain_head(network, pixels, 50, rate)] for rate in (0.1, 100.0)
    )
    assert short == sorted(short, reverse=True)
    assert any(later > 2 * earlier for earlier, later in pairwise(long))
    assert next(retrain_head(network, pixels, 3, 1.0, seed=1)).loss != short[0]
