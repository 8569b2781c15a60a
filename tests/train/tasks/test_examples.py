"""Features of pictures that are kept with a classifier: every fifth was not trained on."""

import torch

from steg.networks.classifier import Classifier, ClassifierConfig
from train.tasks.examples import EXAMPLES, keep_examples, number_of_examples


def pictures(count: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (count, 3, 64, 64), dtype=torch.uint8, generator=generator)


def test_every_fifth_example_of_either_class_is_unseen():
    torch.manual_seed(0)
    trained, unseen = (pictures(9, 0), pictures(18, 1)), (pictures(2, 2), pictures(4, 3))
    count = number_of_examples(trained, unseen)
    network = Classifier(ClassifierConfig(examples=count))
    keep_examples(network, trained, unseen)
    assert network.example_answers.tolist() == [0] * 10 + [1] * 10
    expected = [
        torch.cat([new[:1], old[:4], new[1:2], old[4:8]])
        for old, new in ((trained[0], unseen[0]), (trained[1][::2], unseen[1][::2]))
    ]
    with torch.no_grad():
        assert torch.allclose(
            network.example_features, network.features(torch.cat(expected) / 255), atol=1e-5
        )


def test_there_are_no_more_examples_than_pictures_nor_than_are_wanted():
    assert number_of_examples((pictures(7, 0), pictures(9, 0)), (pictures(3, 0), pictures(3, 0))) == 10
    many = torch.empty(1000, 3, 1, 1)
    assert number_of_examples((many, many), (many, many)) == EXAMPLES
