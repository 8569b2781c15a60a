"""Cat or dog: Tiny ImageNet's three classes of cats and six of dogs, and all others beside them.

A thousand pictures are few to learn what fur and ears look like. Half of each batch therefore is pictures of
all 200 classes, which a second last layer, used in training only, has to tell apart by the same features.
"""

from functools import partial
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from steg.networks.classifier import Classifier, ClassifierConfig
from train import data
from train.classify.config import ClassifyConfig
from train.classify.labels import classes
from train.classify.measure import confusion
from train.classify.task import Task

CATS = ("n02123045", "n02123394", "n02124075")  # tabby, Persian, Egyptian
DOGS = (  # Chihuahua, Yorkshire terrier, golden and Labrador retriever, German shepherd, poodle
    "n02085620",
    "n02094433",
    "n02099601",
    "n02099712",
    "n02106662",
    "n02113799",
)
EXAMPLES = 400  # training pictures whose features go with the weights
SMOOTHED = 0.05  # answers are this far from certain, so that the network does not learn to be too sure


def task(config: ClassifyConfig, sources: list[Path]) -> Task:
    """The task; arguments as in `train.classify.loop.train`.

    Raises:
        StegError: if the pictures cannot be read, or none is a cat or none a dog.
    """
    (pictures, names), (unseen, unseen_names) = (_labelled(config, sources, s) for s in ("train", "val"))
    every = sorted(set(names))
    numbers = torch.tensor([every.index(name) for name in names])
    cats, dogs = (torch.tensor([i for i, n in enumerate(names) if n in k]) for k in (CATS, DOGS))
    if not (len(cats) and len(dogs)):
        raise data.StegError("The data holds no pictures of cats, or none of dogs; take Tiny ImageNet.")
    network = Classifier(ClassifierConfig(examples=min(EXAMPLES, 2 * len(cats), 2 * len(dogs))))
    helper = nn.Linear(network.config.dense, len(every))
    generator = torch.Generator().manual_seed(config.seed)
    quarter = config.batch // 4
    answers = torch.cat([torch.zeros(quarter), torch.ones(quarter)])

    def loss() -> Tensor:
        others = torch.randint(len(pictures), (config.batch - 2 * quarter,), generator=generator)
        chosen = torch.cat([_some(cats, quarter, generator), _some(dogs, quarter, generator), others])
        features = network.features(augment(pictures[chosen], generator))
        logits = network.output(features[: 2 * quarter]).squeeze(1).float()
        wanted = answers * (1 - SMOOTHED) + SMOOTHED / 2
        kinds = helper(features[2 * quarter :]).float()
        return F.binary_cross_entropy_with_logits(logits, wanted) + F.cross_entropy(
            kinds, numbers[others], label_smoothing=2 * SMOOTHED
        )

    wanted = torch.tensor([i for i, n in enumerate(unseen_names) if n in CATS + DOGS])
    measure = partial(
        confusion,
        pictures=unseen[wanted],
        second=torch.tensor([unseen_names[i] in DOGS for i in wanted]),
        kinds=("cat", "dog"),
    )
    about = f"{len(cats):,} cats and {len(dogs):,} dogs, and {len(pictures):,} pictures of all kinds beside"
    return Task(network, loss, measure, about, helper, partial(keep_examples, pictures=pictures, kinds=(cats, dogs)))


def augment(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """(B, 3, 64, 64) uint8 -> floats in [0, 1]: cropped, mirrored, and with other colours, at random."""
    random = torch.rand(len(pictures), 13, generator=generator)
    how = data.Augmentation(enlarged=0.9, dimmed=0.1, saturated=0.2, shuffled=0, drawn=0, smallest=32)
    x = data.augment(pictures, how, random[:, :10])
    contrast, brightness, grey = (random[:, 10:] - 0.5).view(-1, 3, 1, 1, 1).unbind(1)
    mean, lightness = x.mean((1, 2, 3), keepdim=True), x.mean(1, keepdim=True)
    x = lightness + (x - lightness) * (1 + grey)
    return (mean + (x - mean) * (1 + contrast) + 0.4 * brightness).clamp(0, 1)


@torch.no_grad()
def keep_examples(network: Classifier, pictures: Tensor, kinds: tuple[Tensor, Tensor]) -> None:
    """Fills the network's examples with as many training pictures of either kind."""
    network.eval()
    half = len(network.example_answers) // 2
    for start, kind in zip((0, half), kinds, strict=True):
        features = network.features(pictures[kind[:: max(1, len(kind) // half)][:half]] / 255)
        network.example_features[start : start + half] = features
    network.example_answers.copy_(torch.arange(2 * half) >= half)


def _some(indices: Tensor, count: int, generator: torch.Generator) -> Tensor:
    return indices[torch.randint(len(indices), (count,), generator=generator)]


def _labelled(config: ClassifyConfig, sources: list[Path], split: str) -> tuple[Tensor, list[str]]:
    if config.dry_run and not sources:
        names = [*CATS, *DOGS] * 2
        return data.generated(len(names), torch.Generator().manual_seed(config.seed)), names
    if len(sources) != 1:
        raise data.StegError("cat-or-dog takes one --data: Tiny ImageNet, which says what its pictures show.")
    return data.load(sources[0], split), classes(sources[0], split)
