"""Cat or dog: Tiny ImageNet's three classes of cats and six of dogs.

A thousand pictures are few to learn what fur and ears look like. So they are augmented by random crops,
mirroring and colour jitter, and blended with each other (mixup), their labels are smoothed, and an auxiliary
output, used in training only, classifies the nine breeds by the same features.

Sources: Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018; Szegedy et al., "Rethinking the
Inception architecture for computer vision", CVPR 2016 (label smoothing).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.classifier import Classifier, ClassifierConfig
from steg.teaching.classifier import SMOOTHING
from train import augment, data
from train.config import TrainConfig
from train.evaluate.classification import confusion
from train.tasks.examples import Classes, keep_examples, number_of_examples
from train.tasks.labels import classes
from train.tasks.task import SHORT_RUN, Batch, Task, Validation

CATS = ("n02123045", "n02123394", "n02124075")  # tabby, Persian, Egyptian
DOGS = (  # Chihuahua, Yorkshire terrier, golden and Labrador retriever, German shepherd, poodle
    "n02085620",
    "n02094433",
    "n02099601",
    "n02099712",
    "n02106662",
    "n02113799",
)
BREEDS = CATS + DOGS
MIXED = 0.6  # share of pictures with which another one is blended
BREEDS_WEIGHT = 0.3  # of the breeds' cross-entropy in the loss


class CatOrDog(Task[Classifier]):
    """Binary cross-entropy of cat or dog, plus the weighted cross-entropy of the breeds."""

    network_class, config_class = Classifier, ClassifierConfig
    hidden_matrices = ("network.dense.weight",)
    presets: ClassVar = SHORT_RUN | {"steps": 3000, "batch": 64}

    def __init__(self, config: TrainConfig, sources: list[Path], device: torch.device):
        super().__init__(config, sources, device)
        (pictures, names), (unseen, unseen_names) = (
            _cats_and_dogs(sources, split, config.seed) for split in ("train", "val")
        )
        self.pictures, self.unseen = pictures.to(device), unseen.to(device)
        self.unseen_dogs = torch.tensor([name in DOGS for name in unseen_names])
        self.breeds = torch.tensor([BREEDS.index(name) for name in names])
        is_dog = self.breeds >= len(CATS)
        self.classes = torch.nonzero(~is_dog)[:, 0], torch.nonzero(is_dog)[:, 0]
        examples = number_of_examples(*self._examples())
        self.network = self.network_class(self.network_config(config.shape, examples=examples))
        self.breed_output = nn.Linear(self.network.config.dense, len(BREEDS))
        cats, dogs = map(len, self.classes)
        self.data = f"{cats:,} cats and {dogs:,} dogs of Tiny ImageNet's training split"

    def batches(self, generator: torch.Generator, part: slice) -> Iterator[Batch]:
        """Blended pictures, the breeds of both, and the share of the second."""
        half = self.config.batch // 2
        while True:
            chosen = torch.cat([_some(indices, half, generator) for indices in self.classes])
            second, share = mixing(2 * half, generator)
            pictures = jittered(self.pictures[chosen.to(self.device)], generator)
            breeds, share = self.breeds[chosen].to(self.device), share.to(self.device)
            blended = torch.lerp(pictures, pictures[second], share.view(-1, 1, 1, 1))[part]
            blended = blended.contiguous(memory_format=torch.channels_last)
            yield blended, breeds[part], breeds[second][part], share[part]

    def forward(self, batch: Batch, step: int) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss; no figures."""
        pictures, breed, second_breed, share = batch
        features = self.network.features(pictures)
        logits = self.network.output(features).squeeze(1).float()
        log_probabilities = self.breed_output(features).float().log_softmax(1)
        label, second_label = (
            (each >= len(CATS)).float() * (1 - 2 * SMOOTHING) + SMOOTHING for each in (breed, second_breed)
        )
        likelihood, second_likelihood = (
            log_probabilities.gather(1, each[:, None])[:, 0] for each in (breed, second_breed)
        )
        answer = F.binary_cross_entropy_with_logits(logits, torch.lerp(label, second_label, share))
        return answer - BREEDS_WEIGHT * torch.lerp(likelihood, second_likelihood, share).mean(), {}

    def validate(self, network: Classifier) -> Validation:
        """Accuracy, AUC and confusion matrix on the validation split."""
        return Validation(confusion(network, self.unseen, self.unseen_dogs, ("cat", "dog")), {})

    def finish(self, network: Classifier) -> None:
        """Keeps features of examples, by which the page retrains the last layer."""
        keep_examples(network, *self._examples())

    def _examples(self) -> tuple[Classes, Classes]:
        """Cats and dogs of the training and of the validation split."""
        cats, dogs = (self.pictures[indices.to(self.device)] for indices in self.classes)
        unseen_dogs = self.unseen_dogs.to(self.device)
        return (cats, dogs), (self.unseen[~unseen_dogs], self.unseen[unseen_dogs])


def mixing(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """For each picture the index of another one, and the share with which it is blended, from 0 to a half."""
    share = torch.rand(count, generator=generator) / 2
    share[torch.rand(count, generator=generator) >= MIXED] = 0
    return torch.randperm(count, generator=generator), share


def jittered(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """(B, 3, 64, 64) uint8 -> floats in [0, 1]: random crops, mirroring, saturation, contrast, brightness."""
    uniform = torch.rand(len(pictures), 16, generator=generator).to(pictures.device)
    x = augment.augment(pictures, augment.Augmentation(enlarged=0.9, smallest=34), uniform[:, :13])
    saturation, contrast, brightness = (2 * uniform[:, 13:] - 1).view(-1, 3, 1, 1, 1).unbind(1)
    grey, mean = x.mean(1, keepdim=True), x.mean((1, 2, 3), keepdim=True)
    x = grey + (x - grey) * (1 + 0.6 * saturation)
    return (mean + (x - mean) * (1 + 0.4 * contrast) + 0.2 * brightness).clamp(0, 1)


def _some(indices: Tensor, count: int, generator: torch.Generator) -> Tensor:
    return indices[torch.randint(len(indices), (count,), generator=generator)]


def _cats_and_dogs(sources: list[Path], split: str, seed: int) -> tuple[Tensor, list[str]]:
    """The pictures of cats and dogs, and the class of each; without sources generated ones.

    Raises:
        StegError: if the pictures cannot be read, or none is a cat or none a dog.
    """
    if not sources:
        names = [*BREEDS] * 2
        return data.generated(len(names), torch.Generator().manual_seed(seed)), names
    if len(sources) != 1:
        raise data.StegError("cat-or-dog takes one --data: Tiny ImageNet, which says what its pictures show.")
    pictures, names = data.load(sources[0], split), classes(sources[0], split)
    kept = [i for i, name in enumerate(names) if name in BREEDS]
    found = [names[i] for i in kept]
    if not (set(found) & set(CATS) and set(found) & set(DOGS)):
        raise data.StegError(f"{sources[0]} lacks pictures of cats or of dogs; take Tiny ImageNet.")
    return pictures[kept], found
