"""Features of training pictures that are kept with a classifier."""

import torch

from steg.networks.classifier import Classifier, ClassifierConfig
from train.tasks.examples import keep_examples


def test_examples_are_features_of_as_many_pictures_of_either_class():
    torch.manual_seed(0)
    network = Classifier(ClassifierConfig(examples=4))
    pictures = torch.randint(0, 256, (9, 3, 64, 64), dtype=torch.uint8)
    keep_examples(network, pictures, (torch.arange(3), torch.arange(3, 9)))
    assert network.example_answers.tolist() == [0, 0, 1, 1]
    with torch.no_grad():
        assert torch.allclose(
            network.example_features, network.features(pictures[[0, 1, 3, 6]] / 255), atol=1e-5
        )
