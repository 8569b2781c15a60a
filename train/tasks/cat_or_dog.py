"""Cat or dog: Tiny ImageNet's three classes of cats and six of dogs.

A thousand pictures are few to learn what fur and ears look like, so they are made to go further: cropped,
mirrored and recoloured, laid over each other with mixed answers, and a second last layer, used in training
only, has to tell the nine classes apart by the same features.

Source: Zhang et al., "mixup: beyond empirical risk minimization", ICLR 2018.
"""

from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.classifier import Classifier, ClassifierConfig
from train import augment, data
from train.classify.config import ClassifyConfig
from train.evaluate.classification import confusion
from train.tasks.examples import EXAMPLES, keep_examples
from train.tasks.labels import classes
from train.tasks.task import Task

CATS = ("n02123045", "n02123394", "n02124075")  # tabby, Persian, Egyptian
DOGS = (  # Chihuahua, Yorkshire terrier, golden and Labrador retriever, German shepherd, poodle
    "n02085620",
    "n02094433",
    "n02099601",
    "n02099712",
    "n02106662",
    "n02113799",
)
SMOOTHED = 0.025  # answers are this far from certain, so that the network does not learn to be too sure
MIXED = 0.6  # share of pictures over which another one is laid
BREEDS = 0.3  # weight of telling all classes apart


def task(config: ClassifyConfig, sources: list[Path]) -> Task:
    """The task; arguments as in `train.classify.loop.train`.

    Raises:
        StegError: if the pictures cannot be read, or none is a cat or none a dog.
    """
    (pictures, names), (unseen, unseen_names) = (_cats_and_dogs(config, sources, s) for s in ("train", "val"))
    numbers = torch.tensor([(CATS + DOGS).index(name) for name in names])
    kinds = torch.nonzero(numbers < len(CATS))[:, 0], torch.nonzero(numbers >= len(CATS))[:, 0]
    network = Classifier(ClassifierConfig(examples=min(EXAMPLES, *(2 * len(kind) for kind in kinds))))
    helper = nn.Linear(network.config.dense, len(CATS + DOGS))
    generator = torch.Generator().manual_seed(config.seed)
    half = config.batch // 2

    def loss() -> Tensor:
        chosen = torch.cat([_some(kind, half, generator) for kind in kinds])
        other, share = mixing(2 * half, generator)
        x = changed(pictures[chosen], generator)
        x = torch.lerp(x, x[other], share.view(-1, 1, 1, 1)).contiguous(memory_format=torch.channels_last)
        features = network.features(x)
        dog = (numbers[chosen] >= len(CATS)).float() * (1 - 2 * SMOOTHED) + SMOOTHED
        logits = network.output(features).squeeze(1).float()
        breeds = helper(features).float().log_softmax(1)
        all_, rows = numbers[chosen], torch.arange(2 * half)
        right = torch.lerp(breeds[rows, all_], breeds[rows, all_[other]], share)
        wanted = torch.lerp(dog, dog[other], share)
        return F.binary_cross_entropy_with_logits(logits, wanted) - BREEDS * right.mean()

    measure = partial(
        confusion,
        pictures=unseen,
        second=torch.tensor([name in DOGS for name in unseen_names]),
        kinds=("cat", "dog"),
    )
    about = f"{len(kinds[0]):,} cats and {len(kinds[1]):,} dogs of Tiny ImageNet's training split"
    return Task(network, loss, measure, about, helper, partial(keep_examples, pictures=pictures, kinds=kinds))


def mixing(count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """For each picture another one, and the share of it that is laid over, from 0 to a half."""
    share = torch.rand(count, generator=generator) / 2
    share[torch.rand(count, generator=generator) >= MIXED] = 0
    return torch.randperm(count, generator=generator), share


def changed(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """(B, 3, 64, 64) uint8 -> floats in [0, 1]: cropped, mirrored, and with other colours, at random."""
    random = torch.rand(len(pictures), 16, generator=generator)
    how = augment.Augmentation(enlarged=0.9, smallest=34)
    x = augment.augment(pictures, how, random[:, :13])
    colour, contrast, brightness = (2 * random[:, 13:] - 1).view(-1, 3, 1, 1, 1).unbind(1)
    grey, mean = x.mean(1, keepdim=True), x.mean((1, 2, 3), keepdim=True)
    x = grey + (x - grey) * (1 + 0.6 * colour)
    return (mean + (x - mean) * (1 + 0.4 * contrast) + 0.2 * brightness).clamp(0, 1)


def _some(indices: Tensor, count: int, generator: torch.Generator) -> Tensor:
    return indices[torch.randint(len(indices), (count,), generator=generator)]


def _cats_and_dogs(config: ClassifyConfig, sources: list[Path], split: str) -> tuple[Tensor, list[str]]:
    """The pictures of cats and dogs, and the class of each."""
    if config.dry_run and not sources:
        names = [*CATS, *DOGS] * 2
        return data.generated(len(names), torch.Generator().manual_seed(config.seed)), names
    if len(sources) != 1:
        raise data.StegError("cat-or-dog takes one --data: Tiny ImageNet, which says what its pictures show.")
    pictures, names = data.load(sources[0], split), classes(sources[0], split)
    kept = [i for i, name in enumerate(names) if name in CATS + DOGS]
    found = [names[i] for i in kept]
    if not (set(found) & set(CATS) and set(found) & set(DOGS)):
        raise data.StegError(f"{sources[0]} lacks pictures of cats or of dogs; take Tiny ImageNet.")
    return pictures[kept], found
